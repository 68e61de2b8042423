"""Environments are kept initialised for a version or alias that nobody calls.

Provisioned concurrency belongs to one version or alias. Callers that name the function alone, another alias or another version get cold starts all the same,
and what is kept ready is billed. It is that where the function was invoked in the window and none of the provisioned environments was used. Some of
them used, and more invocations beside them, is a spillover, another rule's.

Covers: pc-wrong-qualifier
Fix: let triggers and callers name the alias that has it, or take it away.
See: https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Metrics,
    Problem,
    ProvisionedConcurrency,
    Severity,
    cite,
    cite_metric,
    rule,
)

USED = ("ProvisionedConcurrencyInvocations", "ProvisionedConcurrencySpilloverInvocations")
CONFIG = "provisioned_concurrency_config"


@rule(Severity.MEDIUM, advice=True)
def provisioned_concurrency_unused(
    function: Function, provisioned: ProvisionedConcurrency, metrics: Metrics
) -> Iterator[Problem]:
    invoked = metrics.total("Invocations")
    for one in provisioned.those:
        if invoked and one.config.status == "READY" and not any(one.total(name) for name in USED):
            kept = one.config.allocated_provisioned_concurrent_executions
            yield Problem(
                message=f"{kept} environments are kept ready for {function.function_name}:{one.qualifier}, and none of {invoked:.0f} invocations used them",
                evidence=(
                    cite(one.owner, f"{CONFIG}.status"),
                    cite(one.owner, f"{CONFIG}.allocated_provisioned_concurrent_executions"),
                    cite_metric(function, "Invocations Sum", invoked, metrics.last("Invocations")),
                ),
                fixes=(
                    Fix(
                        title=f"let callers name {function.function_name}:{one.qualifier}, or take its provisioned concurrency away",
                        applicability=Applicability.MANUAL,
                    ),
                ),
                subject=one.owner.arn,
            )
