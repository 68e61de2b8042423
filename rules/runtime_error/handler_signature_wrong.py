"""The handler takes other arguments than it is given.

Lambda calls a Python handler with two arguments, the event and the context. A function of one parameter, a method, or one that asks for more cannot be called
like that, and no invocation gets into it. The same words for another function than the handler are a mistake of the code's own.

Covers: py-handler-signature
Fix: `def handler(event, context)`.
Proof: the failing invocation is run locally; it must raise the same exception.
See: https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Invocations,
    Problem,
    Severity,
    cite,
    cite_log,
    rule,
    shown,
    times,
    wrong_signature,
)


@rule(Severity.HIGH)
def handler_signature_wrong(function: Function, invocations: Invocations) -> Iterator[Problem]:
    met = invocations.unmended([one for one in invocations.failed if wrong_signature(function, one)])
    if not met:
        return
    last = met[-1]
    yield Problem(
        message=f"the handler cannot be called with an event and a context: {last.error_message}, {times(met)}",
        evidence=(cite(function, "handler"), cite_log(function, last.error_type, last.error_message, last.at)),
        fixes=(Fix(title="give it two parameters: event and context", applicability=Applicability.MANUAL),),
        explains=shown(met),
        expects="handler_failed",
    )
