"""What the handler returns cannot be written as JSON.

The handler ran to its end; then the runtime failed to encode its answer: a date, a set, an object of a class. The work was done, and the
caller gets an error nevertheless, so that a retry does it again. A coroutine is the sign of an `async` handler, which Lambda's Python
runtime calls but does not await: there nothing ran at all.

Covers: py-response-not-serializable, py-async-handler
Fix: return what JSON knows; make an async handler an ordinary function that runs the coroutine.
Proof: the failing invocation is run locally; it must fail the same way.
See: https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
"""

import re
from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Invocations,
    NotThis,
    Problem,
    Severity,
    cite_log,
    rule,
    shown,
    times,
)

TYPE = re.compile(r"Object of type (?P<name>\w+) is not JSON serializable")
CONVERT = Fix(
    title="return what JSON knows",
    applicability=Applicability.MANUAL,
    note="convert before returning: text for dates, lists for sets, dictionaries for objects; or return json.loads(json.dumps(x, default=str))",
)
AWAIT = Fix(
    title="run the coroutine",
    applicability=Applicability.MANUAL,
    note="make the handler an ordinary function that returns asyncio.run(main(event, context))",
)


@rule(Severity.HIGH)
def response_not_serializable(function: Function, invocations: Invocations) -> Iterator[Problem | NotThis]:
    for seen in shown(invocations.of_type("Function.ResponseSizeTooLarge")):
        yield NotThis(symptom=seen, why="the answer was written as JSON; it was too large")
    met = invocations.of_type("Runtime.MarshalError")
    if not met:
        return
    last = met[-1]
    found = TYPE.search(last.error_message)
    name = found["name"] if found else "value of a type"
    coroutine = name == "coroutine"
    what = "a coroutine, which Lambda does not await" if coroutine else f"a {name}, which JSON does not know"
    yield Problem(
        message=f"the handler returned {what}, {times(met)}",
        evidence=(cite_log(function, "errorMessage", last.error_message, last.at),),
        fixes=(AWAIT if coroutine else CONVERT,),
        explains=shown(met),
        expects="handler_failed",
    )
