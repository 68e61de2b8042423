"""The VPC admits only traffic that is encrypted by hardware, and the function's is not.

VPC encryption controls in enforce mode refuse what cannot encrypt in transit by itself. Lambda may not attach the function then
(`DisallowedByVpcEncryptionControl`).

Covers: net-vpc-encryption-control
Fix: exclude Lambda in the VPC's encryption control, or put the function into another VPC.
See: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-encryption-controls.html
"""

from collections.abc import Iterator

from doctor.rules_api import Applicability, Fix, Function, Problem, Severity, cite, reason_field, rule


@rule(Severity.HIGH)
def vpc_encryption_enforced(function: Function) -> Iterator[Problem]:
    field = reason_field(function, "DisallowedByVpcEncryptionControl")
    if field:
        yield Problem(
            message=f"{function.vpc_config.vpc_id or 'its VPC'} refuses the function: its encryption control is enforced",
            evidence=(cite(function, field), cite(function, "vpc_config")),
            fixes=(
                Fix(
                    title="exclude Lambda in the encryption control of the VPC",
                    applicability=Applicability.MANUAL,
                    risk="what is excluded may send unencrypted",
                ),
            ),
        )
