"""Handler has no dot, so it names no function.

Python and Node.js take `Handler` apart at its last dot: the file before it, the function after it. Without one nothing can be loaded,
and every invocation fails. Other runtimes read `Handler` in their own ways, or not at all.

Covers: py-handler-malformed
Fix: write it as file.function.
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
    SymptomKind,
    cite,
    cite_log,
    lambda_,
    rule,
    shown,
)

TAKEN_APART = ("python", "nodejs")


@rule(Severity.HIGH)
def handler_malformed(function: Function, invocations: Invocations) -> Iterator[Problem]:
    if "." in function.handler or not (function.runtime or "").startswith(TAKEN_APART):
        return
    met = [
        one
        for one in invocations.showing(SymptomKind.HANDLER_MISSING)
        if one.error_type == "Runtime.MalformedHandlerName" and f"'{function.handler}'" in one.error_message
    ]
    yield Problem(
        message=f"Handler '{function.handler}' has no dot: it must be file.function",
        evidence=(
            cite(function, "handler"),
            cite(function, "runtime"),
            *(cite_log(function, "errorMessage", one.error_message, one.at) for one in met[-1:]),
        ),
        fixes=(*_candidates(function), _by_hand(function)),
        explains=shown(met),
        expects="init_failed",
    )


def _candidates(function: Function) -> Iterator[Fix]:
    """Where the package has a file of that name, the functions in it that take an event and a context."""
    code = function.package.handler if function.package else None
    for name in code.candidates if code and code.path else ():
        handler = f"{function.handler}.{name}"
        yield Fix(
            title=f"let Handler be {handler}",
            applicability=Applicability.UNSAFE,
            steps=(lambda_.set_handler(function, handler),),
            risk="it runs a function that the configuration did not name",
        )


def _by_hand(function: Function) -> Fix:
    return Fix(
        title="write Handler as file.function",
        applicability=Applicability.MANUAL,
        note=f"for a function {function.handler} in app.py that is app.{function.handler}",
    )
