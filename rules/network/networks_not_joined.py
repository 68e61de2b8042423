"""What the function calls is in another network, and the way there or back is missing.

A private address outside the VPC is reached by a peering connection, a transit gateway or a VPN, and only where routes lead there, in the function's
subnets and in the transit gateway's tables, and back again in the route table of the other side. A one-way connection hangs like none. A peering
connection carries nothing beyond the peered VPC; a transit gateway serves only availability zones that its attachment has a subnet in.
This rule speaks when invocations waited in silence, or could not connect, and such a destination is known to be out of reach.

Covers: net-peering-tgw-route
Fix: the missing route, on the side where it is missing; what belongs to a transit gateway or a VPN by hand.
See: https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-routing.html
"""

from collections.abc import Iterator
from ipaddress import ip_address

from doctor.rules_api import (
    Confidence,
    Function,
    Problem,
    Reachability,
    Severity,
    Stopped,
    Traced,
    Waiting,
    cite_component,
    cite_failed,
    openings,
    rule,
    unreachable,
)

CODES = (
    "BAD_STATE",
    "BAD_STATE_ATTACHMENT",
    "BAD_STATE_ROUTE",
    "BAD_STATE_VPN",
    "DISCONNECTED_VPCS",
    "DR_CIDR_OVERLAP",
    "DR_PEER_DNS_PUBLIC",
    "IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS",
    "IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS",
    "NO_POSSIBLE_DESTINATION",
    "NO_ROUTE_TO_DESTINATION",
    "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR",
    "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION",
    "TGW_ROUTE_AZ_RESTRICTION",
    "TGW_RTB_BAD_STATE_ROUTE",
    "TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT",
)


@rule(Severity.CRITICAL)
def networks_not_joined(function: Function, waiting: Waiting, reachability: Reachability) -> Iterator[Problem]:
    if not waiting.failed:
        return
    for traced in reachability.blocked:
        if not _is_private(traced):
            continue
        stopped = reachability.stopped(*CODES, of=(traced,))
        if stopped:
            yield _problem(function, waiting, reachability, stopped)
    reachability.require_all()


def _is_private(traced: Traced) -> bool:
    """Tell whether packets go to private addresses: the destination's own, or those that it was found at."""
    there = traced.needed.destination
    if there.kind == "address":
        return not ip_address(there.value).is_global
    found = [path.target for path in traced.trace.paths] if traced.trace is not None else []
    return there.kind != "service" and any(_private(one) for one in found)


def _private(text: str) -> bool:
    try:
        return ip_address(text).is_private
    except ValueError:
        return False


def _problem(function: Function, waiting: Waiting, reachability: Reachability, stopped: tuple[Stopped, ...]) -> Problem:
    every = Stopped.together(stopped) if len({one.blockers[0].code for one in stopped}) == 1 else stopped[0]
    details = "; ".join(dict.fromkeys(blocker.detail for one in stopped for blocker in one.blockers))
    back = all(blocker.stage == "return" for one in stopped for blocker in one.blockers)
    subject = every.resource.arn if back and every.resource is not None else ""
    return Problem(
        message=f"{every.names} cannot be reached{', for nothing comes back' if back else ''}: {details}",
        evidence=(
            *every.told,
            *(place for one in stopped for place in cite_component(one)),
            *cite_failed(function, waiting),
        ),
        fixes=openings(reachability, every),
        confidence=Confidence.CERTAIN if every.certain else Confidence.LIKELY,
        explains=unreachable(every),
        expects=waiting.expects,
        subject=subject,
    )
