"""The walk against a judge that is too slow to be wrong: every packet that rules can tell apart, one at a time, there and back."""

import ipaddress
import random
from typing import Any, NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from doctor.model.function import Function, VpcConfig
from doctor.model.interfaces import GroupIdentifier, NetworkInterface, NetworkInterfaceIpv6Address
from doctor.model.network import (
    IpPermission,
    IpRange,
    Ipv6CidrBlockAssociation,
    Ipv6Range,
    NetworkAcl,
    NetworkAclAssociation,
    Route,
    RouteTable,
    RouteTableAssociation,
    SecurityGroup,
    Subnet,
    UserIdGroupPair,
    Vpc,
)
from doctor.network.reach import Reach

HOME = {4: "10.0.0.0/16", 6: "2001:db8:0:100::/56"}
NEAR = {4: "10.0.1.0/24", 6: "2001:db8:0:101::/64"}
FAR = {4: "10.0.2.0/24", 6: "2001:db8:0:102::/64"}
THERE = {4: "10.0.2.9", 6: "2001:db8:0:102::9"}
RANGES = {
    4: [
        "0.0.0.0/0",
        HOME[4],
        NEAR[4],
        FAR[4],
        "10.0.1.0/25",
        "10.0.1.128/26",
        "10.0.2.8/29",
        "10.0.2.9/32",
        "192.0.2.0/24",
    ],
    6: ["::/0", HOME[6], NEAR[6], FAR[6], "2001:db8:0:101::/65", "2001:db8:0:102::8/125", "2001:db8:0:102::9/128"],
}
PORTS = [(0, 65535), (443, 443), (1024, 65535), (1024, 32767), (32768, 65535), (400, 500), (3000, 4000), (0, 1023)]
PORT, FIRST, LAST = 443, 1024, 65535


class Entry(NamedTuple):
    """An entry of a network ACL, with all that decides."""

    number: int
    egress: bool
    allow: bool
    protocol: str
    family: int
    cidr: str
    ports: tuple[int, int]


class Rule(NamedTuple):
    """A rule of a security group: about a range, or about the other side's group."""

    protocol: str
    ports: tuple[int, int]
    family: int
    cidr: str


class World(NamedTuple):
    """Everything that differs from example to example."""

    near: tuple[Entry, ...]
    far: tuple[Entry, ...]
    out: tuple[Rule, ...]
    into: tuple[Rule, ...]
    way: tuple[str, ...]
    """Ranges that are a blackhole on the way there."""
    back: tuple[str, ...]


ENTRIES = st.builds(
    lambda egress, allow, protocol, family, pick, ports: (egress, allow, protocol, family, RANGES[family][pick], ports),
    st.booleans(),
    st.sampled_from([True, True, False]),
    st.sampled_from(["-1", "6", "6", "17"]),
    st.sampled_from([4, 6]),
    st.integers(0, 6),
    st.sampled_from(PORTS),
)
RULES = st.builds(
    lambda protocol, ports, family, pick: Rule(protocol, ports, family, ["group", *RANGES[family]][pick]),
    st.sampled_from(["-1", "tcp", "tcp", "udp"]),
    st.sampled_from([(0, 65535), (443, 443), (400, 500), (0, 1023)]),
    st.sampled_from([4, 6]),
    st.integers(0, 7),
)
OPEN = [(egress, True, "-1", family, RANGES[family][0], (0, 65535)) for egress in (True, False) for family in (4, 6)]


@st.composite
def acls(draw: st.DrawFn) -> tuple[Entry, ...]:
    """A network ACL; often one that lets through what nothing before it drops."""
    drawn = draw(st.lists(ENTRIES, max_size=3)) + (OPEN if draw(st.integers(0, 7)) else [])
    return tuple(Entry(number, *one) for number, one in enumerate(drawn, 1))


@st.composite
def groups(draw: st.DrawFn) -> tuple[Rule, ...]:
    """The rules of a security group; mostly one of them is for what is asked."""
    drawn = draw(st.lists(RULES, max_size=3))
    common = [Rule("tcp", (443, 443), family, RANGES[family][draw(st.integers(0, 3))]) for family in (4, 6)]
    return tuple(drawn + (common if draw(st.integers(0, 7)) else []))


WORLDS = st.builds(
    World,
    near=acls(),
    far=acls(),
    out=groups(),
    into=groups(),
    way=st.lists(st.sampled_from([*RANGES[4][5:8], *RANGES[6][4:]]), max_size=1).map(tuple),
    back=st.lists(st.sampled_from([*RANGES[4][4:6], *RANGES[6][4:5]]), max_size=1).map(tuple),
)


def entries(those: tuple[Entry, ...]) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "RuleNumber": one.number,
            "Egress": one.egress,
            "RuleAction": "allow" if one.allow else "deny",
            "Protocol": one.protocol,
            "CidrBlock" if one.family == 4 else "Ipv6CidrBlock": one.cidr,
            "PortRange": {"From": one.ports[0], "To": one.ports[1]},
        }
        for one in those
    )


def permission(one: Rule, other: str) -> IpPermission:
    first, last = (None, None) if one.protocol == "-1" else one.ports
    plain = IpPermission(ip_protocol=one.protocol, from_port=first, to_port=last)
    if one.cidr == "group":
        return replace(plain, user_id_group_pairs=(UserIdGroupPair(group_id=other),))
    if one.family == 4:
        return replace(plain, ip_ranges=(IpRange(cidr_ip=one.cidr),))
    return replace(plain, ipv6_ranges=(Ipv6Range(cidr_ipv6=one.cidr),))


def table(name: str, subnet: str, holes: tuple[str, ...]) -> RouteTable:
    local = [Route(destination_cidr_block=HOME[4], gateway_id="local")]
    local += [Route(destination_ipv6_cidr_block=HOME[6], gateway_id="local")]
    fields = [{"destination_ipv6_cidr_block" if ":" in one else "destination_cidr_block": one} for one in holes]
    return RouteTable(
        arn=name,
        route_table_id=name,
        vpc_id="vpc",
        routes=(*local, *(Route(**one, nat_gateway_id="nat-gone", state="blackhole") for one in fields)),
        associations=(RouteTableAssociation(subnet_id=subnet),),
    )


def acl(name: str, subnet: str, those: tuple[Entry, ...]) -> NetworkAcl:
    to = NetworkAclAssociation(subnet_id=subnet)
    return NetworkAcl(arn=name, network_acl_id=name, vpc_id="vpc", entries=entries(those), associations=(to,))


def subnet(name: str, ranges: dict[int, str]) -> Subnet:
    six = (Ipv6CidrBlockAssociation(ipv6_cidr_block=ranges[6]),)
    return Subnet(
        arn=name,
        subnet_id=name,
        vpc_id="vpc",
        cidr_block=ranges[4],
        availability_zone="a",
        ipv6_cidr_block_association_set=six,
    )


def account(world: World, rng: random.Random | None = None) -> Reach:
    """The world as AWS describes it, in any order."""
    found: list[Any] = [
        Vpc(arn="vpc", vpc_id="vpc", cidr_block=HOME[4]),
        subnet("near", NEAR),
        subnet("far", FAR),
        table("rtb-near", "near", world.way),
        table("rtb-far", "far", world.back),
        acl("acl-near", "near", world.near),
        acl("acl-far", "far", world.far),
        SecurityGroup(
            arn="sg-f", group_id="sg-f", ip_permissions_egress=tuple(permission(one, "sg-t") for one in world.out)
        ),
        SecurityGroup(arn="sg-t", group_id="sg-t", ip_permissions=tuple(permission(one, "sg-f") for one in world.into)),
        NetworkInterface(
            arn="eni",
            network_interface_id="eni",
            subnet_id="far",
            vpc_id="vpc",
            private_ip_address=THERE[4],
            ipv6_addresses=(NetworkInterfaceIpv6Address(ipv6_address=THERE[6]),),
            groups=(GroupIdentifier(group_id="sg-t"),),
            source_dest_check=True,
        ),
    ]
    if rng is not None:
        found = [_shuffled(one, rng) for one in found]
        rng.shuffle(found)
    return Reach({one.arn: one for one in found})


def _shuffled(one: Any, rng: random.Random) -> Any:
    names = [name for name in ("entries", "routes", "ip_permissions", "ip_permissions_egress") if hasattr(one, name)]
    return replace(one, **{name: tuple(rng.sample(getattr(one, name), len(getattr(one, name)))) for name in names})


FUNCTION = Function(
    function_name="f",
    function_arn="arn:aws:lambda:eu-west-1:111122223333:function:f",
    vpc_config=VpcConfig(
        vpc_id="vpc", subnet_ids=("near",), security_group_ids=("sg-f",), ipv6_allowed_for_dual_stack=True
    ),
)


def asked(world: World, family: int, rng: random.Random | None = None) -> str:
    """Doctor's answer."""
    return account(world, rng).trace(FUNCTION, f"[{THERE[6]}]" if family == 6 else THERE[4], PORT).verdict


def judged(world: World, family: int) -> str:
    """The slow judge's answer."""
    inside = ipaddress.ip_network(NEAR[family])
    low, high = int(inside[4]), int(inside[-2])
    cuts = {low} | {edge for one in RANGES[family] for edge in _edges(one) if low <= edge <= high}
    ports = sorted({FIRST} | {edge for one in PORTS for edge in (one[0], one[1] + 1) if FIRST <= edge <= LAST})
    passed = {_passes(world, family, at, port) for at in cuts for port in ports}
    return "partial" if len(passed) > 1 else "reachable" if passed.pop() else "unreachable"


def _edges(cidr: str) -> tuple[int, int]:
    network = ipaddress.ip_network(cidr)
    return int(network[0]), int(network[-1]) + 1


def _holds(cidr: str, family: int, at: int) -> bool:
    network = ipaddress.ip_network(cidr)
    return network.version == family and int(network[0]) <= at <= int(network[-1])


def _passes(world: World, family: int, at: int, port: int) -> bool:
    there = int(ipaddress.ip_address(THERE[family]))
    return (
        _admitted(world.out, family, there)
        and _listed(world.near, family, there, PORT, egress=True)
        and not any(_holds(one, family, there) for one in world.way)
        and _listed(world.far, family, at, PORT, egress=False)
        and _admitted(world.into, family, at)
        and _listed(world.far, family, at, port, egress=True)
        and not any(_holds(one, family, at) for one in world.back)
        and _listed(world.near, family, there, port, egress=False)
    )


def _admitted(rules: tuple[Rule, ...], family: int, remote: int) -> bool:
    return any(
        (one.cidr == "group" or _holds(one.cidr, family, remote))
        and (one.protocol == "-1" or (one.protocol == "tcp" and one.ports[0] <= PORT <= one.ports[1]))
        for one in rules
    )


def _listed(those: tuple[Entry, ...], family: int, remote: int, port: int, *, egress: bool) -> bool:
    for one in sorted(those):
        fits = one.protocol == "-1" or (one.protocol == "6" and one.ports[0] <= port <= one.ports[1])
        if one.egress == egress and fits and _holds(one.cidr, family, remote):
            return one.allow
    return False


MANY = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
RANK = {"unreachable": 0, "partial": 1, "reachable": 2}
FAMILIES = st.sampled_from([4, 6])


@MANY
@given(WORLDS, FAMILIES)
def test_the_walk_finds_what_every_packet_alone_would_find(world: World, family: int) -> None:
    assert asked(world, family) == judged(world, family)


@MANY
@given(WORLDS, FAMILIES, st.randoms(use_true_random=False))
def test_in_any_order_the_answer_is_the_same(world: World, family: int, rng: random.Random) -> None:
    assert asked(world, family, rng) == asked(world, family)


@MANY
@given(WORLDS, FAMILIES, st.data())
def test_with_an_allow_less_nothing_opens(world: World, family: int, data: st.DataObject) -> None:
    """Of a security group or a network ACL, for packets or for their answers."""
    side = data.draw(st.sampled_from(["near", "far", "out", "into"]))
    every = getattr(world, side)
    allows = [one for one in every if not isinstance(one, Entry) or one.allow]
    gone = data.draw(st.sampled_from(allows)) if allows else None

    closed = world._replace(**{side: tuple(one for one in every if one != gone)})

    assert RANK[asked(closed, family)] <= RANK[asked(world, family)]


@MANY
@given(WORLDS, FAMILIES, st.sampled_from(["near", "far"]), ENTRIES, st.integers(0, 9))
def test_with_a_deny_more_nothing_opens(world: World, family: int, side: str, drawn: Any, number: int) -> None:
    entry = Entry(number, *drawn)._replace(allow=False)
    others = tuple(one for one in getattr(world, side) if (one.number, one.egress) != (number, entry.egress))

    closed = world._replace(**{side: (*others, entry)})
    open_ = world._replace(**{side: others})

    assert RANK[asked(closed, family)] <= RANK[asked(open_, family)]


@MANY
@given(WORLDS, FAMILIES, st.sampled_from(["way", "back"]), st.integers(0, 6))
def test_with_a_blackhole_more_nothing_opens(world: World, family: int, side: str, pick: int) -> None:
    closed = world._replace(**{side: (*getattr(world, side), RANGES[family][2:][pick % 5])})

    assert RANK[asked(closed, family)] <= RANK[asked(world, family)]
