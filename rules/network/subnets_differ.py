"""From some of the function's subnets a destination can be reached, from others not.

An execution environment uses one of the function's subnets, and which one is not told. When their routes, ACLs or groups differ, the same call
works in one environment and hangs in the next: the share of the failures is that of the subnets without a way.
This rule speaks when invocations waited in silence, or could not connect, and a destination that the function is known to need is reached from
some subnets only.

Covers: net-mixed-subnets
Fix: leave the function only in subnets that have a way, or give the others one. Unsafe: fewer zones, and the interfaces are made anew.
See: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-networking.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Fix,
    Function,
    Problem,
    Reachability,
    Severity,
    Symptom,
    SymptomKind,
    Traced,
    Waiting,
    cite,
    cite_failed,
    lambda_,
    openings,
    rule,
)

NO_ROUTE = "NO_ROUTE_TO_DESTINATION"


@rule(Severity.CRITICAL)
def subnets_differ(function: Function, waiting: Waiting, reachability: Reachability) -> Iterator[Problem]:
    if not waiting.failed:
        return
    mixed = [one for one in reachability.blocked if _without(one) and _with(one)]
    if not mixed:
        reachability.require_all()
        return
    names = list(dict.fromkeys(_name(one) for one in mixed))
    bad = sorted({subnet for one in mixed for subnet in _without(one)})
    good = [one for one in function.vpc_config.subnet_ids if one not in bad]
    total = len(function.vpc_config.subnet_ids)
    yield Problem(
        message=f"{', '.join(names)} cannot be reached from {' and '.join(bad)} ({len(bad)} of {total} subnets), and can from others",
        evidence=(
            *(place for one in mixed for place in one.needed.told),
            cite(function, "vpc_config.subnet_ids"),
            *cite_failed(function, waiting),
        ),
        fixes=(*_leave(function, good), *_open(reachability, mixed)),
        confidence=Confidence.CERTAIN,
        explains=tuple(Symptom(kind=SymptomKind.UNREACHABLE, detail=one) for one in names),
        expects=waiting.expects,
    )
    reachability.require_all()


def _without(one: Traced) -> list[str]:
    return [subnet for subnet, verdict in _verdicts(one).items() if verdict == "unreachable"]


def _with(one: Traced) -> list[str]:
    return [subnet for subnet, verdict in _verdicts(one).items() if verdict == "reachable"]


def _verdicts(one: Traced) -> dict[str, str]:
    return {} if one.trace is None else dict(one.trace.subnets)


def _name(one: Traced) -> str:
    there = one.needed.destination
    return f"{there.host or there.value}:{one.trace.port if one.trace is not None else there.port}"


def _leave(function: Function, good: list[str]) -> Iterator[Fix]:
    if good:
        yield Fix(
            title=f"leave the function only in {' and '.join(good)}",
            steps=(lambda_.set_subnets(function, good),),
            applicability=Applicability.UNSAFE,
            risk="its network interfaces are made anew, which takes minutes; a zone that is left is no longer used",
        )


def _open(reachability: Reachability, mixed: list[Traced]) -> Iterator[Fix]:
    """What gives the others a way, where one route is all that is missing."""
    missing = reachability.stopped(NO_ROUTE, of=mixed)
    if len(missing) == 1:
        yield from (fix for fix in openings(reachability, missing[0]) if "leave the function" not in fix.title)
