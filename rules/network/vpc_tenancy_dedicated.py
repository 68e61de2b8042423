"""The function is in a VPC whose machines are of one's own, which Lambda does not support.

In a VPC with dedicated tenancy everything runs on hardware of the account alone. Lambda cannot attach functions to such a VPC.

Covers: net-dedicated-tenancy
Fix: peer the VPC with one of default tenancy, and put the function there; or change the tenancy, which holds for what is launched later.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
"""

from collections.abc import Iterator

from doctor.rules_api import Applicability, Fix, Function, Placement, Problem, Severity, cite, rule


@rule(Severity.HIGH)
def vpc_tenancy_dedicated(function: Function, placement: Placement) -> Iterator[Problem]:
    vpc = placement.vpc
    if vpc is not None and function.vpc_config.vpc_id == vpc.vpc_id and vpc.instance_tenancy == "dedicated":
        yield Problem(
            message=f"{vpc.vpc_id} has dedicated tenancy, and Lambda attaches no function to such a VPC",
            evidence=(cite(vpc, "instance_tenancy"),),
            fixes=(
                Fix(
                    title="put the function into a VPC of default tenancy that is peered with this one",
                    applicability=Applicability.MANUAL,
                ),
            ),
            subject=vpc.arn,
        )
