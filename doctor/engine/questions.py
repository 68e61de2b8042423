"""What a person asks about one function: can its packets get there, may its code do that?"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from doctor.engine.world import Unseen, World
from doctor.model.answers import Asked, Permitting, Reaching
from doctor.model.call import Call, Gap
from doctor.model.decision import Verdict
from doctor.model.function import Function
from doctor.model.package import FromVariable, SdkCall
from doctor.model.trace import Needed, Traced

if TYPE_CHECKING:
    from doctor.engine.facts import Permissions
    from doctor.network.reach import Reach

_FIRST: tuple[Verdict, ...] = ("denied", "depends", "allowed")


def reaching(world: World, function: Function) -> Reaching:
    """Follow packets to everything that a function is known to need."""
    from doctor.network.needs import traced, unread  # the network's model costs only who asks

    found = traced(_reach(world), function, world.mappings(function), world.invocations(function))
    return Reaching(found=found, unread=unread(function))


def followed(
    world: World, function: Function, destination: str, *, protocol: str = "tcp", ipv6: bool = False
) -> Traced:
    """Follow packets to the one destination that a person names.

    Raises:
        NotADestination: There is nothing in it that a packet could be sent to.
    """
    from doctor.network.needs import asked

    there = asked(function, destination, protocol)
    found = _reach(world).trace(function, there, family="ipv6" if ipv6 else "ipv4")
    return Traced(needed=Needed(destination=there, told=()), trace=found)


def _reach(world: World) -> "Reach":
    """One for a world: it remembers its answers."""
    from doctor.network.reach import Reach

    key = Reach, ""
    if key not in world.derived:
        world.derived[key] = Reach(world.snapshot.resources, world.snapshot.gaps)
    reach: Reach = world.derived[key]
    return reach


def permitting(world: World, function: Function) -> Permitting:
    """Decide everything that a function's code was refused, or makes in its source as far as that is known."""
    from doctor.engine.facts import Permissions

    found: dict[tuple[str, str], Asked] = {}
    unseen: list[str] = []
    try:
        for one in _refused(world, function):
            found[one.decision.action, one.decision.resource] = one
    except Unseen as behind:
        unseen.append(_words(behind.gap))
    permissions = Permissions.of(world, function)
    if permissions.unseen is not None:
        unseen.append(_words(permissions.unseen))
    try:
        for one in _called(permissions, function):
            place = one.decision.action, one.decision.resource
            known = found.get(place)
            places = tuple(dict.fromkeys((*(known.places if known else ()), *one.places)))
            found[place] = replace(known or one, places=places)
    except Unseen as behind:
        unseen.append(_words(behind.gap))
    if function.package is None:
        unseen.append("its package was not read: the calls in its source are not known")
    ordered = sorted(found.values(), key=lambda one: (_FIRST.index(one.decision.result), not one.refused))
    return Permitting(role=function.role, asked=tuple(ordered), unseen=tuple(dict.fromkeys(unseen)))


def _refused(world: World, function: Function) -> Iterator[Asked]:
    """What AWS refused to the function's own role. Raises ``Unseen``."""
    from doctor.engine.facts import Refusals

    for one in Refusals.of(world, function).all:
        those = one.denied.those
        yield Asked(decision=one.decision, refused=len(those), last=those[-1].at, differs=one.differs)


def _called(permissions: "Permissions", function: Function) -> Iterator[Asked]:
    """The calls in the function's own source. Raises ``Unseen``."""
    for call in function.package.source.calls if function.package else ():
        for decision in permissions.decide(_call(function, call)):
            yield Asked(decision=decision, places=(f"{call.path}:{call.line}",))


def _call(function: Function, written: SdkCall) -> Call:
    """A call as the code makes it, with what its variables hold; a parameter that nobody knows is left out."""
    variables = function.environment.variables
    parameters = {
        name: variables.get(value.variable) if isinstance(value, FromVariable) else value
        for name, value in written.parameters.items()
    }
    known = {name: value for name, value in parameters.items() if isinstance(value, str)}
    return Call(service=written.service, operation=written.operation, parameters=known)


def _words(gap: Gap) -> str:
    error = f": {gap.error}" if gap.error else ""
    return f"{gap.call.name} {gap.reason.replace('_', ' ')}{error}"
