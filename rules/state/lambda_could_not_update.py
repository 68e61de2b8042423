"""Lambda itself, or a service that it depends on, could not bring the function into service.

`InternalError` and `DependencyError` are not the function's doing, and go away when the update is sent again. `InvalidConfiguration` and `InvalidRuntime` do
not. `DrainingDurableExecutions` waits for durable executions that still run.

Covers: state-dependency-internal
Fix: send the update again; where it goes on, AWS support can see why. An invalid configuration is corrected first.
See: https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Problem,
    Severity,
    cite,
    reason_field,
    rule,
)

CODES = ("InternalError", "DependencyError", "InvalidConfiguration", "InvalidRuntime", "DrainingDurableExecutions")


@rule(Severity.HIGH)
def lambda_could_not_update(function: Function) -> Iterator[Problem]:
    field = reason_field(function, *CODES)
    if field:
        which = field.removesuffix("_code")
        code, reason = getattr(function, field), getattr(function, which)
        yield Problem(
            message=f"it was not brought into service ({code}: {reason or 'no reason given'})",
            evidence=(cite(function, field), cite(function, which)),
            fixes=(
                Fix(
                    title="send the update again",
                    applicability=Applicability.MANUAL,
                    note="InternalError and DependencyError pass by; InvalidConfiguration and InvalidRuntime do not",
                ),
            ),
        )
