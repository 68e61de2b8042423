"""What the gate says to IPv6 follows from the function's own network: its setting, its subnets, routes and groups."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from doctor.engine.gating import FunctionView
from doctor.model.function import VpcConfig
from doctor.model.gate import Way
from doctor.model.network import EgressOnlyInternetGateway, Route, SecurityGroup
from doctor.model.snapshot import Resource
from doctor.sandbox.gate.keeper import Keeper
from doctor.sandbox.gate.views import Views
from doctor.testing.world import function, world
from tests.cases.network.no_way_out import EGRESS_ONLY, dual_stack
from tests.networks import ALL, IN_VPC, network

OUT = Route(destination_ipv6_cidr_block="::/0", egress_only_internet_gateway_id="eigw-1")
ALLOWED = replace(IN_VPC, ipv6_allowed_for_dual_stack=True)
FAR = "2606:2800:220:1:248:1893:25c8:1946"


def keeper(place: VpcConfig, *resources: Resource) -> Keeper:
    made = world(function(vpc_config=place), *resources)
    view = FunctionView(made, made.live[0])
    return Keeper(Views("123456789012", view.decide, view.trace, lambda _arn: True, trace6=view.trace6, ipv6=view.ipv6))


def shut(resources: Sequence[Resource]) -> list[Resource]:
    """The same with a security group that lets IPv4 out alone."""
    return [replace(one, ip_permissions_egress=(ALL,)) if isinstance(one, SecurityGroup) else one for one in resources]


@pytest.mark.parametrize(
    ("place", "resources", "has", "way", "why"),
    [
        (VpcConfig(), (), False, "unreachable", "VPC"),
        (IN_VPC, (*dual_stack(OUT), EGRESS_ONLY), False, "unreachable", "Ipv6AllowedForDualStack"),
        (ALLOWED, (*network(), EGRESS_ONLY), False, "unreachable", "IPv6"),
        (ALLOWED, (*dual_stack(OUT), EGRESS_ONLY), True, "open", ""),
        (ALLOWED, tuple(dual_stack()), True, "dropped", "route"),
        (ALLOWED, (*shut(dual_stack(OUT)), EGRESS_ONLY), True, "dropped", ""),
    ],
)
def test_an_address_far_away(place: VpcConfig, resources: Sequence[Resource], has: bool, way: Way, why: str) -> None:
    made = keeper(place, *resources)

    assert made.ipv6 is has
    assert made.way(FAR, 443, 6) == way
    (seen,) = made.seen.connections
    assert why in seen.why
    assert (seen.ipv6, seen.place) == (True, f"[{FAR}]:443")


def test_a_gateway_of_another_vpc_is_no_way_out() -> None:
    gone: EgressOnlyInternetGateway = replace(EGRESS_ONLY, attachments=())

    assert keeper(ALLOWED, *dual_stack(OUT), gone).way(FAR, 443, 6) == "dropped"


@pytest.mark.parametrize(
    ("name", "versions"),
    [
        ("sqs.eu-west-1.amazonaws.com", {4}),
        ("sqs.eu-west-1.api.aws", {4, 6}),
        ("bucket.s3.dualstack.eu-west-1.amazonaws.com", {4, 6}),
        ("example.com", {4}),
    ],
)
def test_the_addresses_of_a_name(name: str, versions: set[int]) -> None:
    assert keeper(ALLOWED, *dual_stack(OUT), EGRESS_ONLY).families(name) == versions


def test_the_two_versions_of_a_name_take_their_own_ways() -> None:
    made = keeper(ALLOWED, *dual_stack(OUT), EGRESS_ONLY)

    assert made.way("sqs.eu-west-1.api.aws", 443, 6) == "open"
    assert made.way("sqs.eu-west-1.api.aws", 443, 4) == "dropped"
    assert {(one.ipv6, one.way) for one in made.seen.connections} == {(True, "open"), (False, "dropped")}
