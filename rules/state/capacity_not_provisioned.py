"""Managed Instances cannot get the machines that the function needs.

A function on a capacity provider runs on EC2 instances of the account. Quotas of vCPUs, the provider's own scaling limit, an instance type that is not to be
had, or EC2's request limits keep them from starting.

Covers: state-capacity-codes
Fix: by the code: raise the quota or the provider's `MaxVCpuCount`, allow more instance types or zones, or wait.
See: https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-troubleshooting.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Problem,
    Severity,
    cite,
    reason_field,
    rule,
)

CODES = (
    "VcpuLimitExceeded",
    "CapacityProviderScalingLimitExceeded",
    "InsufficientCapacity",
    "EC2RequestLimitExceeded",
    "IncompatibleAcceleratorInstanceTypes",
    "ServiceQuotaExceededException",
)


@rule(Severity.HIGH)
def capacity_not_provisioned(function: Function) -> Iterator[Problem]:
    field = reason_field(function, *CODES)
    if field:
        which = field.removesuffix("_code")
        code, reason = getattr(function, field), getattr(function, which)
        yield Problem(
            message=f"its capacity provider cannot provide it ({code}: {reason or 'no reason given'})",
            evidence=(cite(function, field), cite(function, which)),
            fixes=(
                Fix(
                    title="raise the limit that the code names, or allow other instance types",
                    applicability=Applicability.MANUAL,
                    note="VcpuLimitExceeded is a quota of EC2; CapacityProviderScalingLimitExceeded the provider's own MaxVCpuCount",
                ),
            ),
        )
