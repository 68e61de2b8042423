"""The handler needs longer than its timeout allows.

Lambda ends an invocation at its `Timeout`, whatever the handler is doing: the work is lost, and a retry starts from the beginning.
This rule speaks when the handler was still at work when it was stopped: its own log lines go on until shortly before the deadline,
or invocations that succeed already use most of the time. A handler that falls silent early was waiting for something (a connection,
a lock), and a longer timeout would only make it wait for longer: that is ruled out here and left to the rules for what it waits for.

Covers: timeout-handler-too-slow
Fix: raise the timeout. Safe: a longer limit changes nothing for invocations that end before it. A queue that feeds the function must
hide its messages for at least six times the new timeout; the plan adds that.
Proof: the failing invocation is run locally, first with the old timeout, then with the new one.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html
"""

from collections.abc import Iterator
from math import ceil

from doctor.rules_api import (
    LONGEST_TIMEOUT,
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
    more_time,
    rule,
    said,
    times,
)

AT_WORK = 0.25
"""Share of the timeout before the deadline within which a line of the handler's own shows that it was still working."""
NEAR = 0.8
"""Share of the timeout from which successful invocations count as close to the limit."""
AT_LIMIT = 0.99
"""Share of the timeout from which a time-out was today's: REPORT rounds, and the limit may have been lower before."""
TIMED_OUT = Symptom(kind=SymptomKind.TIMED_OUT)


@rule(Severity.HIGH)
def handler_slower_than_timeout(
    function: Function, invocations: Invocations, batches: Batches
) -> Iterator[Problem | NotThis]:
    limit = function.timeout * 1000
    stopped = [one for one in invocations.timed_out if _stopped_at(limit, one)]
    if not stopped or function.timeout >= LONGEST_TIMEOUT:
        return
    if batches.to_blame:
        yield NotThis(symptom=TIMED_OUT, why=batches.to_blame)
        return
    slowest = max((one.duration or 0 for one in invocations.succeeded), default=0.0)
    working = [one for one in stopped if _was_working(one, limit)]
    if not working and slowest < NEAR * limit:
        silent = max(_silent_for(one, limit) for one in stopped) / 1000
        yield NotThis(
            symptom=TIMED_OUT,
            why=f"the handler logged nothing in its last {silent:.1f} s: that speaks for waiting, though work in silence looks the same",
        )
        return
    last = stopped[-1]
    yield Problem(
        message=f"the handler {_how(working, slowest)} when it was stopped at its timeout of {function.timeout} s, {times(stopped)}",
        evidence=(
            cite(function, "timeout"),
            cite_log(function, "Duration", f"{last.duration:.0f} ms, Status: timeout", last.at),
            *_last_words(function, working),
        ),
        fixes=more_time(function, *_candidates(function.timeout, slowest / 1000)),
        confidence=Confidence.CERTAIN if working else Confidence.LIKELY,
        explains=(TIMED_OUT,),
        expects="timed_out",
    )


def _stopped_at(limit: float, one: Invocation) -> bool:
    """Tell whether today's limit stopped the handler itself: not an older, lower limit, and not its initialisation's time."""
    in_init = any(init.status == "timeout" for init in one.inits)
    return (one.duration or 0) >= AT_LIMIT * limit and one.started is not None and not in_init


def _how(working: list[Invocation], slowest: float) -> str:
    return "was still working" if working else f"(which succeeds in up to {slowest / 1000:.1f} s) was not done"


def _silent_for(one: Invocation, limit: float) -> float:
    return limit - (one.spoke_until or 0.0)


def _was_working(one: Invocation, limit: float) -> bool:
    return _silent_for(one, limit) <= AT_WORK * limit


def _last_words(function: Function, working: list[Invocation]) -> Iterator[Evidence]:
    for one in working[-1:]:
        last = one.own_lines[-1]
        yield cite_log(function, "last line", said(last.message), last.at)


def _candidates(timeout: int, slowest: float) -> tuple[float, ...]:
    """Timeouts to try, the smallest first: twice today's (or half more than the slowest success), then further up."""
    first = max(2 * timeout, ceil(1.5 * slowest))
    return first, 3 * first, 10 * first
