"""Functions with this runtime can no longer be updated.

The function runs as before. But Lambda refuses every update of its code and configuration from the runtime's block date on: a fix cannot be deployed,
a timeout not be raised, unless the same update changes the runtime. A container image has no runtime of Lambda's.

Covers: pkg-runtime-blocked
Fix: move to a supported runtime of the same language, and try the code on it first.
See: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
"""

from collections.abc import Iterator

from doctor.rules_api import RUNTIMES, Applicability, Clock, Fix, Function, Problem, Severity, cite, rule


@rule(Severity.MEDIUM)
def runtime_blocked(function: Function, clock: Clock) -> Iterator[Problem]:
    lifecycle = RUNTIMES.get(function.runtime or "")
    if lifecycle is None or clock.now.date() < lifecycle.no_update or function.version != "$LATEST":
        return
    yield Problem(
        message=f"runtime {function.runtime} takes no updates since {lifecycle.no_update}: no change of code or configuration can be deployed",
        evidence=(cite(function, "runtime"),),
        fixes=(Fix(title="move to a supported runtime of the language", applicability=Applicability.MANUAL),),
    )
