"""The function was put aside, and its next invocation fails.

Lambda makes a function `Inactive` that was idle for weeks, and takes its network interfaces back: the next invocation fails, brings it back, and later
ones go through. That is worth knowing, no more. When its image was deleted or may no longer be read (`ImageDeleted`, `ImageAccessDenied`) nothing
brings it back by itself.

Covers: state-inactive
Fix: after a loss, make the image readable again and update the function's code. An idle one is brought back by invoking it once.
See: https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
"""

from collections.abc import Iterator

from doctor.rules_api import Applicability, Fix, Function, Problem, Severity, cite, rule

COMING_BACK = "Restoring"
IDLE = "Idle"


@rule(Severity.HIGH)
def function_inactive(function: Function) -> Iterator[Problem]:
    code = function.state_reason_code
    if function.state != "Inactive" or code == COMING_BACK:
        return
    idle = code == IDLE
    what = "it was idle for weeks: its next invocation fails, and brings it back" if idle else "no invocation runs"
    yield Problem(
        message=f"its State is Inactive ({code or 'no code'}): {what}",
        evidence=(cite(function, "state"), cite(function, "state_reason_code"), cite(function, "state_reason")),
        fixes=(
            Fix(
                title="invoke it once" if idle else "make its code readable again, and update the function with it",
                applicability=Applicability.MANUAL,
            ),
        ),
        severity=Severity.INFO if idle else None,
    )
