"""The compiled tables against definitions that are too simple to be wrong."""

import ipaddress

from hypothesis import given
from hypothesis import strategies as st

from doctor.model.network import NetworkAcl, Route, RouteTable
from doctor.network.acls import Acl
from doctor.network.addresses import Prefix, prefix, public
from doctor.network.boxes import common, same, volume, without
from doctor.network.protocols import TCP
from doctor.network.routes import Ranges, of_vpc

BITS = 6
SMALL = st.integers(0, 2**BITS - 1)


@st.composite
def ranges(draw: st.DrawFn) -> Prefix:
    """A prefix of a tiny address space."""
    length = draw(st.integers(0, BITS))
    size = 2 ** (BITS - length)
    low = draw(SMALL) // size * size
    return Prefix(4, low, low + size - 1, length)


@given(st.lists(st.tuples(ranges(), st.integers(0, 2))), SMALL)
def test_the_longest_prefix_wins_and_among_equals_the_better_rank(entries: list[tuple[Prefix, int]], at: int) -> None:
    compiled = Ranges((one, rank, (one.length, -rank)) for one, rank in entries)

    covering = [(one.length, -rank) for one, rank in entries if one.holds(at)]

    assert compiled.at(at) == max(covering, default=None)


@given(st.lists(st.tuples(ranges(), st.integers(0, 2))), SMALL, SMALL)
def test_pieces_of_a_range_are_what_its_addresses_find(entries: list[tuple[Prefix, int]], one: int, other: int) -> None:
    low, high = sorted((one, other))
    compiled = Ranges((found, rank, found) for found, rank in entries)

    pieces = compiled.pieces(low, high)

    assert pieces[0][0] == low
    assert [compiled.at(at) for at in range(low, high + 1)] == [
        value for start, end, value in pieces for _ in range(start, end + 1)
    ]


BOXES = st.tuples(SMALL, SMALL, SMALL, SMALL).map(
    lambda four: (min(four[:2]), max(four[:2]), min(four[2:]), max(four[2:]))
)


@given(BOXES, BOXES)
def test_a_box_without_another_and_what_they_share_make_it_whole(box: tuple[int, ...], hole: tuple[int, ...]) -> None:
    rest = without(box, hole)  # type: ignore[arg-type]
    both = common(box, hole)  # type: ignore[arg-type]

    assert volume(rest) + volume([both] if both else []) == volume([box])  # type: ignore[list-item]
    assert all(common(one, hole) is None for one in rest)  # type: ignore[arg-type]
    assert same([*rest, *([both] if both else [])], [box])  # type: ignore[list-item]


def _table(*routes: Route) -> RouteTable:
    local = Route(destination_cidr_block="10.0.0.0/16", gateway_id="local", origin="CreateRouteTable")
    return RouteTable(arn="rtb", route_table_id="rtb", vpc_id="vpc", routes=(*routes, local))


def _target(table: RouteTable, to: str) -> str:
    found = of_vpc(table, 4, {"pl-1": ("192.0.2.0/24",)}.get).at(int(ipaddress.ip_address(to)))
    return found.target if found else ""


def test_ties_and_the_local_route_are_settled_as_aws_documents() -> None:
    propagated = "EnableVgwRoutePropagation"
    table = _table(
        Route(destination_cidr_block="192.0.2.0/24", gateway_id="vgw-1", origin=propagated),
        Route(destination_prefix_list_id="pl-1", nat_gateway_id="nat-listed"),
        Route(destination_cidr_block="198.51.100.0/24", gateway_id="vgw-1", origin=propagated),
        Route(destination_cidr_block="198.51.100.0/24", nat_gateway_id="nat-static"),
        Route(destination_cidr_block="10.0.1.0/24", gateway_id="vgw-1", origin=propagated),
        Route(destination_cidr_block="10.0.2.0/24", network_interface_id="eni-1"),
        Route(destination_cidr_block="0.0.0.0/0", nat_gateway_id="nat-1"),
        Route(destination_cidr_block="203.0.113.0/24", nat_gateway_id="nat-gone", state="filtered"),
    )

    assert _target(table, "192.0.2.1") == "nat-listed"
    assert _target(table, "198.51.100.1") == "nat-static"
    assert _target(table, "10.0.1.1") == "local"
    assert _target(table, "10.0.2.1") == "eni-1"
    assert _target(table, "203.0.113.1") == "nat-1"


def test_families_are_apart() -> None:
    table = _table(Route(destination_ipv6_cidr_block="::/0", egress_only_internet_gateway_id="eigw-1"))

    assert _target(table, "203.0.113.1") == ""
    assert of_vpc(table, 6, lambda _: None).at(1).target == "eigw-1"  # type: ignore[union-attr]


def test_an_entry_that_cannot_be_read_is_neither_an_allow_nor_a_deny() -> None:
    acl = NetworkAcl(arn="a", network_acl_id="a", vpc_id="v", entries=({"RuleNumber": 1, "Egress": True},))

    judged = Acl(acl, egress=True, family=4).judge(TCP, (1, 1, 443, 443))

    assert (judged.passed, judged.unsure) == ((), ((1, 1, 443, 443),))


def test_addresses_of_documentation_and_of_carriers() -> None:
    assert public(4, int(ipaddress.ip_address("93.184.216.34")))
    assert not public(4, int(ipaddress.ip_address("100.64.0.1")))
    assert prefix("10.0.0.1/8") == Prefix(4, 10 << 24, (11 << 24) - 1, 8)
    assert prefix("nonsense") is None
