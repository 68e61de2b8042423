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
    failed_by_type,
    rule,
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
    if met:
        yield failed_by_type(
            function, met, f"the answer could not be streamed ({met[-1].error_type})", WAY_OUT, expects="handler_failed"
        )
