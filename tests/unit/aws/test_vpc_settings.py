"""What no filter by VPC brings is read too, and what could not be read is a gap."""

from collections.abc import Callable
from typing import Any

import pytest

from doctor.aws.collectors.network import networks
from doctor.aws.draft import Draft
from doctor.aws.refusals import AwsError
from doctor.model.call import Call
from doctor.model.function import Function, VpcConfig
from doctor.model.interfaces import DhcpOptions, ManagedPrefixList, PrefixList, VpcBlockPublicAccessOptions
from doctor.model.network import EgressOnlyInternetGateway, Vpc
from doctor.model.snapshot import Resource, Scope
from doctor.testing.world import ACCOUNT, NOW, REGION
from tests.unit.aws.told import Told

LEADING = {"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-1"}
UNNEEDED = {("DescribeVpnGateways", "*"), ("DescribeSecurityGroupVpcAssociations", "*")}
"""What nothing leads to in this network."""
ANSWERS: dict[str, Any] = {
    "DescribeVpcs": {"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "DhcpOptionsId": "dopt-1"}]},
    "DescribeRouteTables": {
        "RouteTables": [
            {"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Routes": [{"DestinationPrefixListId": "pl-1"}, LEADING]}
        ]
    },
    "DescribeSecurityGroups": {
        "SecurityGroups": [
            {
                "GroupId": "sg-1",
                "IpPermissionsEgress": [{"IpProtocol": "tcp", "PrefixListIds": [{"PrefixListId": "pl-2"}]}],
            }
        ]
    },
    "DescribeDhcpOptions": {
        "DhcpOptions": [
            {
                "DhcpOptionsId": "dopt-1",
                "DhcpConfigurations": [{"Key": "domain-name-servers", "Values": [{"Value": "AmazonProvidedDNS"}]}],
            }
        ]
    },
    "DescribeManagedPrefixLists": {"PrefixLists": [{"PrefixListId": "pl-1"}, {"PrefixListId": "pl-2"}]},
    "GetManagedPrefixListEntries": {"Entries": [{"Cidr": "192.0.2.0/24"}]},
    "DescribePrefixLists": {
        "PrefixLists": [
            {"PrefixListId": "pl-1", "PrefixListName": f"com.amazonaws.{REGION}.s3", "Cidrs": ["192.0.2.0/24"]}
        ]
    },
    "DescribeEgressOnlyInternetGateways": {
        "EgressOnlyInternetGateways": [
            {"EgressOnlyInternetGatewayId": f"eigw-{n}", "Attachments": [{"VpcId": f"vpc-{n}", "State": "attached"}]}
            for n in (1, 2)
        ]
    },
    "DescribeVpcBlockPublicAccessOptions": {
        "VpcBlockPublicAccessOptions": {"InternetGatewayBlockMode": "off", "State": "default-state"}
    },
}


def _attribute(call: Call) -> Any:
    name = call.parameters["Attribute"]
    return {name[0].upper() + name[1:]: {"Value": name == "enableDnsSupport"}}


def read(
    instead: Callable[[Call], Any] = lambda _: None, *others: Function, functions: tuple[str, ...] = ()
) -> tuple[Draft, Told]:
    def answer(call: Call) -> Any:
        told = instead(call)
        if told is not None:
            return told
        return _attribute(call) if call.operation == "DescribeVpcAttribute" else ANSWERS.get(call.operation)

    aws = Told(answer)
    scope = Scope(account=ACCOUNT, region=REGION, functions=functions)
    draft = Draft(aws, scope, NOW, b"k")  # type: ignore[arg-type]
    draft.add(*others)
    networks(draft, {"vpc-1"})
    return draft, aws


def refused(operation: str) -> Callable[[Call], Any]:
    def instead(call: Call) -> None:
        if call.operation == operation:
            raise AwsError(call, "UnauthorizedOperation", "words", "denied")

    return instead


def gaps(draft: Draft) -> set[tuple[str, str]]:
    snapshot = draft.finish(None, ())  # type: ignore[arg-type]
    return {(one.call.operation, one.resource.rpartition("/")[2]) for one in snapshot.gaps} - UNNEEDED


def one(draft: Draft, kind: type[Resource]) -> Any:
    (found,) = draft.all(kind)
    return found


def test_a_vpc_has_its_dns_attributes_and_its_name_servers() -> None:
    draft, _ = read()
    vpc = one(draft, Vpc)

    assert (vpc.enable_dns_support, vpc.enable_dns_hostnames) == (True, False)
    assert one(draft, DhcpOptions).dhcp_configurations[0].values[0].value == "AmazonProvidedDNS"
    assert gaps(draft) == set()


@pytest.mark.parametrize(
    ("answers", "operation"),
    [
        ({"Routes": [{"DestinationCidrBlock": "10.9.0.0/16", "GatewayId": "vgw-1"}]}, "DescribeVpnGateways"),
        ({"PropagatingVgws": [{"GatewayId": "vgw-1"}]}, "DescribeVpnGateways"),
        ({"Routes": [LEADING]}, "DescribeEgressOnlyInternetGateways"),
    ],
    ids=["a route", "a gateway that propagates", "a route of IPv6"],
)
def test_gateways_are_read_where_a_route_leads_to_them(answers: dict[str, Any], operation: str) -> None:
    tables = [{"RouteTableId": "rtb-1", "VpcId": "vpc-1", **answers}]
    _, aws = read(lambda call: {"RouteTables": tables} if call.operation == "DescribeRouteTables" else None)
    _, without = read(lambda call: {"RouteTables": []} if call.operation == "DescribeRouteTables" else None)
    _, unseen = read(refused("DescribeRouteTables"))
    asked = [operation in {call.operation for call in one.asked} for one in (aws, without, unseen)]

    assert asked == [True, False, True]


def test_of_a_function_named_it_is_not_asked_what_no_diagnosis_needs() -> None:
    draft, aws = read(functions=("f",))
    skipped = {"DescribeAddresses", "DescribeSecurityGroupRules"}

    assert not skipped & {call.operation for call in aws.asked}
    assert gaps(draft) == {(operation, "*") for operation in skipped}


def test_a_group_of_another_vpc_is_looked_for_among_those_that_are_shared() -> None:
    shared = Function(function_name="f", function_arn="f", vpc_config=VpcConfig(security_group_ids=("sg-9",)))

    assert "DescribeSecurityGroupVpcAssociations" in {call.operation for call in read(lambda _: None, shared)[1].asked}


def test_prefix_lists_that_routes_and_groups_name_have_their_entries() -> None:
    draft, aws = read()
    asked = next(call for call in aws.asked if call.operation == "DescribeManagedPrefixLists")

    assert asked.parameters["Filters"] == [{"Name": "prefix-list-id", "Values": ["pl-1", "pl-2"]}]
    assert [len(one.entries or ()) for one in draft.all(ManagedPrefixList)] == [1, 1]
    assert one(draft, PrefixList).cidrs == ("192.0.2.0/24",)


def test_an_egress_only_gateway_of_another_vpc_is_left_out() -> None:
    assert one(read()[0], EgressOnlyInternetGateway).egress_only_internet_gateway_id == "eigw-1"


@pytest.mark.parametrize(("mode", "asked"), [("off", 0), ("block-ingress", 1)])
def test_exclusions_are_read_where_something_is_blocked(mode: str, asked: int) -> None:
    told = {"VpcBlockPublicAccessOptions": {"InternetGatewayBlockMode": mode}}
    draft, aws = read(lambda call: told if call.operation == "DescribeVpcBlockPublicAccessOptions" else None)

    assert one(draft, VpcBlockPublicAccessOptions).internet_gateway_block_mode == mode
    assert len([call for call in aws.asked if call.operation == "DescribeVpcBlockPublicAccessExclusions"]) == asked


@pytest.mark.parametrize(
    ("operation", "about"),
    [
        ("DescribeVpcAttribute", "vpc-1"),
        ("DescribeDhcpOptions", ""),
        ("DescribeManagedPrefixLists", ""),
        ("DescribePrefixLists", ""),
        ("DescribeEgressOnlyInternetGateways", ""),
        ("DescribeVpcBlockPublicAccessOptions", ""),
    ],
)
def test_what_was_refused_is_a_gap(operation: str, about: str) -> None:
    assert gaps(read(refused(operation))[0]) == {(operation, about)}


def test_entries_that_were_refused_are_not_an_empty_list() -> None:
    draft, _ = read(refused("GetManagedPrefixListEntries"))

    assert [one.entries for one in draft.all(ManagedPrefixList)] == [None, None]
    assert gaps(draft) == {("GetManagedPrefixListEntries", "pl-1"), ("GetManagedPrefixListEntries", "pl-2")}


@pytest.mark.parametrize("operation", ["DescribeVpcAttribute", "DescribeVpcBlockPublicAccessOptions"])
def test_an_answer_that_tells_nothing_is_a_gap(operation: str) -> None:
    draft, _ = read(lambda call: {} if call.operation == operation else None)

    assert {name for name, _ in gaps(draft)} == {operation}


def test_a_vpc_without_dhcp_options_asks_for_none() -> None:
    vpcs = {"Vpcs": [{"VpcId": "vpc-1", "DhcpOptionsId": "default"}]}
    _, aws = read(lambda call: vpcs if call.operation == "DescribeVpcs" else None)

    assert "DescribeDhcpOptions" not in {call.operation for call in aws.asked}
