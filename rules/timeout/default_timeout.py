"""The timeout is Lambda's default of 3 seconds, and invocations come close to it.

Nobody who gives no `Timeout` has thought about one. This rule speaks while the function still succeeds: the next slow answer of whatever it
calls ends an invocation in its middle. Once invocations are stopped the default is no explanation any more. Whether the handler was at
work or was waiting for something that never came decides, and a longer timeout helps only the first: other rules tell which.

Covers: timeout-default-3s
Fix: a timeout with room above the slowest invocation. Safe: it changes nothing for invocations that end before it.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html
"""

from collections.abc import Iterator
from math import ceil

from doctor.rules_api import (
    Function,
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
)

DEFAULT = 3
"""Seconds."""
CLOSE = 0.8
"""Share of the timeout from which it is close."""
ENOUGH = 10
"""Invocations that must have succeeded before their 95th percentile says something."""
TIMED_OUT = Symptom(kind=SymptomKind.TIMED_OUT)


@rule(Severity.MEDIUM)
def default_timeout(function: Function, invocations: Invocations) -> Iterator[Problem | NotThis]:
    if not (invocations.timed_out or invocations.hurried(function.timeout)) or function.timeout != DEFAULT:
        return
    if invocations.timed_out:
        why = "invocations were stopped: what they were doing then explains it, not where the limit came from"
        yield NotThis(symptom=TIMED_OUT, why=why)
        return
    slowest = sorted(invocations.succeeded, key=lambda one: (one.duration or 0.0, one.at))
    if len(slowest) < ENOUGH:
        return
    slow = slowest[ceil(0.95 * len(slowest)) - 1]
    took = (slow.duration or 0.0) / 1000
    if took >= CLOSE * DEFAULT:
        yield Problem(
            message=f"the timeout is the default of {DEFAULT} s, and one in twenty invocations takes {took:.1f} s or more",
            evidence=(
                cite(function, "timeout"),
                cite_log(function, "Duration, 95th percentile", f"{took:.2f} s", slow.at),
            ),
            fixes=more_time(function, 10, 30),
        )
