"""In Node.js a promise was rejected, or an exception thrown, where nobody caught it, and the process ended.

The runtime logs `Unhandled Promise Rejection` or `Uncaught Exception` and exits with status 128 or 129: the invocation fails, and the next
one starts cold. What is awaited inside the handler ends as an ordinary handler error instead; what was started and never awaited, a
callback, a timer or an event emitter's error ends here, sometimes in a later invocation than the one that started it.

Covers: node-unhandled-rejection
Fix: await every promise, and handle 'error' events.
Proof: the failing invocation is run locally; the runtime must post the same error.
See: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
"""

import re
from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Evidence,
    Fix,
    Function,
    Invocation,
    Invocations,
    NotThis,
    Problem,
    Severity,
    SymptomKind,
    cite_log,
    in_line,
    rule,
    shown,
    times,
    told_otherwise,
)

WORDS = ("Unhandled Promise Rejection", "Uncaught Exception")
STATUS = re.compile(r"exit status 12[89]\b")
AWAIT = Fix(
    title="await every promise",
    applicability=Applicability.MANUAL,
    note="return or await what the handler starts, put .catch on what it does not wait for, and listen to 'error' of streams and emitters",
)


@rule(Severity.HIGH)
def unhandled_rejection(function: Function, invocations: Invocations) -> Iterator[Problem | NotThis]:
    if not (function.runtime or "").startswith("nodejs"):
        return
    ended = (*invocations.showing(SymptomKind.RAISED), *invocations.showing(SymptomKind.EXITED))
    met = [one for one in ended if _words(one) or STATUS.search(one.error_message)]
    if not met:
        for seen in shown(invocations.showing(SymptomKind.EXITED)[-1:]):
            yield NotThis(symptom=seen, why="the runtime logged no rejection and no uncaught exception")
        return
    last = met[-1]
    if why := told_otherwise(function, last):
        for seen in shown(met):
            yield NotThis(symptom=seen, why=why)
        return
    what = (
        "a promise was rejected and nobody waited for it"
        if _rejected(last)
        else "an exception was thrown where nobody caught it"
    )
    text = f" ({in_line(last.error_message)})" if _words(last) and last.error_message else ""
    yield Problem(
        message=f"{what}{text}, which ended the process, {times(met)}",
        evidence=tuple(_evidence(function, last)),
        fixes=(AWAIT,),
        explains=shown(met),
        expects="handler_failed",
    )


def _words(one: Invocation) -> str:
    return next((word for line in one.lines for word in WORDS if word in line.message), "")


def _rejected(one: Invocation) -> bool:
    return _words(one) == WORDS[0] or "exit status 128" in one.error_message


def _evidence(function: Function, last: Invocation) -> Iterator[Evidence]:
    yield cite_log(function, _words(last) or "errorMessage", last.error_message or last.error_type, last.at)
