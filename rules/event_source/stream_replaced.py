"""The poller reads a stream of a DynamoDB table that the table no longer writes.

Each time that a table's stream is switched on it is a new stream, with an ARN of its own. A poller of the one before finds nothing new in it,
and says nothing: what changes in the table reaches no function. A table that nobody writes to looks the same, and its stream is the poller's.

Covers: stream-starting-position
Fix: a mapping on the new stream from its beginning (TRIM_HORIZON: LATEST leaves out what is written until it polls), then delete the old one.
See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
"""

from collections.abc import Iterator

from doctor.rules_api import Applicability, Evidence, Fix, Function, Problem, Severity, TableStreams, cite, rule


@rule(Severity.HIGH)
def stream_replaced(function: Function, streams: TableStreams) -> Iterator[Problem]:  # noqa: ARG001 -- the function is the grain
    for one in streams.those:
        if one.mapping.state == "Enabled" and one.written != one.mapping.event_source_arn:
            table = one.table.table_name
            now = f"; {one.written} is the table's now" if one.written else ", and the table has none now"
            yield Problem(
                message=f"{one.mapping.event_source_arn} is no longer the stream of the table {table}{now}: no change reaches the function",
                evidence=(
                    cite(one.mapping, "event_source_arn"),
                    Evidence(
                        resource=one.table.arn,
                        field="extra.LatestStreamArn",
                        value=one.written or None,
                        source="dynamodb:DescribeTable",
                    )
                    if one.written
                    else cite(one.mapping, "state"),
                ),
                fixes=(
                    Fix(
                        title="a mapping on the table's new stream, in place of this one",
                        applicability=Applicability.MANUAL,
                        note="aws lambda create-event-source-mapping --starting-position TRIM_HORIZON: LATEST leaves out what is written until it polls",
                    ),
                ),
                subject=one.mapping.arn,
            )
    streams.require_all()
