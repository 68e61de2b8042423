"""Durable executions failed, or took longer than they may.

A durable function is run again and again until its execution is done; each run counts as an invocation, and its errors may be part of the
plan. Whether the execution itself failed is counted apart. It does when its steps fail for good, when it has more than 3,000 operations or
writes more than 100 MB, and it times out after the `ExecutionTimeout` of its `DurableConfig`.

Covers: state-durable-failed
Fix: see what the failed execution says of itself; a longer `ExecutionTimeout` where time is what it lacks.
See: https://docs.aws.amazon.com/lambda/latest/dg/durable-monitoring.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Evidence,
    Fix,
    Function,
    Metrics,
    Problem,
    Severity,
    cite_metric,
    rule,
)

FAILED, TIMED_OUT = "DurableExecutionFailed", "DurableExecutionTimedOut"
CONFIG = "DurableConfig"


@rule(Severity.HIGH)
def durable_execution_failed(function: Function, metrics: Metrics) -> Iterator[Problem]:
    failed, late = metrics.total(FAILED), metrics.total(TIMED_OUT)
    if function.version != "$LATEST":
        return
    if failed:
        yield Problem(
            message=f"{failed:.0f} durable executions failed for good",
            evidence=(cite_metric(function, f"{FAILED} Sum", failed, metrics.last(FAILED)),),
            fixes=(
                Fix(
                    title="see what a failed execution says: its last operation carries the error",
                    applicability=Applicability.MANUAL,
                    note="aws lambda list-durable-executions-by-function --statuses FAILED, then get-durable-execution-history",
                ),
            ),
        )
    if late:
        most = (function.extra.get(CONFIG) or {}).get("ExecutionTimeout")
        yield Problem(
            message=f"{late:.0f} durable executions took longer than {f'the {most} s that they may' if most else 'they may'}",
            evidence=(cite_metric(function, f"{TIMED_OUT} Sum", late, metrics.last(TIMED_OUT)), *_limit(function)),
            fixes=(
                Fix(title="a longer ExecutionTimeout, or fewer and shorter waits", applicability=Applicability.MANUAL),
            ),
        )


def _limit(function: Function) -> Iterator[Evidence]:
    config = function.extra.get(CONFIG)
    if config:
        yield Evidence(
            resource=function.arn, field=f"extra.{CONFIG}", value=config, source="lambda:GetFunctionConfiguration"
        )
