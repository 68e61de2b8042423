"""A subnet or security group that the function is to be in is not there.

They can be deleted when nothing seems to use them: an idle function has no interfaces. Then the function cannot be updated, and does not come
back once it is idle (`InvalidSubnet`, `InvalidSecurityGroup`). A security group of another VPC is as good as none.

Covers: net-invalid-subnet-sg
Fix: give the function subnets and security groups of one VPC that exist.
See: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
"""

from collections.abc import Iterator

from doctor.rules_api import Applicability, Fix, Function, Placement, Problem, Severity, cite, reason_field, rule


@rule(Severity.CRITICAL)
def subnet_or_group_missing(function: Function, placement: Placement) -> Iterator[Problem]:
    field = reason_field(function, "InvalidSubnet", "InvalidSecurityGroup")
    gone = _gone(function, placement)
    if not field and not gone:
        return
    what = f"{', '.join(gone)} {'is' if len(gone) == 1 else 'are'} not there" if gone else "a part of it is not valid"
    yield Problem(
        message=f"it cannot be put into its VPC: {what}",
        evidence=(cite(function, "vpc_config"), *((cite(function, field),) if field else ())),
        fixes=(
            Fix(
                title="give it subnets and security groups of one VPC that exist",
                applicability=Applicability.MANUAL,
                note="aws lambda update-function-configuration --function-name … --vpc-config SubnetIds=…,SecurityGroupIds=…",
            ),
        ),
    )


def _gone(function: Function, placement: Placement) -> list[str]:
    """Those that EC2 does not list, where it lists the VPC; and groups of another VPC."""
    vpc = placement.vpc
    if vpc is None:
        return []
    config = function.vpc_config
    subnets = {one.subnet_id for one in placement.subnets}
    groups = {one.group_id for one in placement.groups if one.vpc_id in ("", vpc.vpc_id)}
    return [one for one in config.subnet_ids if one not in subnets] + [
        one for one in config.security_group_ids if one not in groups
    ]
