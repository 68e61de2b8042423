"""Route tables: the longest prefix wins; among equals a static route, then a prefix list's, then a propagated one.

A VPC's local route beats every propagated route, even a more specific one; a more specific static route beats the local
one. A blackhole wins its prefix like any other route.
See: https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

from doctor.model.network import Route, RouteTable
from doctor.model.transit import TransitGatewayRoute, TransitGatewayRouteTable
from doctor.network.addresses import Prefix, prefix, public

T = TypeVar("T")
Cidrs = Callable[[str], tuple[str, ...] | None]
"""The ranges of a prefix list; ``None``: not seen."""

LOCAL = "local"
STATIC, LISTED, PROPAGATED = range(3)
_TARGETS = (
    "gateway_id",
    "nat_gateway_id",
    "egress_only_internet_gateway_id",
    "network_interface_id",
    "instance_id",
    "transit_gateway_id",
    "vpc_peering_connection_id",
    "local_gateway_id",
    "carrier_gateway_id",
    "core_network_arn",
    "odb_network_arn",
)


class Way(NamedTuple):
    """A route as the walk needs it."""

    target: str
    """AWS's id of what it leads to; empty for a kind of target that doctor does not know."""
    state: str
    words: str
    evidence: str
    rank: int = STATIC
    length: int = 0


class Ranges(Generic[T]):
    """Nested ranges of addresses, looked up by the innermost."""

    def __init__(self, ranges: Iterable[tuple[Prefix, int, T]]) -> None:
        best: dict[tuple[int, int], tuple[int, T]] = {}
        for one, rank, value in ranges:
            known = best.get((one.low, one.high))
            if known is None or rank < known[0]:
                best[one.low, one.high] = rank, value
        self.starts: list[int] = [0]
        self.values: list[T | None] = [None]
        around: list[tuple[int, T]] = []
        for (low, high), (_, value) in sorted(best.items(), key=lambda item: (item[0][0], -item[0][1])):
            self._close(around, low)
            self._begin(low, value)
            around.append((high, value))
        self._close(around, None)

    def _close(self, around: list[tuple[int, T]], until: int | None) -> None:
        """End the ranges that do not reach ``until``."""
        while around and (until is None or around[-1][0] < until):
            end, _ = around.pop()
            self._begin(end + 1, around[-1][1] if around else None)

    def _begin(self, at: int, value: T | None) -> None:
        if self.starts[-1] == at:
            self.values[-1] = value
        else:
            self.starts.append(at)
            self.values.append(value)

    def at(self, address: int) -> T | None:
        """What applies to an address."""
        return self.values[bisect_right(self.starts, address) - 1]

    def pieces(self, low: int, high: int) -> list[tuple[int, int, T | None]]:
        """What applies to each part of a range."""
        found: list[tuple[int, int, T | None]] = []
        index = bisect_right(self.starts, low) - 1
        while low <= high:
            end = self.starts[index + 1] - 1 if index + 1 < len(self.starts) else high
            found.append((low, min(end, high), self.values[index]))
            low, index = end + 1, index + 1
        return found


class Routes:
    """A route table, compiled for one address family."""

    def __init__(
        self,
        identifier: str,
        arn: str,
        ways: Iterable[tuple[Prefix, Way]],
        unread: Iterable[str],
        services: Iterable[str] = (),
    ) -> None:
        self.id = identifier
        self.arn = arn
        self.unread = tuple(sorted(unread))
        """Prefix lists with routes whose ranges were not seen: they may capture anything that is not local."""
        self.services = tuple(sorted(services))
        """Those that lead to a gateway endpoint: of AWS's services, so that they capture public addresses only."""
        ways = list(ways)
        local = [one for one, way in ways if way.target == LOCAL]
        self.overlaps = tuple(
            one for one, way in ways if way.target != LOCAL and one.length and any(_inside(one, own) for own in local)
        )
        """Ranges inside the VPC's own that have a route of their own."""
        self._ranges = Ranges(
            (one, way.rank, way)
            for one, way in ways
            if not (way.rank == PROPAGATED and any(_inside(one, own) for own in local))
        )

    def at(self, address: int) -> Way | None:
        """The route that an address takes."""
        return self._ranges.at(address)

    def hidden(self, family: int, address: int) -> tuple[str, ...]:
        """The prefix lists that were not seen and may capture an address."""
        if not self.services:
            return self.unread
        return self.unread + self.services if public(family, address) else self.unread

    def pieces(self, low: int, high: int) -> list[tuple[int, int, Way | None]]:
        """The routes that a range of addresses takes."""
        return self._ranges.pieces(low, high)

    @cached_property
    def boundaries(self) -> list[int]:
        """Where a packet may begin to go elsewhere: routes side by side that lead to the same are one."""
        found: list[int] = []
        before: object = self
        for start, way in zip(self._ranges.starts, self._ranges.values, strict=True):
            leads = None if way is None else (way.target, way.state)
            if leads != before:
                found.append(start)
            before = leads
        return found


def _inside(one: Prefix, other: Prefix) -> bool:
    return other.low <= one.low and one.high <= other.high


def of_vpc(table: RouteTable, family: int, cidrs: Cidrs) -> Routes:
    """Compile a VPC's route table for one family."""
    ways: list[tuple[Prefix, Way]] = []
    unread: list[str] = []
    services: list[str] = []
    for index, route in enumerate(table.routes):
        if route.state == "filtered":
            continue
        ranges = _ranges_of(route, cidrs)
        if ranges is None:
            own = route.destination_prefix_list_id and route.gateway_id.startswith("vpce-")
            name = route.destination_prefix_list_id or f"{table.route_table_id} route {index}"
            (services if own else unread).append(name)
            continue
        way = _way(table, index, route)
        ways += [(one, way._replace(length=one.length)) for one in ranges if one.family == family]
    return Routes(table.route_table_id, table.arn, ways, unread, services)


def _ranges_of(route: Route, cidrs: Cidrs) -> list[Prefix] | None:
    """The ranges of a route; ``None`` when they were not seen."""
    if route.destination_prefix_list_id:
        found: tuple[str, ...] | None = cidrs(route.destination_prefix_list_id)
    else:
        found = tuple(one for one in (route.destination_cidr_block, route.destination_ipv6_cidr_block) if one)
    if not found:
        return [] if found is not None and route.destination_prefix_list_id else None
    return [one for cidr in found if (one := prefix(cidr)) is not None]


def _way(table: RouteTable, index: int, route: Route) -> Way:
    target = next((value for name in _TARGETS if (value := getattr(route, name))), "")
    range_ = route.destination_cidr_block or route.destination_ipv6_cidr_block or route.destination_prefix_list_id
    rank = LISTED if route.destination_prefix_list_id else STATIC
    if route.origin == "EnableVgwRoutePropagation":
        rank = PROPAGATED
    return Way(
        target=target,
        state=route.state.lower(),
        words=f"{range_} -> {target or 'an unknown kind of target'}",
        evidence=f"/resources/{table.arn.replace('/', '~1')}/Routes/{index}",
        rank=rank,
    )


def of_transit_gateway(table: TransitGatewayRouteTable, family: int, cidrs: Cidrs) -> Routes:
    """Compile a transit gateway's route table for one family; its routes must have been read."""
    ways: list[tuple[Prefix, Way]] = []
    unread: list[str] = []
    for index, route in enumerate(table.routes or ()):
        found = cidrs(route.prefix_list_id) if route.prefix_list_id else (route.destination_cidr_block,)
        if found is None:
            unread.append(route.prefix_list_id)
            continue
        way = _transit_way(table, index, route)
        ways += [(one, way) for cidr in found if (one := prefix(cidr)) is not None and one.family == family]
    return Routes(table.transit_gateway_route_table_id, table.arn, ways, unread)


def _transit_way(table: TransitGatewayRouteTable, index: int, route: TransitGatewayRoute) -> Way:
    leads_to = route.transit_gateway_attachments
    target = leads_to[0].transit_gateway_attachment_id if leads_to else ""
    return Way(
        target=target,
        state=route.state.lower(),
        words=f"{route.destination_cidr_block or route.prefix_list_id} -> {target or route.state}",
        evidence=f"/resources/{table.arn.replace('/', '~1')}/Routes/{index}",
        rank=STATIC if route.type == "static" else PROPAGATED,
    )


def resource_types(table: TransitGatewayRouteTable) -> Mapping[str, str]:
    """What the attachments are that a transit gateway's routes lead to."""
    return {
        one.transit_gateway_attachment_id: one.resource_type
        for route in table.routes or ()
        for one in route.transit_gateway_attachments
    }
