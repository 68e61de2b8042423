"""The runtime is deprecated, or will be within 90 days.

A deprecated runtime gets no security updates. Later functions with it can no longer be created, and then no longer be updated; invocations go on. From the
day on which updates are blocked another rule speaks. A container image has no runtime of Lambda's: look at its base image.

Covers: cfg-runtime-deprecated
Fix: move to a supported runtime of the same language, and try the code on it first.
See: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
"""

from collections.abc import Iterator
from datetime import timedelta

from doctor.rules_api import RUNTIMES, Applicability, Clock, Fix, Function, Problem, Severity, cite, rule

SOON = timedelta(days=90)
"""Enough to plan a move; AWS writes to its customers earlier, 180 days before."""


@rule(Severity.LOW, advice=True)
def runtime_deprecated(function: Function, clock: Clock) -> Iterator[Problem]:
    lifecycle, today = RUNTIMES.get(function.runtime or ""), clock.now.date()
    if lifecycle is None or not lifecycle.deprecated - SOON <= today < lifecycle.no_update:
        return
    past = today >= lifecycle.deprecated
    yield Problem(
        message=f"runtime {function.runtime} {'is' if past else 'will be'} deprecated {'since' if past else 'on'} {lifecycle.deprecated}, and takes no updates from {lifecycle.no_update} on",
        evidence=(cite(function, "runtime"),),
        fixes=(Fix(title="move to a supported runtime of the language", applicability=Applicability.MANUAL),),
    )
