"""A Node.js handler with a callback may have answered, and waits for what is still open.

With a callback Lambda hands the answer on when nothing is left to do: a pool of database connections or a timer that is kept open holds the invocation until its
timeout. Asynchronous handlers do not wait like that. That the handler was silent when it was stopped, and takes a callback, is all that is seen; a call that
hangs looks the same.

Covers: timeout-node-event-loop-open
Fix: an asynchronous handler; or `context.callbackWaitsForEmptyEventLoop = false`.
Proof: the failing invocation is run locally; it must run out of time with the answer given.
See: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Contents,
    Evidence,
    Fix,
    Function,
    Problem,
    Severity,
    Symptom,
    SymptomKind,
    Waiting,
    cite_log,
    rule,
    times,
)

WITH_CALLBACK = 3
"""Parameters of a handler that answers by a callback."""


@rule(Severity.MEDIUM)
def callback_keeps_waiting(function: Function, waiting: Waiting, contents: Contents) -> Iterator[Problem]:
    if not waiting.hung or not (function.runtime or "").startswith("nodejs"):
        return
    code = contents.package.handler if contents.package else None
    if code is None or code.asynchronous or code.parameters is None or code.parameters < WITH_CALLBACK:
        return
    last = waiting.hung[-1]
    yield Problem(
        message=f"its handler answers by a callback, and was silent when it was stopped, {times(waiting.hung)}: something may be kept open",
        evidence=(
            cite_log(function, "Status", last.status, last.at),
            Evidence(
                resource=function.arn,
                field="Package.handler.parameters",
                value=code.parameters,
                source="lambda:GetFunction",
            ),
        ),
        fixes=(
            Fix(
                title="make the handler asynchronous, or set callbackWaitsForEmptyEventLoop to false",
                applicability=Applicability.MANUAL,
            ),
        ),
        confidence=Confidence.POSSIBLE,
        explains=(Symptom(kind=SymptomKind.TIMED_OUT),),
        expects="timed_out",
    )
