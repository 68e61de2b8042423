"""The handler answers by a callback, which Node.js 24 and later do not have in Lambda.

A function of three parameters is refused when it is loaded. An asynchronous handler, or one that returns a promise, answers by returning.

Covers: node-callback-removed
Fix: make the handler asynchronous; until then Node.js 22 takes callbacks.
Proof: the failing invocation is run locally; it must fail the same way.
See: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Invocations,
    Problem,
    Severity,
    failed_by_type,
    rule,
)

TYPES = ("Runtime.CallbackHandlerDeprecated",)
WAY_OUT = Fix(
    title="make the handler asynchronous",
    applicability=Applicability.MANUAL,
    note="export const handler = async (event) => …; or choose nodejs22.x",
)


@rule(Severity.HIGH)
def callback_handler_removed(function: Function, invocations: Invocations) -> Iterator[Problem]:
    met = invocations.of_type(*TYPES)
    if met:
        yield failed_by_type(
            function, met, f"{function.runtime or 'the runtime'} takes no handler with a callback", WAY_OUT
        )
