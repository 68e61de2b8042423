"""What doctor knows of a write."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec
from msgspec.structs import replace

from doctor.engine.world import World
from doctor.model.call import Call
from doctor.model.finding import AsCode, Settle, Touched, Written
from doctor.model.function import Alias, EventSourceMapping, Function
from doctor.model.record import Record, Shape
from doctor.model.snapshot import Resource, Snapshot

Response = dict[str, Any]


class Operation(Record):
    """A write, as pure functions of its call: its effect on a snapshot, its inverse, how it settles, what it touches."""

    effect: Callable[[Snapshot, Call], tuple[Snapshot, Response]]
    """The snapshot after the call, and the parts of the answer that later steps refer to."""
    touches: Callable[[World, Call], tuple[Touched, ...]]
    """The fields that the call writes or relies on, with their values now."""
    undo: Callable[[World, Call], Call | None]
    """The call that takes it back, made from the world before; ``None`` when nothing is left to take back."""
    settled: Callable[[Call], Settle | None]
    actions: tuple[str, ...]
    """IAM actions that the caller needs."""
    undo_note: str = ""
    as_code: Callable[[Call], AsCode | None] | None = None
    """The call as the text of a template, where what it writes is a resource there."""
    revision: bool = False
    """Whether the call takes ``RevisionId``, by which AWS refuses it when somebody else was faster."""
    again: bool = False
    """Whether AWS answers the same call a second time as the first, without doing it twice."""
    makes: bool = False
    """Whether the call makes something new, whose id AWS gives: of what was there, nothing is set."""
    part: Callable[[World, Call], tuple[Touched, ...]] | None = None
    """The part of the touched fields that the call sets, where it sets less than whole ones: one statement of a policy."""

    def writes(self, before: World, after: World, call: Call) -> tuple[Written, ...]:
        """What the call sets, from the worlds before and after it: what differs, and what its undo sets as well."""
        look, undo = self.part or self.touches, self.undo(before, call)
        named = set() if undo is None else {*undo.parameters, *undo.parameters.get("Attributes", ())}
        return tuple(
            Written(resource=was.resource, field=was.field, before=was.value, after=now.value)
            for was, now in zip(look(before, call), look(after, call), strict=True)
            if was.value != now.value or was.field in named
        )


def touched(resource: Resource, *names: str) -> tuple[Touched, ...]:
    """The fields of a resource by AWS's names, with their values in the snapshot as JSON carries them."""
    return tuple(Touched(resource=resource.arn, field=name, value=value_at(resource, name)) for name in names)


_KEYS = (
    ("Sid",),
    ("PolicyName",),
    ("RuleNumber", "Egress"),
    ("IpProtocol", "FromPort", "ToPort"),
    ("IpProtocol",),
    ("DestinationCidrBlock",),
    ("DestinationIpv6CidrBlock",),
    ("DestinationPrefixListId",),
)
"""By these AWS names the parts of a list: statements, policies, entries of ACLs, rules of security groups, routes."""
_PART = re.compile(r"(?P<name>\w+)(?:\[(?P<key>[^\]]*)\])?(?:\.|$)")


def value_at(resource: msgspec.Struct, field: str) -> Any:
    """What a resource has in a field, as JSON carries it: ``Timeout``, ``Policy.Statement[sid]``; ``None``: nothing is there."""
    theirs = dict(zip(resource.__struct_encode_fields__, resource.__struct_fields__, strict=True))
    value: Any = None
    for number, part in enumerate(_PART.finditer(field)):
        if number == 0:
            value = in_order(_plain(getattr(resource, theirs[part["name"]])))
        else:
            value = value.get(part["name"]) if isinstance(value, dict) else None
        if part["key"] is not None:
            several = value if isinstance(value, list | tuple) else [value]
            value = next((one for one in several if key_of(one) == part["key"]), None)
    return value


def _plain(value: Any) -> Any:
    """A value as JSON carries it, without what is as it is by default: whether AWS tells that or not is no difference."""
    if isinstance(value, Shape):
        told = ((name, ours, default) for name, ours, default in _fields(type(value)))
        return {name: _plain(one) for name, ours, default in told if (one := getattr(value, ours)) != default}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return msgspec.to_builtins(value)


@cache
def _fields(shape: type[Shape]) -> tuple[tuple[str, str, Any], ...]:
    """AWS's names, ours, and what stands there by default."""
    return tuple(
        (
            one.encode_name,
            one.name,
            one.default_factory()
            if one.default is msgspec.NODEFAULT and one.default_factory is not msgspec.NODEFAULT
            else one.default,
        )
        for one in msgspec.structs.fields(shape)
    )


def key_of(one: Any) -> str | None:
    """The name of a part among its like: ``sid``, ``90 False``, ``tcp 443 443``, ``0.0.0.0/0``; ``None``: it has none."""
    if not isinstance(one, dict):
        return None
    names = next((names for names in _KEYS if all(name in one for name in names)), ())
    return " ".join(str(one[name]) for name in names) or None


def same(one: Resource | None, other: Resource | None) -> bool:
    """Tell whether two states of a resource are equal but for what AWS assigns by itself, which no undo brings back.

    That is ``LastModified`` of a function or of a poller, which a change and its undo both move on, and the order of a
    policy's statements.
    """
    if isinstance(one, Function) and isinstance(other, Function):
        one = replace(one, last_modified=other.last_modified)
    if isinstance(one, Function | Alias) and isinstance(other, Function | Alias):
        return replace(one, policy=in_order(one.policy)) == replace(other, policy=in_order(other.policy))
    if isinstance(one, EventSourceMapping) and isinstance(other, EventSourceMapping):
        return replace(one, extra=_kept(one)) == replace(other, extra=_kept(other))
    return one == other


def _kept(one: EventSourceMapping) -> dict[str, Any]:
    return {name: value for name, value in one.extra.items() if name != "LastModified"}


def in_order(value: Any) -> Any:
    """A policy's statements, rules, routes and the like by name: their order means nothing, and what is put back comes last."""
    if isinstance(value, dict) and isinstance(value.get("Statement"), list):
        return {**value, "Statement": in_order(value["Statement"])}
    if isinstance(value, list | tuple) and all(key_of(one) for one in value):
        return sorted(value, key=lambda one: (key_of(one), str(one)))
    return value


def no_settle(_: Call) -> None:
    """For writes that are true at once."""
