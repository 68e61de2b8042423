"""The function's log is kept for ever.

A log group that Lambda makes has no retention: every line is stored, and paid for, until somebody deletes it.

Covers: cost-log-retention-unset
Fix: a retention of as many days as anybody looks back.
See: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    LogPlace,
    Problem,
    Severity,
    cite,
    rule,
)


@rule(Severity.INFO, advice=True)
def log_never_expires(function: Function, place: LogPlace) -> Iterator[Problem]:  # noqa: ARG001 -- the function is the grain
    if place.group is not None and place.group.retention_in_days is None:
        yield Problem(
            message=f"the log group {place.group.log_group_name} keeps its lines for ever",
            evidence=(cite(place.group, "retention_in_days"),),
            fixes=(
                Fix(
                    title="give the log group a retention",
                    applicability=Applicability.MANUAL,
                    note="aws logs put-retention-policy --log-group-name … --retention-in-days 30",
                ),
            ),
            subject=place.group.arn,
        )
