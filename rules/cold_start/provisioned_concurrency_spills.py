"""More requests come at once than environments are kept ready, and the others start cold.

What exceeds the provisioned concurrency runs in ordinary environments (`ProvisionedConcurrencySpilloverInvocations`). That also happens with room left: a
provisioned environment takes ten requests a second, which quick functions reach first, and an alias that splits its traffic shares what it has. Invocations
that never use it go to another version, which is another rule's.

Covers: pc-spillover
Fix: provision more, or let Application Auto Scaling follow the use.
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

SPILLED = "ProvisionedConcurrencySpilloverInvocations"
USED = "ProvisionedConcurrencyInvocations"
CONFIG = "provisioned_concurrency_config"
MUCH = 0.05
"""Share of the invocations that spill over from which it is more than a burst."""


@rule(Severity.MEDIUM, advice=True)
def provisioned_concurrency_spills(function: Function, provisioned: ProvisionedConcurrency) -> Iterator[Problem]:
    for one in provisioned.those:
        spilled, used = one.total(SPILLED), one.total(USED)
        if not spilled or not used or spilled < MUCH * (spilled + used):
            continue
        kept = one.config.requested_provisioned_concurrent_executions
        yield Problem(
            message=f"{spilled:.0f} of {spilled + used:.0f} invocations of {function.function_name}:{one.qualifier} started outside the {kept} environments kept ready",
            evidence=(
                cite(one.owner, f"{CONFIG}.requested_provisioned_concurrent_executions"),
                cite_metric(one.owner, f"{SPILLED} Sum", spilled, one.last(SPILLED)),
            ),
            fixes=(
                Fix(
                    title="provision more, or let Application Auto Scaling follow the use",
                    applicability=Applicability.MANUAL,
                    cost="each environment that is kept ready is billed by the hour",
                ),
            ),
            subject=one.owner.arn,
        )
