"""The code tells which records of a batch failed, and its poller does not listen.

A handler that answers with `batchItemFailures` expects the named records to come again. The poller of a queue or a stream listens to that only
with `ReportBatchItemFailures` in its `FunctionResponseTypes`. Without it an answer is a success whatever it says: the whole batch is deleted, or the
stream moves on, and what failed is lost. Nothing shows it: no error is counted, nothing is retried, no dead-letter queue fills. Whether the code
that names the answer runs is not known, so the finding is likely, not certain.

Covers: batch-failures-ignored
Fix: let the poller listen. Records that always fail then come again until the queue's redrive policy or the stream's limits put them aside.
See: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Contents,
    EventSourceMapping,
    Evidence,
    Fix,
    Function,
    Pollers,
    Problem,
    Severity,
    cite,
    event_sources,
    rule,
)

LISTENS = "ReportBatchItemFailures"
SOURCES = ("sqs", "kinesis", "dynamodb")
"""Services whose pollers can listen, as their ARNs name them."""


@rule(Severity.HIGH)
def batch_failures_ignored(function: Function, pollers: Pollers, contents: Contents) -> Iterator[Problem]:
    deaf = [one for one in pollers.those if one.state == "Enabled" and _is_deaf(one)]
    source = contents.package.source if deaf and contents.package else None
    places = [one for one in source.batch_answers if one.path in source.reached] if source else []
    for mapping in deaf:
        if places:
            where = f"{places[0].path} line {places[0].line}"
            yield Problem(
                message=f"the code answers with batchItemFailures ({where}), but the poller of {mapping.event_source_arn} takes every answer for a success: records that failed are lost",
                evidence=(
                    cite(mapping, "function_response_types"),
                    Evidence(
                        resource=function.arn,
                        field=f"Package.source.batch_answers[{places[0].path}].line",
                        value=places[0].line,
                        source="lambda:GetFunction",
                    ),
                ),
                fixes=(_listen(mapping),),
                confidence=Confidence.LIKELY,
                subject=mapping.arn,
            )


def _is_deaf(mapping: EventSourceMapping) -> bool:
    service = (*mapping.event_source_arn.split(":"), "", "")[2]
    return service in SOURCES and LISTENS not in mapping.function_response_types


def _listen(mapping: EventSourceMapping) -> Fix:
    return Fix(
        title="let the poller listen to the failures that the code tells of",
        applicability=Applicability.UNSAFE,
        steps=(event_sources.report_failures(mapping),),
        risk="what failed comes again: without a redrive policy or a limit of retries it does so until it expires",
    )
