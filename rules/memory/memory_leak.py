"""Memory grows from invocation to invocation of one environment.

What a handler keeps in globals, caches and open handles lives as long as its environment. REPORT's `Max Memory Used` is the highest
figure so far, so one large event lifts it once and for all; a leak lifts it again and again until the environment is killed, and a new
one starts low.

Covers: memory-leak-warm-env
Fix: bound what outlives an invocation: caches, lists in modules, clients made for each event. More memory only delays the kill.
See: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Fix,
    Function,
    Invocations,
    Problem,
    Severity,
    SymptomKind,
    cite,
    cite_log,
    rule,
    shown,
)

BOUND = Fix(
    title="bound what outlives an invocation",
    applicability=Applicability.MANUAL,
    note="look for caches without a size, lists and dictionaries at module level that only grow, clients and files opened for each event",
)


@rule(Severity.MEDIUM)
def memory_leak(function: Function, invocations: Invocations) -> Iterator[Problem]:
    those = invocations.leaking()
    if not those:
        return
    first, last = those[0], those[-1]
    killed = [one for one in those if one in invocations.showing(SymptomKind.KILLED)]
    yield Problem(
        message=f"memory rose from {first.max_memory_used} to {last.max_memory_used} MB over {len(those)} invocations of one environment",
        evidence=(
            cite_log(function, "Max Memory Used, first", f"{first.max_memory_used} MB", first.at),
            cite_log(function, "Max Memory Used, last", f"{last.max_memory_used} MB", last.at),
            cite(function, "memory_size"),
        ),
        fixes=(BOUND,),
        confidence=Confidence.LIKELY,
        explains=shown(killed),
        expects="out_of_memory" if killed else "",
        severity=Severity.HIGH if killed else None,
    )
