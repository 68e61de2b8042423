"""The function uses far less memory than it has.

Memory is billed for as long as an invocation runs, used or not. Less memory is less processor too, so that code that computes then takes longer:
run it with the smaller size before. What was seen is the window of this look, and a rare large event may need more.

Covers: cost-memory-overprovisioned
Fix: less memory, once a run with it takes no longer.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
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
    cite,
    cite_log,
    rule,
)

LITTLE = 0.4
"""Share of the memory below which the highest use is little."""
SMALL = 256
"""MB below which there is little to save."""
ENOUGH = 20


@rule(Severity.INFO, advice=True)
def memory_oversized(function: Function, invocations: Invocations) -> Iterator[Problem]:
    if function.memory_size <= SMALL:
        return
    ran = [one for one in invocations.all if one.max_memory_used and one.memory_size == function.memory_size]
    if len(ran) < ENOUGH:
        return
    most = max(ran, key=lambda one: one.max_memory_used or 0)
    used = most.max_memory_used or 0
    if used < LITTLE * function.memory_size:
        yield Problem(
            message=f"{len(ran)} invocations used at most {used} MB of {function.memory_size} MB",
            evidence=(cite(function, "memory_size"), cite_log(function, "Max Memory Used", f"{used} MB", most.at)),
            fixes=(
                Fix(
                    title="try it with less memory, and compare how long it takes",
                    applicability=Applicability.MANUAL,
                    risk="less memory is less processor: what computes takes longer, and may then cost more",
                ),
            ),
            confidence=Confidence.POSSIBLE,
        )
