"""The function can run in one availability zone only.

An execution environment uses one of the function's subnets. When all are in one zone, the function stops when the zone does.

Covers: net-single-az
Fix: add a subnet of another zone with the same ways out.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
"""

from collections.abc import Iterator

from doctor.rules_api import Applicability, Fix, Function, Placement, Problem, Severity, cite, rule


@rule(Severity.INFO, advice=True)
def single_availability_zone(function: Function, placement: Placement) -> Iterator[Problem]:
    subnets = placement.subnets
    zones = {one.availability_zone for one in subnets}
    if len(subnets) != len(function.vpc_config.subnet_ids) or len(zones) != 1 or "" in zones:
        return
    others = sorted({one.availability_zone for one in placement.near} - zones - {""})
    there = f"; the VPC has subnets in {', '.join(others)} too" if others else ""
    yield Problem(
        message=f"all its subnets are in {zones.pop()}{there}",
        evidence=(
            cite(function, "vpc_config.subnet_ids"),
            *(cite(one, "availability_zone") for one in subnets),
        ),
        fixes=(
            Fix(
                title="add a subnet of another availability zone with the same ways out",
                applicability=Applicability.MANUAL,
            ),
        ),
    )
