"""Environments that should be kept ready cannot be made, because the code fails while it is loaded.

Lambda initialises provisioned environments ahead of any request. When the code fails at module level the allocation is `FAILED` with
`FUNCTION_ERROR_INIT_FAILURE`, and requests start cold, where they are likely to meet the same error. A lack of quota gives another reason, and is not meant here.

Covers: pc-init-failure
Fix: mend the code outside the handler, publish, and move the alias; until then let it lead to the last version that worked.
See: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html
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
    rule,
)

CONFIG = "provisioned_concurrency_config"


@rule(Severity.MEDIUM)
def provisioned_concurrency_failed(function: Function, provisioned: ProvisionedConcurrency) -> Iterator[Problem]:
    for one in provisioned.those:
        if one.config.status == "FAILED" and "FUNCTION_ERROR_INIT_FAILURE" in one.config.status_reason:
            wanted = one.config.requested_provisioned_concurrent_executions
            yield Problem(
                message=f"none of the {wanted} environments for {function.function_name}:{one.qualifier} can be made: its code fails while it is loaded",
                evidence=(cite(one.owner, f"{CONFIG}.status"), cite(one.owner, f"{CONFIG}.status_reason")),
                fixes=(
                    Fix(
                        title="mend the code outside the handler, publish a version, and move the alias to it",
                        applicability=Applicability.MANUAL,
                    ),
                ),
                subject=one.owner.arn,
            )
