"""The function computes, and has too little CPU for it.

CPU comes with memory: 1,769 MB are one vCPU, 128 MB a fourteenth of one. A function that computes can have plenty of memory and run out of
time all the same. That it computes is seen where the same function ran with less or more memory and was slower or faster in proportion;
otherwise only a local run can tell computing from waiting, so a handler that was stopped at work with most of its memory unused is called
possible, not more. A handler that had fallen silent was waiting, which no CPU shortens: that is ruled out.

Covers: timeout-cpu-starved
Fix: more memory for its CPU, up to 1,769 MB. It often costs nothing, as what is computed faster is billed for less time.
Proof: the failing invocation is run locally with the CPU share of the old memory size, then of the new one.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Batches,
    Confidence,
    Evidence,
    Function,
    Invocation,
    Invocations,
    NotThis,
    Problem,
    Severity,
    Symptom,
    SymptomKind,
    cite,
    cite_log,
    more_memory,
    rule,
)

WHOLE_CPU = 1769
"""MB. See https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html."""
ROOM = 0.6
"""Share of the memory below which memory itself is not what is short."""
AT_WORK = 0.25
"""Share of the timeout before the deadline within which a line of the handler's own shows that it was still working."""
PROPORTIONAL = 0.5
"""How much of a change in CPU must show in the durations."""
ENOUGH = 3
"""Invocations that must have been seen at each of two memory sizes."""
TIMED_OUT = Symptom(kind=SymptomKind.TIMED_OUT)


@rule(Severity.MEDIUM, advice=True)
def too_little_cpu(function: Function, invocations: Invocations, batches: Batches) -> Iterator[Problem | NotThis]:
    ran = [one for one in invocations.all if one.memory_size == function.memory_size and one.max_memory_used]
    if (
        not ran
        or function.memory_size >= WHOLE_CPU
        or max(one.max_memory_used or 0 for one in ran) >= ROOM * function.memory_size
    ):
        return
    if batches.to_blame:
        yield NotThis(symptom=TIMED_OUT, why=batches.to_blame)
        return
    stopped = [one for one in ran if one.status == "timeout" and (one.duration or 0) >= 990 * function.timeout]
    working = [
        one
        for one in stopped
        if function.timeout * 1000 - (one.spoke_until or 0.0) <= AT_WORK * function.timeout * 1000
    ]
    compared = _scales(function, invocations)
    if stopped and not working:
        yield NotThis(
            symptom=TIMED_OUT, why="the handler had been silent when it was stopped: it was waiting, not computing"
        )
    if not working and compared is None:
        return
    share = function.memory_size / WHOLE_CPU
    last = (working or ran)[-1]
    yield Problem(
        message=f"{function.memory_size} MB bring {share:.0%} of a vCPU, and of the memory at most {last.max_memory_used} MB are used",
        evidence=(
            cite(function, "memory_size"),
            cite_log(function, "Max Memory Used", f"{last.max_memory_used} MB", last.at),
            *([compared] if compared else []),
        ),
        fixes=more_memory(function, function.memory_size),
        confidence=Confidence.LIKELY if compared else Confidence.POSSIBLE,
        explains=(TIMED_OUT,) if working else (),
        expects="timed_out" if working else "",
    )


def _scales(function: Function, invocations: Invocations) -> Evidence | None:
    """What the log shows of runs at another memory size, where their durations went with the CPU; otherwise ``None``."""
    by_size: dict[int, list[Invocation]] = {}
    for one in invocations.succeeded:
        by_size.setdefault(one.memory_size or 0, []).append(one)
    now = by_size.pop(function.memory_size, [])
    for size, others in sorted(by_size.items()):
        if size and min(len(now), len(others)) >= ENOUGH:
            here, there = (_median([one.duration or 0.0 for one in those]) for those in (now, others))
            slower, smaller = sorted((here, there)), sorted((function.memory_size, min(size, WHOLE_CPU)))
            agrees = (here > there) == (function.memory_size < size)
            if agrees and slower[1] - slower[0] >= PROPORTIONAL * (1 - smaller[0] / smaller[1]) * slower[1]:
                text = f"{there:.0f} ms at {size} MB, {here:.0f} ms at {function.memory_size} MB"
                return cite_log(function, "Duration, median", text, others[-1].at)
    return None


def _median(values: list[float]) -> float:
    """The upper one of an even number of values: loading ``statistics`` costs more than all that this rule does."""
    return sorted(values)[len(values) // 2]
