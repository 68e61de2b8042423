"""A handler that streams its answer writes it in a way that cannot be.

Headers and status belong before the first byte, the handler must be made by `awslambda.streamifyResponse`, and the stream must be ended. Otherwise the
caller gets an error, or a part of the answer.

Covers: node-streaming-misuse
Fix: set the metadata first, then write, then end the stream.
Proof: the failing invocation is run locally; it must fail the same way.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Invocations,
    Problem,
    Severity,
    cite_log,
    in_line,
    rule,
    shown,
    times,
)

TYPES = (
    "Runtime.InvalidStreamingOperation",
    "Runtime.MalformedStreamingHandler",
    "Runtime.InvalidResponseModeHeader",
    "Runtime.TruncatedResponse",
)
WAY_OUT = Fix(
    title="set metadata before the first write, and end the stream",
    applicability=Applicability.MANUAL,
    note="awslambda.HttpResponseStream.from(stream, metadata) comes first; stream.end() last",
)


@rule(Severity.HIGH)
def stream_misused(function: Function, invocations: Invocations) -> Iterator[Problem]:
    met = invocations.of_type(*TYPES)
    if not met:
        return
    last = met[-1]
    text = f": {in_line(last.error_message)}" if last.error_message else ""
    yield Problem(
        message=f"the answer could not be streamed ({last.error_type}){text}, {times(met)}",
        evidence=(cite_log(function, "errorType", last.error_type, last.at),),
        fixes=(WAY_OUT,),
        explains=shown(met),
        expects="handler_failed",
    )
