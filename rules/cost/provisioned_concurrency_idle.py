"""Most of the environments that are kept initialised do nothing.

Provisioned concurrency is billed by the hour, used or not. Where callers use it, and never more than a third of it at once, fewer
would do. Where nobody uses it at all they name another version, which is another matter. What was seen is the window of this look.

Covers: cost-pc-idle
Fix: provision less, or let Application Auto Scaling follow the use.
See: https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Problem,
    ProvisionedConcurrency,
    Severity,
    cite,
    cite_metric,
    rule,
)

USE = "ProvisionedConcurrencyUtilization"
LITTLE = 0.3
ENOUGH = 12
"""Periods in which it was used: an hour's."""
CONFIG = "provisioned_concurrency_config"


@rule(Severity.INFO, advice=True)
def provisioned_concurrency_idle(function: Function, provisioned: ProvisionedConcurrency) -> Iterator[Problem]:
    for one in provisioned.those:
        values = {
            at: value
            for series in one.series
            if (series.metric_name, series.stat) == (USE, "Maximum")
            for at, value in zip(series.timestamps, series.values, strict=True)
        }
        kept = one.config.requested_provisioned_concurrent_executions
        if len(values) >= ENOUGH and 0 < max(values.values()) < LITTLE and kept > 1:
            most = max(sorted(values), key=lambda at: values[at])
            yield Problem(
                message=f"at most {values[most]:.0%} of the {kept} environments kept ready for {function.function_name}:{one.qualifier} were in use",
                evidence=(
                    cite(one.owner, f"{CONFIG}.requested_provisioned_concurrent_executions"),
                    cite_metric(one.owner, f"{USE} Maximum", values[most], most),
                ),
                fixes=(
                    Fix(
                        title="provision less, or let Application Auto Scaling follow the use",
                        applicability=Applicability.MANUAL,
                    ),
                ),
                subject=one.owner.arn,
            )
