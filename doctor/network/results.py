"""What became of all flows from one subnet, and how the verdicts of several make one."""

from collections.abc import Iterable
from typing import Literal

import msgspec
from msgspec.structs import replace

from doctor.model.call import Gap
from doctor.model.trace import Blocker, Notice, Path, Symptom, Verdict
from doctor.network.backends import Backend
from doctor.network.candidates import Answer
from doctor.network.changes import FROM_ELSEWHERE
from doctor.network.codes import MEANING


class Result(msgspec.Struct, frozen=True, gc=False):
    """What became of all flows from one subnet; there are many, and none is part of a circle."""

    verdict: Verdict
    paths: tuple[Path, ...]
    blockers: tuple[Blocker, ...]
    notices: tuple[Notice, ...]
    assumptions: tuple[str, ...]
    endpoint: str


def components(paths: Iterable[Path]) -> set[str]:
    """Ids of the components that flows met, and what tells that they come from elsewhere, or would.

    The id of a route table says in which way it was asked: ``>`` for the route to the flow's address, ``<`` for the one
    back to its source; neither, where something on the way translated the source.
    """
    met: set[str] = set()
    for path in paths:
        back = "<" if sum([hop.header is not None for hop in path.forward]) == 1 else ""
        for hops, mark in ((path.forward, ">"), (path.back, back)):
            met.update([hop.component + mark if hop.kind == "route-table" else hop.component for hop in hops])
            met.update([hop.kind for hop in hops if hop.kind in FROM_ELSEWHERE])
        said = [(one.component, one.code) for one in path.blockers]
        said += [(one.component, one.code) for one in path.notices]
        for component, code in said:
            met.add(component)
            if code in FROM_ELSEWHERE:
                met.add(code)
    return met


def unmarked(met: Iterable[str]) -> set[str]:
    """The same components, whatever they were asked."""
    return {one.rstrip("<>") for one in met}


def distinct(paths: list[Path]) -> list[Path]:
    """One path of those that differ only in an address that stands for others."""
    found: dict[tuple[object, ...], Path] = {}
    for path in paths:
        met = tuple((hop.component, hop.verdict) for hop in (*path.forward, *path.back))
        found.setdefault((path.verdict, met, *((one.component, one.code) for one in path.blockers)), path)
    return list(found.values())


def combined(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict over flows that are all used, now one and now another."""
    every = set(verdicts)
    if len(every) == 1:
        return every.pop()
    return "unknown" if "unknown" in every or not every else "partial"


def in_turn(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict over connections that are all needed."""
    every = set(verdicts)
    order: tuple[Verdict, ...] = ("unreachable", "unknown", "partial")
    return next((one for one in order if one in every), "reachable")


def result_of(paths: list[Path], answer: Answer) -> Result:
    """What several flows make, of which all are used, or one that is not known."""
    verdict = combined(one.verdict for one in paths)
    if answer.alternatives and len({one.verdict for one in paths}) > 1:
        verdict = "unknown"
    blockers, notices = paths[0].blockers, paths[0].notices
    if len(paths) > 1:
        every = {(one.component, one.code, one.direction, one.stage): one for path in paths for one in path.blockers}
        said = {(one.code, one.component): one for path in paths for one in path.notices}
        blockers, notices = tuple(every.values()), tuple(said.values())
    endpoint = answer.endpoint or next(
        (hop.component for path in paths for hop in path.forward if hop.kind == "vpc-endpoint"), ""
    )
    return Result(verdict, tuple(paths), blockers, notices, answer.assumptions, endpoint)


def obstacle(
    component: str, code: str, detail: str, verdict: Literal["drop", "unknown"], gap: Gap | None = None
) -> Blocker:
    """What stops a connection before, or beside, the packets that are followed."""
    return Blocker(
        component=component, code=code, direction="egress", stage="forward", verdict=verdict, detail=detail, gap=gap
    )


def unknown_brokers(mapping: str) -> Result:
    """What becomes of packets to brokers that were not seen."""
    blocker = obstacle(mapping, "UNKNOWN_DESTINATION", "where its brokers are was not seen", "unknown")
    path = Path(subnet="", target=mapping, verdict="unknown", blockers=(blocker,))
    return Result("unknown", (path,), (blocker,), (), (), "")


def chained(found: Result, onward: list[Result], code: str) -> Result:
    """Add a connection that is needed as well; what stops it is reported under a code of its own."""
    verdict = combined(one.verdict for one in onward)
    blockers = {one.component: replace(one, code=code, leg=one.code) for result in onward for one in result.blockers}
    notices = {(one.code, one.component): one for result in onward for one in result.notices}
    if verdict != "reachable":
        notices |= {(code, one): Notice(code=code, component=one, detail=MEANING[code]) for one in blockers}
    return replace(
        found,
        verdict=in_turn((found.verdict, verdict)),
        paths=(*found.paths, *(path for one in onward for path in one.paths)),
        blockers=(*found.blockers, *blockers.values()),
        notices=(*found.notices, *notices.values()),
        assumptions=(*found.assumptions, *(text for one in onward for text in one.assumptions)),
    )


def merged(blocked: list[tuple[Blocker, tuple[str, ...]]], results: dict[str, Result]) -> tuple[Blocker, ...]:
    """Each blocker once, with all the subnets that it concerns."""
    found: dict[tuple[str, str, str, str], tuple[Blocker, list[str]]] = {}
    every = blocked + [(one, (subnet,)) for subnet, result in results.items() for one in result.blockers]
    for one, subnets in every:
        key = one.component, one.code, one.direction, one.stage
        found.setdefault(key, (one, []))[1].extend(sub for sub in subnets if sub)
    return tuple(replace(one, subnets=tuple(dict.fromkeys(subnets))) for one, subnets in found.values())


def symptom(verdict: Verdict, blockers: Iterable[Blocker], backend: Backend | None) -> Symptom:
    """What the handler sees of it."""
    codes = {one.code for one in blockers}
    if "DR_FUNCTION_STATE" in codes:
        return "function_not_invocable"
    if verdict == "unknown":
        return "unknown"
    if verdict == "reachable":
        return "none"
    if any(code.startswith("DR_DNS_") for code in codes):
        return "dns_error"
    if codes & {"DR_IPV6_NOT_ENABLED", "DR_SUBNET_NOT_DUAL_STACK", "DR_LAMBDA_NO_IPV6_OUTSIDE_VPC"}:
        return "network_unreachable"
    if backend is not None and backend.zonal:
        return "efs_mount_error"
    if codes == {"DR_PORT_NOT_LISTENING"}:
        return "connection_refused"
    return "timeout" if verdict == "unreachable" else "intermittent_timeout"
