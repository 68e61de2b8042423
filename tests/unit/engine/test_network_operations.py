"""EC2's writes: what they do to a snapshot, what takes them back, and what a template would say."""

import pytest

from doctor.engine.diagnose import diagnose
from doctor.engine.operations import operation
from doctor.engine.operations.ec2 import (
    block_public_access,
    egress_gateways,
    nat_gateways,
    network_acls,
    route_tables,
    security_groups,
    transit_gateways,
    vpc_endpoints,
    vpcs,
)
from doctor.engine.plan import carry_out, plan, take_back
from doctor.model.finding import Finding, Fix, Problem, Severity, Step
from doctor.model.interfaces import Address
from doctor.model.network import NatGateway, NetworkAcl, Route, RouteTable, SecurityGroup, Subnet, Vpc, VpcEndpoint
from doctor.model.plan import Plan
from doctor.model.transit import TransitGatewayRouteTable, TransitGatewayVpcAttachment
from doctor.shelf import shipped_rules
from doctor.testing.world import world
from tests.cases.network.networks_not_joined import joined
from tests.cases.network.no_way_out import HUNG, LIST, calling
from tests.networks import ANY, but, denying, gateway_endpoint, interface_endpoint, network

F = calling()
SEEN = world(F, *network(endpoints=(gateway_endpoint("dynamodb"), interface_endpoint("sqs"))), *joined(), LIST)


def one(kind, name: str):
    return next(found for found in SEEN.all(kind) if found.arn.endswith(f"/{name}"))


def planned(*steps: Step) -> Plan:
    finding = Finding(
        rule="r",
        severity=Severity.HIGH,
        subject=F.arn,
        affects=(F.arn,),
        problem=Problem(message="m", evidence=()),
        fingerprint="f",
    )
    return plan(SEEN, finding, Fix(title="t", steps=steps))


TABLE = one(RouteTable, "rtb-a")
GROUP = one(SecurityGroup, "sg-f")
STEPS = {
    "a rule out": (security_groups.let_out(GROUP, 443, "range", "10.0.0.7/32"),),
    "a rule in": (security_groups.let_in(GROUP, 443, "group", "sg-e"),),
    "two rules of one port": (
        security_groups.let_in(GROUP, 443, "group", "sg-e"),
        security_groups.let_in(GROUP, 5432, "range", "10.0.0.0/24", "10.0.1.0/24"),
    ),
    "two entries": (
        network_acls.admit(one(NetworkAcl, "acl-1"), 90, ANY, (443, 443), egress=True, protocol="6"),
        network_acls.admit(one(NetworkAcl, "acl-1"), 90, ANY, (1024, 65535), egress=False, protocol="6"),
    ),
    "two routes": (
        route_tables.lead(TABLE, ANY, "GatewayId", "igw-1"),
        route_tables.lead(TABLE, "10.9.0.0/16", "VpcPeeringConnectionId", "pcx-1"),
    ),
    "a gateway endpoint": (vpc_endpoints.make_gateway(one(Vpc, "vpc-1"), "com.amazonaws.eu-west-1.dynamodb", [TABLE]),),
    "an interface endpoint": (
        vpc_endpoints.make_interface(one(Vpc, "vpc-1"), "com.amazonaws.eu-west-1.sns", ["subnet-a"], ["sg-e"]),
    ),
    "a NAT gateway": (
        *nat_gateways.make(one(Subnet, "subnet-public")),
        route_tables.lead(TABLE, ANY, "NatGatewayId", nat_gateways.MADE),
    ),
    "a way out for IPv6": (
        egress_gateways.make(one(Vpc, "vpc-1")),
        route_tables.lead(TABLE, "::/0", "EgressOnlyInternetGatewayId", egress_gateways.MADE),
    ),
    "an exclusion from Block Public Access": (block_public_access.exclude(one(Vpc, "vpc-1")),),
    "a rule for IPv6": (security_groups.let_out(GROUP, 443, "range", "2001:db8::1/128"),),
    "a transit gateway's route": (
        transit_gateways.lead(
            one(TransitGatewayRouteTable, "tgw-rtb-1"), "10.8.0.0/16", one(TransitGatewayVpcAttachment, "tgw-attach-2")
        ),
    ),
    "another zone of an attachment": (
        transit_gateways.add_subnet(one(TransitGatewayVpcAttachment, "tgw-attach-1"), "subnet-b"),
    ),
}


@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS)
def test_it_changes_the_model_and_its_undo_takes_that_back(steps: tuple[Step, ...]) -> None:
    ready = planned(*steps)
    changed = carry_out(SEEN.snapshot, ready.steps)

    assert ready.obstacles == ()
    assert changed != SEEN.snapshot
    assert take_back(changed, ready.steps) == SEEN.snapshot


@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS)
def test_it_tells_which_actions_it_needs(steps: tuple[Step, ...]) -> None:
    for step in planned(*steps).steps:
        assert step.call.name in step.actions


def test_what_a_step_makes_is_deleted_by_the_name_that_it_got() -> None:
    allocate, make, lead = planned(*STEPS["a NAT gateway"]).steps

    assert [step.undo and step.undo.operation for step in (allocate, make, lead)] == [
        "ReleaseAddress",
        "DeleteNatGateway",
        "DeleteRoute",
    ]
    assert make.undo is not None
    assert make.undo.parameters["NatGatewayId"].step == make.name
    assert make.settled is not None
    assert (make.settled.path, make.settled.wanted) == ("NatGateways.0.State", ("available",))


def test_a_new_gateway_has_its_address_and_the_route() -> None:
    changed = carry_out(SEEN.snapshot, planned(*STEPS["a NAT gateway"]).steps)
    added = [changed.resources[arn] for arn in changed.resources.keys() - SEEN.snapshot.resources.keys()]
    (nat,) = (found for found in added if isinstance(found, NatGateway))
    table = changed.resources[TABLE.arn]

    assert {type(found) for found in added} == {Address, NatGateway}
    assert isinstance(table, RouteTable)
    assert table.routes[-1].nat_gateway_id == nat.nat_gateway_id


def test_an_endpoint_serves_the_route_tables_that_it_is_given() -> None:
    (step,) = planned(vpc_endpoints.add_tables(one(VpcEndpoint, "vpce-2"), [one(RouteTable, "rtb-public")])).steps
    changed = carry_out(SEEN.snapshot, (step,))
    table = changed.resources[one(RouteTable, "rtb-public").arn]

    assert isinstance(table, RouteTable)
    assert (table.routes[-1].destination_prefix_list_id, table.routes[-1].gateway_id) == ("pl-1", "vpce-2")
    assert step.undo is not None
    assert step.undo.parameters == {"VpcEndpointId": "vpce-2", "RemoveRouteTableIds": ["rtb-public"]}


def test_dns_is_turned_on_one_attribute_at_a_time() -> None:
    (step,) = planned(vpcs.turn_on_dns(one(Vpc, "vpc-1"), "EnableDnsSupport")).steps

    assert step.call.parameters == {"VpcId": "vpc-1", "EnableDnsSupport": {"Value": True}}


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        (denying((50, True, ANY, "6", (443, 443))), 49),
        (denying((50, True, ANY, "6", (443, 443)), (49, True, ANY, "6", (22, 22))), 48),
        (denying((1, True, ANY, "6", (443, 443))), None),
        (denying((50, False, ANY, "6", (443, 443))), 110),
        ((), 10),
    ],
)
def test_an_entry_is_put_before_what_denies(entries, expected: int | None) -> None:
    acl = NetworkAcl(arn="a", network_acl_id="acl-1", vpc_id="vpc-1", entries=entries)

    assert network_acls.free_number(acl, egress=True) == expected


def test_a_rule_reads_as_a_template() -> None:
    (step,) = planned(*STEPS["a rule in"]).steps

    assert step.as_code is not None
    assert step.as_code.cloudformation == (
        "IngressSgF443SgE:\n"
        "  Type: AWS::EC2::SecurityGroupIngress\n"
        "  Properties:\n"
        '    GroupId: "sg-f"\n'
        '    IpProtocol: "tcp"\n'
        "    FromPort: 443\n"
        "    ToPort: 443\n"
        '    SourceSecurityGroupId: "sg-e"'
    )
    assert step.as_code.terraform.splitlines()[0] == (
        'resource "aws_vpc_security_group_ingress_rule" "ingress_sg_f_443_sg_e" {'
    )


@pytest.mark.parametrize("name", ["two entries", "two routes", "a gateway endpoint", "an interface endpoint"])
def test_what_is_a_resource_of_a_template_reads_as_one(name: str) -> None:
    for step in planned(*STEPS[name]).steps:
        assert step.as_code is not None
        assert "  Type: AWS::EC2::" in step.as_code.cloudformation
        assert step.as_code.terraform.startswith('resource "aws_')


def test_what_doctor_deletes_it_does_not_put_back() -> None:
    for name in ("DeleteVpcEndpoints", "DeleteNatGateway", "ReleaseAddress", "DeleteRoute", "DeleteNetworkAclEntry"):
        known = operation(planned(*STEPS["a rule in"]).steps[0].call.__class__(service="ec2", operation=name))

        assert known is not None
        assert known.undo_note.startswith("doctor ")


@pytest.mark.parametrize(
    ("name", "read", "wanted"),
    [
        ("an exclusion from Block Public Access", "DescribeVpcBlockPublicAccessExclusions", "create-complete"),
        ("a transit gateway's route", "SearchTransitGatewayRoutes", "active"),
        ("another zone of an attachment", "DescribeTransitGatewayVpcAttachments", "available"),
    ],
)
def test_what_takes_a_while_is_waited_for(name: str, read: str, wanted: str) -> None:
    (step,) = planned(*STEPS[name]).steps

    assert step.settled is not None
    assert (step.settled.call.operation, step.settled.wanted) == (read, (wanted,))


def test_an_exclusion_that_the_organisation_forbids_is_left_to_people() -> None:
    forbidden = {"internet_gateway_block_mode": "block-bidirectional", "exclusions_allowed": "not-allowed"}
    by_nat = network(Route(destination_cidr_block=ANY, nat_gateway_id="nat-1"), nat="available")
    seen = world(F, *but(by_nat, "eu-west-1", **forbidden), invocations=HUNG)
    (rule,) = (one for one in shipped_rules() if one.name == "nat-gateway-broken")

    (finding,) = diagnose(seen, [rule]).findings
    fixes = [one for one in finding.problem.fixes if "exclude" in one.title]

    assert [one.steps for one in fixes] == [()]
    assert "declarative policy" in fixes[0].note
