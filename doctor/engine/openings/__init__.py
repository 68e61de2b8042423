"""Ways to open what stops packets, cheapest and narrowest first: blockers in, fixes out.

A fix opens the component that it is made for, and with it everything else that is known to stop the same packets, each by
its cheapest way. Whether packets then get through is proved when the fix is rehearsed, not here.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from doctor.model.finding import Applicability, Fix, Step

if TYPE_CHECKING:
    from doctor.engine.facts.reachability import Reachability, Stopped


def openings(reachability: "Reachability", stopped: "Stopped") -> tuple[Fix, ...]:
    """Every way that doctor knows to get packets past a component, best first."""
    from doctor.engine.openings.strategies import own
    from doctor.engine.openings.terrain import Terrain

    assert reachability.function is not None  # nothing is stopped of a function in no VPC
    terrain = Terrain(reachability.function, reachability.reach.catalogue)
    others = [step for one in _others(reachability, stopped) for step in _cheapest(own(terrain, one))]
    return tuple(_with(fix, others) for fix in own(terrain, stopped))


def _others(reachability: "Reachability", stopped: "Stopped") -> "Iterator[Stopped]":
    """What else stops the same packets: one component of each kind, for a rule in one group of several is enough."""
    from doctor.engine.facts.reachability import Stopped

    mine = {(one.code, one.direction, one.stage) for one in stopped.blockers}
    seen: set[tuple[str, str, str]] = set()
    for traced in stopped.traced:
        assert traced.trace is not None
        for one in traced.trace.blockers:
            kind = one.code, one.direction, one.stage
            if one.component == stopped.component or one.verdict == "unknown" or kind in mine | seen:
                continue
            seen.add(kind)
            resource = reachability.resource(one.component)
            yield Stopped(component=one.component, resource=resource, blockers=(one,), traced=(traced,))


def _cheapest(fixes: Iterable[Fix]) -> tuple[Step, ...]:
    return next((one.steps for one in fixes if one.steps), ())


def _with(fix: Fix, others: list[Step]) -> Fix:
    known = {one.name for one in fix.steps}
    more = tuple(one for one in others if one.name not in known)
    if not fix.steps or not more or fix.applicability is Applicability.MANUAL:
        return fix
    return replace(fix, steps=(*more, *fix.steps), title=f"{fix.title}, and open what else stops it")
