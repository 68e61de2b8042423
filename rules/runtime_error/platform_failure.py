"""Lambda itself failed to run the invocation.

`Status: failure`, or an error type that begins with `Sandbox.`, is the platform's: nothing of the function is to blame, and the same event usually goes through
when it is sent again. A function's own errors have `Status: error`, its time-outs `timeout`.

Covers: sandbox-failure
Fix: send the event again; where it goes on for hours, AWS support can see why.
See: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Invocation,
    Invocations,
    Problem,
    Severity,
    cite_log,
    rule,
    shown,
    times,
)


@rule(Severity.MEDIUM)
def platform_failure(function: Function, invocations: Invocations) -> Iterator[Problem]:
    met = [one for one in invocations.failed if _is_platforms(one)]
    if met:
        last = met[-1]
        yield Problem(
            message=f"Lambda itself failed to run it ({last.error_type or 'Status: failure'}), {times(met)} of {len(invocations.all)}",
            evidence=(cite_log(function, "Status", last.status, last.at),),
            fixes=(
                Fix(title="send the event again; if it goes on, ask AWS support", applicability=Applicability.MANUAL),
            ),
            explains=shown(met),
        )


def _is_platforms(one: Invocation) -> bool:
    timed_out = one.status == "timeout" or one.error_type in ("Sandbox.Timedout", "Sandbox.Timeout")
    return not timed_out and (one.status == "failure" or one.error_type.startswith("Sandbox."))
