"""What doctor knows of a write."""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec.structs import replace

from doctor.engine.world import World
from doctor.model.call import Call
from doctor.model.finding import AsCode, Settle, Touched
from doctor.model.function import Function
from doctor.model.record import Record
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
    as_code: Callable[[Call], AsCode] | None = None
    """The call as the text of a template, where what it writes is a resource there."""
    revision: bool = False
    """Whether the call takes ``RevisionId``, by which AWS refuses it when somebody else was faster."""


def touched(resource: Resource, *names: str) -> tuple[Touched, ...]:
    """The fields of a resource by AWS's names, with their values in the snapshot as JSON carries them."""
    theirs = dict(zip(resource.__struct_encode_fields__, resource.__struct_fields__, strict=True))
    return tuple(
        Touched(resource=resource.arn, field=name, value=msgspec.to_builtins(getattr(resource, theirs[name])))
        for name in names
    )


def same(one: Resource | None, other: Resource | None) -> bool:
    """Tell whether two states of a resource are equal but for what AWS assigns by itself, which no undo brings back.

    That is ``LastModified`` of a function: a change and its undo both move it on.
    """
    if isinstance(one, Function) and isinstance(other, Function):
        return replace(one, last_modified=other.last_modified) == other
    return one == other


def no_settle(_: Call) -> None:
    """For writes that are true at once."""
