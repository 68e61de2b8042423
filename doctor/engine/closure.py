"""What of an account concerns one function: itself, its role, what invokes it, what it calls, and its whole network."""

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from doctor.engine.world import World
from doctor.model import arns
from doctor.model.function import Alias, EventSourceMapping, Function
from doctor.model.identity import Role
from doctor.model.interfaces import PrefixList, VpcBlockPublicAccessOptions, VpcEncryptionControl
from doctor.model.snapshot import Resource, Snapshot
from doctor.model.triggers import LogGroup

_OTHERS = (Function, Alias, EventSourceMapping, LogGroup, Role)
"""Of these only the function's own: whatever else names them is about other functions."""
_EVERYWHERE = (VpcBlockPublicAccessOptions, VpcEncryptionControl, PrefixList)
"""Settings of a whole region, which no other resource names."""


def closure(world: World, function: Function, called: Iterable[str] = ()) -> Snapshot:
    """The snapshot as if it had been taken for one function alone.

    Args:
        world: The account.
        function: One version; its other versions and aliases come along.
        called: ARNs of what its calls were about.
    """
    snapshot = world.snapshot
    own = _own(world, function)
    names = {arns.unqualified(function.arn), *_within(called)}
    texts = {arn: msgspec.json.encode(one).decode() for arn, one in snapshot.resources.items() if arn not in own}
    kept = dict(own)
    frontier = [msgspec.json.encode(one).decode() for one in own.values()]
    kept |= _naming(snapshot, texts, names)
    frontier += [texts[arn] for arn in kept if arn in texts]
    while frontier:
        text = "\n".join(frontier)
        found = {arn for arn, one in snapshot.resources.items() if arn not in kept and _may(one) and _named(arn, text)}
        if function.vpc_config.vpc_id:
            near = {
                arn
                for arn in texts
                if arn not in kept and _may(snapshot.resources[arn]) and _in_vpc(texts[arn], function)
            }
            found |= near
        kept |= {arn: snapshot.resources[arn] for arn in found}
        frontier = [texts[arn] for arn in sorted(found)]
    return _narrowed(snapshot, kept, function)


def _own(world: World, function: Function) -> dict[str, Resource]:
    """The function's versions, aliases, pollers, log group and role; and what concerns everybody."""
    name = arns.unqualified(function.arn)
    found: dict[str, Resource] = {}
    for arn, one in world.snapshot.resources.items():
        mine = isinstance(one, Function | Alias) and arns.unqualified(arn) == name
        polls = isinstance(one, EventSourceMapping) and arns.unqualified(one.function_arn) == name
        logs = isinstance(one, LogGroup) and one.log_group_name == function.log_group
        if mine or polls or logs or arn == function.role or isinstance(one, _EVERYWHERE):
            found[arn] = one
    return found


def _may(one: Resource) -> bool:
    return not isinstance(one, _OTHERS)


def _within(called: Iterable[str]) -> Iterable[str]:
    return (arn for arn in called if arn.startswith("arn:"))


def _naming(snapshot: Snapshot, texts: dict[str, str], names: set[str]) -> dict[str, Resource]:
    """What names the function, such as a rule of which it is a target; and what its calls were about."""
    found: dict[str, Resource] = {}
    for arn, text in texts.items():
        about = any(one == arn or one.startswith((f"{arn}/", f"{arn}:")) for one in names)
        if _may(snapshot.resources[arn]) and (about or any(f'"{one}' in text for one in names)):
            found[arn] = snapshot.resources[arn]
    return found


def _named(arn: str, text: str) -> bool:
    """Whether a text names a resource: by its ARN, or by an id that says what it is."""
    if f'"{arn}' in text:
        return True
    identifier = arns.name(arn)
    return "-" in identifier and arns.service(arn) == "ec2" and f'"{identifier}"' in text


def _in_vpc(text: str, function: Function) -> bool:
    """Whether something lies in the function's network."""
    return f'"{function.vpc_config.vpc_id}"' in text


def _narrowed(snapshot: Snapshot, kept: dict[str, Resource], function: Function) -> Snapshot:
    name = arns.unqualified(function.arn)
    return replace(
        snapshot,
        scope=replace(snapshot.scope, functions=(function.function_name,)),
        identity=None,
        resources={arn: kept[arn] for arn in sorted(kept)},
        invocations={arn: those for arn, those in snapshot.invocations.items() if arn == name},
        metrics={arn: those for arn, those in snapshot.metrics.items() if arn in kept},
        changes=tuple(one for one in snapshot.changes if any(_about(what, kept) for what in one.resources)),
        refused=tuple(one for one in snapshot.refused if one.username == function.function_name),
        gaps=tuple(gap for gap in snapshot.gaps if gap.resource == "" or gap.resource in kept),
    )


def _about(what: str, kept: dict[str, Resource]) -> bool:
    return any(what in (arn, arns.name(arn)) for arn in kept)
