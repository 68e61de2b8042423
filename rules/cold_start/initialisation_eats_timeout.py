"""The initialisation is run again inside an invocation, and uses up its timeout.

After an initialisation that failed or took too long, and after an invocation that ended its environment, Lambda initialises inside the
next invocation, on the handler's time. With a short `Timeout` nothing is left for the handler: the first invocation of an environment
fails, and later ones, for which everything is ready, succeed. The log shows an `INIT_REPORT` with `Phase: invoke`, or a `Duration` that
began well before START.

Covers: suppressed-init-timeout
Fix: a timeout with room for initialisation and handler. Safe: it changes nothing for invocations that end before it.
Proof: the failing invocation is run locally, first with the old timeout, then with the new one.
See: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
"""

from collections.abc import Iterator
from math import ceil

from doctor.rules_api import (
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
    times,
)

TIMED_OUT = Symptom(kind=SymptomKind.TIMED_OUT)
AT_LIMIT = 0.99
"""Share of the timeout from which a time-out was today's: REPORT rounds, and the limit may have been lower before."""
MUCH = 0.25
"""Share of the timeout that an initialisation must have used to be to blame."""
INIT_LIMIT = 10.0
"""Seconds that an environment has to get ready on its own."""


@rule(Severity.HIGH)
def initialisation_eats_timeout(function: Function, invocations: Invocations) -> Iterator[Problem | NotThis]:
    limit = function.timeout * 1000
    stopped = [one for one in invocations.timed_out if (one.duration or 0) >= AT_LIMIT * limit]
    eaten = [one for one in stopped if _inside(one) >= MUCH * limit]
    if not eaten:
        if stopped:
            yield NotThis(
                symptom=TIMED_OUT, why="the handler had the whole timeout: no initialisation was run inside it"
            )
        return
    last = eaten[-1]
    seconds = min(_inside(last), limit) / 1000
    yield Problem(
        message=f"{seconds:.1f} s of the timeout of {function.timeout} s went into initialising inside the invocation, {times(eaten)}",
        evidence=(
            cite(function, "timeout"),
            cite_log(function, "initialisation inside the invocation", f"{seconds * 1000:.0f} ms", last.at),
        ),
        fixes=more_time(function, *_candidates(function.timeout, invocations)),
        explains=(TIMED_OUT,),
        expects="timed_out",
    )


def _inside(one: Invocation) -> float:
    """Milliseconds of the invocation that passed before its handler began."""
    told = [init.duration or 0.0 for init in one.inits if init.phase == "invoke"]
    ends = [line.at for line in one.lines if line.platform and line.message.startswith(("END ", "REPORT "))]
    if told or one.started is None or not ends:
        return max(told, default=0.0)
    return (one.duration or 0.0) - (ends[0] - one.started).total_seconds() * 1000


def _candidates(timeout: int, invocations: Invocations) -> tuple[float, ...]:
    """Timeouts to try: room for an initialisation as long as those seen and the slowest handler, then more."""
    inits = [one.init_duration or 0.0 for one in invocations.cold]
    slowest = max((one.duration or 0.0 for one in invocations.succeeded), default=0.0)
    needed = (max(inits) if inits else INIT_LIMIT * 1000) + slowest
    first = max(2 * timeout, ceil(1.5 * needed / 1000))
    return first, 3 * first
