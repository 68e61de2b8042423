"""The handler's module was loaded, but has no function of the name that Handler says.

The part after the last dot of `Handler` is looked up in the module: in Python as an attribute, in Node.js among its exports. A function
that was renamed, a typo, or an ES module that was loaded as CommonJS leaves nothing of that name. Every invocation fails before any
code of the handler runs.

Covers: py-handler-function-missing, node-handler-missing
Fix: name the function that is there. Unsafe: it runs code that the configuration did not name.
Proof: the failing invocation is run locally with the old Handler, then with the new one.
See: https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
"""

import re
from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Invocation,
    Invocations,
    NotThis,
    Problem,
    Severity,
    SymptomKind,
    cite,
    cite_log,
    lambda_,
    rule,
    shown,
    times,
)

PYTHON = re.compile(r"Handler '(?P<function>[^']+)' missing on module '(?P<module>[^']+)'")
NODE = re.compile(r"(?P<handler>\S+) is (?:undefined or not exported|not a function)")
BY_HAND = Fix(
    title="let Handler and code agree",
    applicability=Applicability.MANUAL,
    note="define or export the function under the name that Handler says, or change Handler to the name it has",
)


@rule(Severity.HIGH)
def handler_function_missing(function: Function, invocations: Invocations) -> Iterator[Problem | NotThis]:
    met = invocations.unmended(invocations.showing(SymptomKind.HANDLER_MISSING))
    those = [one for one in met if _named(one) == function.handler]
    for one in [one for one in met if one.error_type == "Runtime.MalformedHandlerName"][-1:]:
        yield NotThis(symptom=shown([one])[0], why="Handler could not be taken apart, so nothing was looked up")
    if not those:
        return
    code = function.package.handler if function.package else None
    candidates = code.candidates if code else ()
    has = f"; {code.path} has {', '.join(candidates)}" if code and candidates else ""
    module, _, name = function.handler.rpartition(".")
    last = those[-1]
    yield Problem(
        message=f"Handler '{function.handler}' leads to no function '{name}' in the module{has}, {times(those)}",
        evidence=(
            cite(function, "handler"),
            cite_log(function, "errorMessage", last.error_message, last.at),
            *([cite(function, "package.handler.candidates")] if candidates else []),
        ),
        fixes=(*(_point(function, f"{module}.{one}") for one in candidates if one != name), BY_HAND),
        explains=shown(those),
        expects="init_failed",
    )


def _named(one: Invocation) -> str:
    """The Handler that the runtime looked up: a failure of an earlier one says nothing about today's."""
    if match := PYTHON.search(one.error_message):
        return f"{match['module']}.{match['function']}"
    match = NODE.search(one.error_message)
    return match["handler"] if match else ""


def _point(function: Function, handler: str) -> Fix:
    return Fix(
        title=f"let Handler be {handler}",
        applicability=Applicability.UNSAFE,
        steps=(lambda_.set_handler(function, handler),),
        risk="it runs a function that the configuration did not name",
    )
