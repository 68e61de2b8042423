"""Invocations succeed, but take nearly as long as the timeout allows.

Under load, or when what the function calls is a little slower than today, they will be stopped. It takes a hundred invocations to say so,
and the slowest one in a hundred decides; where a usual one is far quicker, look at what makes the slow ones slow before the timeout.
A timeout of 3 s is Lambda's default, for which another rule speaks.

Covers: timeout-near-limit
Fix: a longer timeout. Safe: it changes nothing for invocations that end before it.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html
"""

from collections.abc import Iterator
from math import ceil

from doctor.rules_api import LONGEST_TIMEOUT, Function, Invocations, Problem, Severity, cite, cite_log, more_time, rule

CLOSE = 0.8
"""Share of the timeout from which it is close."""
AT_LIMIT = 0.95
"""Share from which hardly anything is left."""
ENOUGH = 100
"""Invocations that must have succeeded before one in a hundred says something."""
DEFAULT = 3


@rule(Severity.MEDIUM)
def timeout_near_limit(function: Function, invocations: Invocations) -> Iterator[Problem]:
    if not invocations.hurried(function.timeout) or invocations.timed_out or len(invocations.succeeded) < ENOUGH:
        return
    if function.timeout in (DEFAULT, LONGEST_TIMEOUT):
        return
    slowest = sorted(invocations.succeeded, key=lambda one: (one.duration or 0.0, one.at))
    usual, slow = (slowest[ceil(share * len(slowest)) - 1] for share in (0.5, 0.99))
    took = (slow.duration or 0.0) / 1000
    if took < CLOSE * function.timeout:
        return
    yield Problem(
        message=f"one in a hundred invocations takes {took:.1f} s of a timeout of {function.timeout} s; a usual one takes {(usual.duration or 0.0) / 1000:.1f} s",
        evidence=(cite(function, "timeout"), cite_log(function, "Duration, 99th percentile", f"{took:.2f} s", slow.at)),
        fixes=more_time(function, 2 * function.timeout, 4 * function.timeout),
        severity=Severity.HIGH if took >= AT_LIMIT * function.timeout else None,
    )
