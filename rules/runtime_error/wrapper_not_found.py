"""A wrapper script, or a program that it starts, is not there or may not be executed.

`AWS_LAMBDA_EXEC_WRAPPER` names a script that starts the runtime, mostly one that a layer brings (`/opt/…`). Without the layer, or without the right to execute,
the environment ends with exit status 127 (not found) or 126 (not executable), before any of the function's code runs. The same statuses come from
other scripts that start what is not there, so without that variable it is only possible.

Covers: rt-wrapper-not-found
Fix: add the layer that brings it, make it executable, or take the variable away.
Proof: the failing invocation is run locally; the process must end the same way.
See: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html
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
    SymptomKind,
    cite,
    cite_log,
    rule,
    shown,
    times,
)

VARIABLE = "AWS_LAMBDA_EXEC_WRAPPER"
STATUSES = {"exit status 127": "was not found", "exit status 126": "may not be executed"}


@rule(Severity.HIGH)
def wrapper_not_found(function: Function, invocations: Invocations) -> Iterator[Problem]:
    ended = invocations.unmended(invocations.showing(SymptomKind.EXITED))
    for status, how in STATUSES.items():
        met = [one for one in ended if one.error_message.endswith(status)]
        if met:
            last = met[-1]
            named = VARIABLE in function.environment.variables
            what = (
                f"the wrapper that {VARIABLE} names, or what it starts," if named else "a program that a script starts"
            )
            yield Problem(
                message=f"{what} {how} ({status}), {times(met)}",
                evidence=(
                    cite_log(function, "errorType", last.error_message, last.at),
                    *((cite(function, f"environment.variables.{VARIABLE}"),) if named else ()),
                    cite(function, "layers"),
                ),
                fixes=(
                    Fix(
                        title="add the layer that brings the wrapper, or take the variable away",
                        applicability=Applicability.MANUAL,
                    ),
                ),
                confidence=Confidence.LIKELY if named else Confidence.POSSIBLE,
                explains=shown(met),
                expects="exited",
            )
