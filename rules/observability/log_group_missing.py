"""The log group that the function is told to write to does not exist.

`LoggingConfig.LogGroup` names a group of its own. Lambda creates a missing group only if the function's role may; otherwise every line is lost, and nothing
says so. This rule speaks where the function ran and the group is still missing. A function with Lambda's own group that has never run has none either, and
that is well.

Covers: obs-log-group-custom-missing
Fix: create the log group, or let the role create it.
See: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    LogPlace,
    Metrics,
    Problem,
    Severity,
    cite,
    cite_metric,
    rule,
)


@rule(Severity.MEDIUM)
def log_group_missing(function: Function, log_place: LogPlace, metrics: Metrics) -> Iterator[Problem]:
    if log_place.is_there or function.log_group == f"/aws/lambda/{function.function_name}":
        return
    ran = metrics.total("Invocations")
    if not ran:
        return
    yield Problem(
        message=f"its log group {function.log_group} does not exist, and it ran {ran:.0f} times: what it logged is lost",
        evidence=(
            cite(function, "logging_config.log_group"),
            cite_metric(function, "Invocations Sum", ran, metrics.last("Invocations")),
        ),
        fixes=(
            Fix(
                title=f"create log group {function.log_group}, or let the role create it",
                applicability=Applicability.MANUAL,
            ),
        ),
    )
