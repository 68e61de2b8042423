"""What a change does to every known flow of an account: who newly gets through, and who is cut off."""

from collections.abc import Iterable, Iterator

from doctor.engine.facts.reachability import reach_of
from doctor.engine.world import World
from doctor.model import arns
from doctor.model.finding import Finding
from doctor.model.function import Function
from doctor.model.network import NetworkShape
from doctor.model.record import Record
from doctor.model.telemetry import SymptomKind
from doctor.model.trace import Traced, Verdict

_SHOWN = 5
"""Flows that one line names; of more it tells how many."""


_STILL = {False: "would still not get through", True: "may still not get through"}


class Flow(Record):
    """A known flow, before and after a change."""

    function: str
    """ARN of the version."""
    destination: str
    """``host:port``."""
    before: Verdict
    after: Verdict
    detail: str = ""
    """What stops it afterwards, in words."""

    @property
    def name(self) -> str:
        """``orders to sqs.eu-west-1.amazonaws.com:443``."""
        return f"{arns.name(self.function)} to {self.destination}"


def inherit(world: World, changed: World) -> bool:
    """Let a changed world keep the answers of the one before that the change has no part in; whether the network differs."""
    from doctor.network.reach import Reach

    if not _differs(world, changed):
        if (Reach, "") in world.derived:
            changed.derived[Reach, ""] = world.derived[Reach, ""]
        return False
    changed.derived[Reach, ""] = reach_of(world).revised(changed.snapshot.resources)
    return True


def _differs(world: World, changed: World) -> bool:
    """Whether a resource of the network does, or a function's place in it; other settings move no packet."""
    before, after = world.snapshot.resources, changed.snapshot.resources
    for arn in before.keys() | after.keys():
        old, new = before.get(arn), after.get(arn)
        if old is new:
            continue
        if isinstance(old or new, NetworkShape):
            return True
        if isinstance(old, Function) and isinstance(new, Function) and old.vpc_config != new.vpc_config:
            return True
    return False


def flows(world: World, changed: World) -> tuple[Flow, ...]:
    """Every known flow of every function in a VPC that is there before and after, in the order of their names."""
    return tuple(_flows(world, changed))


def _flows(world: World, changed: World) -> Iterator[Flow]:
    for function in world.live:
        then = changed.get(function.arn, Function)
        if then is None or not (function.vpc_config.subnet_ids or then.vpc_config.subnet_ids):
            continue
        after = {_name(one): one for one in _traced(changed, then)}
        for one in _traced(world, function):
            late = after.get(_name(one))
            if late is not None:
                yield Flow(
                    function=function.arn,
                    destination=_name(one),
                    before=one.verdict,
                    after=late.verdict,
                    detail=_detail(late),
                )


def _traced(world: World, function: Function) -> tuple[Traced, ...]:
    from doctor.network.needs import traced

    return traced(reach_of(world), function, (), world.invocations(function))


def _name(one: Traced) -> str:
    there = one.needed.destination
    port = one.trace.port if one.trace is not None else there.port
    return f"{there.host or there.value}:{port}" if port else there.host or there.value


def _detail(one: Traced) -> str:
    blockers = one.trace.blockers if one.trace is not None else ()
    return "; ".join(dict.fromkeys(f"{blocker.component}: {blocker.detail}" for blocker in blockers)) or one.why


def judged(every: tuple[Flow, ...], findings: Iterable[Finding]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What all flows say of a change, in words: what speaks for it, and what against."""
    opened = [one for one in every if one.after == "reachable" != one.before]
    lost = [
        one
        for one in every
        if one.before in ("reachable", "partial")
        and one.after in ("unreachable", "partial")
        and one.after != one.before
    ]
    wanted = {
        (function, one.detail)
        for finding in findings
        for one in finding.problem.explains
        for function in finding.affects
        if one.kind is SymptomKind.UNREACHABLE
    }
    shut = [one for one in every if (one.function, one.destination) in wanted and one.after != "reachable"]
    functions = len({one.function for one in every})
    checks = [f"network: {_count(len(every), 'known flow')} of {_count(functions, 'function')} followed again"]
    if opened:
        checks.append(f"network: newly reached: {_listed(opened)}")
    reasons = [f"network: cut off by the change: {_listed(lost)}"] if lost else []
    reasons += [f"network: {one.name} {_STILL[one.after == 'unknown']}: {one.detail}" for one in shut]
    if not reasons:
        checks.append("network: nothing is cut off")
    return tuple(checks), tuple(reasons)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _listed(those: Iterable[Flow]) -> str:
    names = list(dict.fromkeys(one.name for one in those))
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"
