"""A change is followed through every known flow: whom it opens the way for, and whom it cuts off."""

import pytest
from msgspec.structs import replace

from doctor.engine.diagnose import diagnose
from doctor.engine.facts.reachability import reach_of
from doctor.engine.flows import flows, inherit
from doctor.engine.operations.ec2 import route_tables
from doctor.engine.plan import carry_out, plan
from doctor.engine.rehearse import InModel, in_model
from doctor.engine.world import World
from doctor.model.finding import Finding, Fix, Step
from doctor.model.network import RouteTable
from doctor.network.reach import Reach
from doctor.shelf import shipped_rules
from doctor.testing.world import function, world
from tests.cases.network import (
    endpoint_security_group_blocks,
    gateway_endpoint_not_associated,
    nat_gateway_broken,
    network_acl_blocks,
    networks_not_joined,
    no_way_out,
    private_dns_off,
    public_subnet,
    security_group_blocks_egress,
    subnets_differ,
    target_security_group_blocks,
)
from tests.cases.network.no_way_out import BY_NAT, HUNG, QUEUE_URL, calling
from tests.networks import ANY, but, network

RULES = shipped_rules()
MODULES = (
    endpoint_security_group_blocks,
    gateway_endpoint_not_associated,
    nat_gateway_broken,
    network_acl_blocks,
    networks_not_joined,
    no_way_out,
    private_dns_off,
    public_subnet,
    security_group_blocks_egress,
    target_security_group_blocks,
)
SQS = "sqs.eu-west-1.amazonaws.com:443"


def found(seen: World, rule: str) -> Finding:
    return next(one for one in diagnose(seen, RULES).findings if one.rule == rule)


def rehearsed(seen: World, finding: Finding, fix: Fix) -> InModel:
    return in_model(seen, plan(seen, finding, fix), RULES)


def _fixes():
    for module in MODULES:
        rule = module.__name__.rsplit(".", 1)[-1].replace("_", "-")
        for name, seen in module.BROKEN.items():
            if name == "no route, whatever its DNS does":
                continue
            for finding in (one for one in diagnose(seen, RULES).findings if one.rule == rule):
                for number, fix in enumerate(finding.problem.fixes):
                    if fix.steps:
                        yield pytest.param(seen, finding, fix, id=f"{rule}: {name}, fix {number}")


@pytest.mark.parametrize(("seen", "finding", "fix"), list(_fixes()))
def test_what_a_fix_is_for_gets_through_after_it(seen: World, finding: Finding, fix: Fix) -> None:
    said = rehearsed(seen, finding, fix)

    assert said.reasons == ()
    if finding.problem.explains and said.changed is not None and finding.problem.explains[0].detail != "the internet":
        assert any(check.startswith("network: newly reached: ") for check in said.checks)


def test_everybody_behind_a_broken_gateway_is_told() -> None:
    seen = world(
        calling(),
        function("g", vpc_config=calling().vpc_config, environment=calling().environment),
        *network(nat_gateway_broken.BLACKHOLE, nat="available"),
        invocations=HUNG,
    )
    finding = found(seen, "nat-gateway-broken")
    said = rehearsed(seen, finding, finding.problem.fixes[0])

    assert [arn.rsplit(":", 1)[1] for arn in finding.affects] == ["f", "g"]
    assert said.checks[2:5] == (
        "network: 2 known flows of 2 functions followed again",
        f"network: newly reached: f to {SQS}, g to {SQS}",
        "network: nothing is cut off",
    )


def test_who_would_be_cut_off_speaks_against_a_change() -> None:
    here = network(BY_NAT, nat="available")
    other = function("g", vpc_config=calling().vpc_config, environment=calling().environment)
    seen = world(calling(), other, *but(here, "sg-f", ip_permissions_egress=()), invocations=HUNG)
    healthy = world(calling(), other, *here, invocations=HUNG)
    finding = found(seen, "security-group-blocks-egress")
    table = next(one for one in here if isinstance(one, RouteTable) and one.route_table_id == "rtb-a")
    elsewhere = Fix(title="x", steps=(route_tables.lead(table, ANY, "GatewayId", "igw-1"),))

    said = rehearsed(healthy, finding, elsewhere)

    assert f"network: cut off by the change: f to {SQS}, g to {SQS}" in said.reasons
    assert "network: nothing is cut off" not in said.checks


def test_a_change_that_opens_nothing_is_not_proved() -> None:
    seen = no_way_out.BROKEN["a queue's URL, and only local routes"]
    finding = found(seen, "no-way-out")
    table = next(one for one in seen.all(RouteTable) if one.route_table_id == "rtb-a")
    to_nowhere: tuple[Step, ...] = (route_tables.lead(table, "203.0.113.0/24", "GatewayId", "igw-1"),)

    said = rehearsed(seen, finding, Fix(title="x", steps=to_nowhere))

    assert any(one.startswith(f"network: f to {SQS} would still not get through: ") for one in said.reasons)


def test_what_was_not_seen_is_no_proof() -> None:
    seen = no_way_out.BROKEN["no route, whatever its DNS does"]
    finding = found(seen, "no-way-out")

    said = rehearsed(seen, finding, finding.problem.fixes[1])

    assert said.reasons == (
        f"network: f to {SQS} may still not get through: vpc-1: whether its DNS support is on was not seen",
    )


def test_answers_are_kept_where_the_change_has_no_part() -> None:
    seen = subnets_differ.BROKEN["one has no NAT gateway"]
    reach = reach_of(seen)
    timeout = World(seen.snapshot.with_resources(replace(calling(), timeout=9)))

    assert not inherit(seen, timeout)
    assert timeout.derived[Reach, ""] is reach

    finding = found(seen, "subnets-differ")
    changed = World(carry_out(seen.snapshot, plan(seen, finding, finding.problem.fixes[0]).steps))

    assert inherit(seen, changed)
    assert [(one.before, one.after) for one in flows(seen, changed)] == [("partial", "reachable")]


def test_a_function_in_no_vpc_has_no_flows_to_follow() -> None:
    alone = world(function(environment=calling(variables={"Q": QUEUE_URL}).environment))

    assert flows(alone, alone) == ()
