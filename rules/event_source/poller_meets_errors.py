"""The poller gets nothing through, because the function fails on what it is given.

Lambda keeps the outcome of a poller's last batch in `LastProcessingResult`. `PROBLEM: Function call failed` together with errors of the function says that
messages or records are given again and again until they expire or are put aside. It is a consequence: why the function fails is told by its log, and by
the rules for it. A function that is refused or may not read its source leaves other words there.

Covers: esm-function-error
Fix: mend what the function fails on; what waits then drains.
See: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-event-source-mapping.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Metrics,
    Pollers,
    Problem,
    Severity,
    cite,
    cite_metric,
    rule,
)

FAILED = "PROBLEM: Function call failed"


@rule(Severity.MEDIUM)
def poller_meets_errors(function: Function, pollers: Pollers, metrics: Metrics) -> Iterator[Problem]:
    errors = metrics.total("Errors")
    for mapping in pollers.those:
        if errors and mapping.state == "Enabled" and mapping.last_processing_result.startswith(FAILED):
            yield Problem(
                message=f"the last batch of {mapping.event_source_arn} failed in the function, which failed {errors:.0f} times in the window",
                evidence=(
                    cite(mapping, "last_processing_result"),
                    cite_metric(function, "Errors Sum", errors, metrics.last("Errors")),
                ),
                fixes=(Fix(title="mend what the function fails on: see its log", applicability=Applicability.MANUAL),),
                subject=mapping.arn,
            )
