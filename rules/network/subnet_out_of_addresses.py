"""A subnet of the function has no addresses left, or hardly any.

Lambda takes an address of each subnet for each set of security groups, and more as connections grow. Where a subnet is full, the function
cannot be created or updated, or does not become active again (`SubnetOutOfIPAddresses`); what runs goes on. Eight free addresses are what
AWS's own services ask for.

Covers: net-subnet-no-ips
Fix: another subnet of the same zone and route table that has room, or free addresses in this one. A subnet cannot be made larger.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Fix,
    Function,
    Placement,
    Problem,
    Severity,
    Subnet,
    cite,
    reason_field,
    rule,
)

ENOUGH = 8
"""Free addresses below which a subnet counts as full."""


@rule(Severity.HIGH)
def subnet_out_of_addresses(function: Function, placement: Placement) -> Iterator[Problem]:
    low = [one for one in placement.subnets if _free(one) < ENOUGH]
    field = reason_field(function, "SubnetOutOfIPAddresses")
    if field:
        names = ", ".join(one.subnet_id for one in low) or "one of its subnets"
        yield Problem(
            message=f"{names} has no free address: Lambda could not give the function a network interface",
            evidence=(cite(function, field), *(cite(one, "available_ip_address_count") for one in low)),
            fixes=(_manual(),),
        )
        return
    for one in low:
        free = _free(one)
        yield Problem(
            message=f"{one.subnet_id} has {free} free addresses: an update, or more connections, may fail for want of one",
            evidence=(cite(one, "available_ip_address_count"),),
            fixes=(_manual(),),
            confidence=Confidence.LIKELY,
            subject=one.arn,
            severity=Severity.MEDIUM if free else Severity.HIGH,
        )


def _free(subnet: Subnet) -> int:
    """Free addresses; a subnet of which they are not told counts as large."""
    told = subnet.available_ip_address_count
    return ENOUGH if told is None else told


def _manual() -> Fix:
    return Fix(
        title="put the function into a subnet with more free addresses, or free some",
        applicability=Applicability.MANUAL,
        note="the other subnet needs the same ways out; its zone should be the same, so that none is lost",
    )
