"""Lambda cannot read the filters of a poller.

Filters may be encrypted with a key of one's own. When the key is disabled, deleted, or no longer lets Lambda decrypt, the mapping carries a
`FilterCriteriaError` in place of them, and nothing is polled by them.

Covers: esm-filter-invalid
Fix: let Lambda use the key again, or write the filters anew.
See: https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Evidence,
    Fix,
    Function,
    Pollers,
    Problem,
    Severity,
    rule,
)


@rule(Severity.HIGH)
def filters_not_readable(function: Function, pollers: Pollers) -> Iterator[Problem]:  # noqa: ARG001 -- the function is the grain
    for mapping in pollers.those:
        error = mapping.extra.get("FilterCriteriaError")
        if error:
            yield Problem(
                message=f"the filters of the poller of {mapping.event_source_arn} cannot be read: {error.get('ErrorCode', '')}: {error.get('Message', '')}",
                evidence=(
                    Evidence(
                        resource=mapping.arn,
                        field="extra.FilterCriteriaError",
                        value=error,
                        source="lambda:ListEventSourceMappings",
                    ),
                ),
                fixes=(
                    Fix(
                        title="let Lambda decrypt with the mapping's key, or write the filters anew",
                        applicability=Applicability.MANUAL,
                    ),
                ),
                subject=mapping.arn,
            )
