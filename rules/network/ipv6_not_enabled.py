"""The function's code sends by IPv6, which the function does not have.

Outside a VPC a function has no IPv6. In a VPC it has it only with `Ipv6AllowedForDualStack`, and only in subnets that all have an IPv6 range. A
connection to an IPv6 address then fails at once with "Network is unreachable"; a host that has no IPv4 address cannot be reached at all.

Covers: net-ipv6
Fix: allow IPv6 for the function in dual-stack subnets with a route for `::/0`, or use a host that has an IPv4 address.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
"""

import re
from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    DualStack,
    Fix,
    Function,
    Invocations,
    Problem,
    Severity,
    cite,
    cite_log,
    found_in,
    in_line,
    lambda_,
    rule,
    shown,
    times,
)

NO_IPV6 = re.compile(
    r"\[Errno 101\]|Network is unreachable|ENETUNREACH|EAFNOSUPPORT|\[Errno 97\]|Address family not supported"
)
MARKS = ("Errno 101", "nreachable", "ENETUNREACH", "EAFNOSUPPORT", "Errno 97", "Address family")
"""Every match holds one of these."""
V6 = re.compile(r"\b[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{0,4}){2,7}\b|IPv6|inet6")


@rule(Severity.HIGH)
def ipv6_not_enabled(function: Function, invocations: Invocations, dual_stack: DualStack) -> Iterator[Problem]:
    met = invocations.matching(NO_IPV6, *MARKS)
    if not met or function.vpc_config.ipv6_allowed_for_dual_stack:
        return
    last = met[-1]
    text = found_in(last, NO_IPV6).string
    named = bool(V6.search(text))
    in_vpc = bool(function.vpc_config.subnet_ids)
    why = "Ipv6AllowedForDualStack is off" if in_vpc else "outside a VPC a function has no IPv6"
    yield Problem(
        message=f"the network refused to send, {times(met)}: {why}",
        evidence=(
            *((cite(function, "vpc_config.ipv6_allowed_for_dual_stack"),) if in_vpc else ()),
            cite_log(function, "errorMessage", in_line(text), last.at),
        ),
        fixes=(_fix(function, dual_stack),),
        confidence=Confidence.CERTAIN if named else Confidence.LIKELY,
        explains=shown(met),
        expects="handler_failed",
    )


def _fix(function: Function, dual_stack: DualStack) -> Fix:
    """To allow it is a call where all subnets have it; a range for a subnet is for people to choose."""
    in_vpc = bool(function.vpc_config.subnet_ids)
    if dual_stack.everywhere:
        return Fix(
            title="allow IPv6 for the function, whose subnets all have it",
            steps=(lambda_.allow_ipv6(function),),
            applicability=Applicability.UNSAFE,
            note="the route for ::/0 and rules for IPv6 are needed as well: doctor trace tells, with --ipv6",
            risk="names that have an IPv6 address are then reached by it; its network interfaces are made anew, which takes minutes",
        )
    title = (
        "allow IPv6 in dual-stack subnets" if in_vpc else "put the function into dual-stack subnets, with IPv6 allowed"
    )
    return Fix(
        title=f"{title}, or use a host that has an IPv4 address",
        applicability=Applicability.MANUAL,
        note="each subnet needs an IPv6 range and a route for ::/0 to an egress-only internet gateway, security groups and ACLs rules for IPv6",
    )
