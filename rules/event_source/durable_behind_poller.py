"""A durable function may run for longer than its poller waits.

A poller invokes a function and waits for it, fifteen minutes at most. A durable execution that may take longer is ended by that, however long its own
`ExecutionTimeout` is.

Covers: durable-esm-15min
Fix: an execution timeout within fifteen minutes, or an asynchronous start of the execution.
See: https://docs.aws.amazon.com/lambda/latest/dg/durable-functions.html
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
    cite,
    rule,
)

LONGEST = 900
"""Seconds that a poller waits."""


@rule(Severity.MEDIUM)
def durable_behind_poller(function: Function, pollers: Pollers) -> Iterator[Problem]:
    for mapping in pollers.those:
        config = function.extra.get("DurableConfig") or {}
        longest = config.get("ExecutionTimeout") or 0
        if longest > LONGEST and mapping.state == "Enabled":
            yield Problem(
                message=f"a durable execution may take {longest} s, and the poller of {mapping.event_source_arn} waits {LONGEST} s",
                evidence=(
                    Evidence(
                        resource=function.arn,
                        field="extra.DurableConfig",
                        value=config,
                        source="lambda:GetFunctionConfiguration",
                    ),
                    cite(mapping, "event_source_arn"),
                ),
                fixes=(
                    Fix(
                        title=f"an ExecutionTimeout of {LONGEST} s at most, or start the execution asynchronously",
                        applicability=Applicability.MANUAL,
                    ),
                ),
            )
