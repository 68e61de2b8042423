"""The way out leads to a NAT gateway that does not lead on.

The subnet's route looks right; what is wrong is one hop further. The NAT gateway was deleted (its route is then a blackhole) or failed, stands in a
subnet whose own routes do not lead to an internet gateway (or back to itself), is a private one, or VPC Block Public Access forbids the way.
Packets are dropped without a word. It is one finding for all functions behind the same NAT gateway, whether they have failed already or not.

Covers: net-nat-broken
Fix: lead the routes to a NAT gateway that works, or make one in a public subnet. Unsafe: a route serves every subnet that uses its table.
See: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Evidence,
    Function,
    NatGateway,
    Problem,
    Reachability,
    RouteTable,
    Severity,
    Stopped,
    Traced,
    Waiting,
    cite,
    cite_component,
    openings,
    rule,
    unreachable,
)

ANYWHERE = "0.0.0.0/0"
CODES = (
    "BAD_STATE",
    "BAD_STATE_ATTACHMENT",
    "BAD_STATE_ROUTE",
    "DR_ROUTE_LOOP",
    "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS",
    "NO_ROUTE_TO_DESTINATION",
    "REGIONAL_NGW_ROUTE_AZ_RESTRICTION",
    "VPC_BLOCK_PUBLIC_ACCESS_ENABLED",
)


@rule(Severity.CRITICAL)
def nat_gateway_broken(function: Function, waiting: Waiting, reachability: Reachability) -> Iterator[Problem]:
    known = reachability.known if function.vpc_config.subnet_ids else ()
    tables = tuple(one for one in reachability.own_tables if _nat(one))
    if not tables:
        return
    found = _broken(reachability, tables, [one for one in known if one.verdict != "reachable"])
    for behind, one in (found or _broken(reachability, tables, [reachability.internet()])).items():
        yield _problem(waiting, reachability, one, behind)


def _broken(reachability: Reachability, tables: tuple[RouteTable, ...], traced: list[Traced]) -> dict[str, Stopped]:
    """The NAT gateways at or behind which these packets are stopped, with the first that stops them."""
    found: dict[str, Stopped] = {}
    for one in reachability.stopped(*CODES, of=traced):
        behind = _behind(one, tables)
        if behind:
            found.setdefault(behind, one)
    return found


def _nat(table: RouteTable) -> str:
    """The NAT gateway that a table's default route leads to; empty: none."""
    return next((one.nat_gateway_id for one in table.routes if one.destination_cidr_block == ANYWHERE), "")


def _behind(one: Stopped, tables: tuple[RouteTable, ...]) -> str:
    """The NAT gateway behind which, or at which, packets are stopped; empty: it has no part in it."""
    if one.component.startswith("nat-"):
        return one.component
    for table in tables:
        if one.component == table.route_table_id:
            return _nat(table) if one.blockers[0].code == "BAD_STATE_ROUTE" else ""
    passed = {
        hop.component
        for traced in one.traced
        if traced.trace is not None
        for path in traced.trace.paths
        for hop in path.forward
        if hop.kind == "nat-gateway" and any(blocker.component == one.component for blocker in path.blockers)
    }
    return min(passed, default="")


def _problem(waiting: Waiting, reachability: Reachability, one: Stopped, nat: str) -> Problem:
    gateway = reachability.resource(nat)
    leading = [table for table in reachability.routes if _nat(table) == nat]
    seen = isinstance(gateway, NatGateway)
    subject = gateway.arn if isinstance(gateway, NatGateway) else leading[0].arn
    names = " and ".join(table.route_table_id for table in leading)
    return Problem(
        message=f"what {names} {'leads' if len(leading) == 1 else 'lead'} to {nat} gets no further: {_why(one, nat, gone=not seen)}",
        evidence=(*_cited(one, gateway), *(cite(table, "route_table_id") for table in leading)),
        fixes=openings(reachability, one),
        explains=unreachable(one) if waiting.failed else (),
        expects=waiting.expects,
        subject=subject,
        severity=None if waiting.failed else Severity.HIGH,
    )


def _cited(one: Stopped, gateway: object) -> Iterator[Evidence]:
    if isinstance(gateway, NatGateway):
        yield cite(gateway, "state")
        yield cite(gateway, "connectivity_type")
    if one.resource is not gateway and not isinstance(one.resource, RouteTable):
        yield from cite_component(one)


def _why(one: Stopped, nat: str, *, gone: bool) -> str:
    if one.blockers[0].code == "BAD_STATE_ROUTE":
        return f"{nat} was deleted" if gone else "the route is a blackhole"
    return one.detail
