"""How long reachability takes: CPU seconds and memory for a thousand functions, and milliseconds for one question.

``python -m tests.bench.bench_network`` builds a VPC of 500 subnets, 60 route tables of 31 routes, 40 network ACLs of 20
entries, 300 security groups and 3,000 interfaces, and traces 1,000 functions in three subnets each to 20 destinations:
once with the sharing of subnets and groups that accounts have (120 different functions), once with none.
"""

import random
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from doctor.model import arns
from doctor.model.function import Function, VpcConfig
from doctor.model.interfaces import AttributeValue, DhcpConfiguration, DhcpOptions, GroupIdentifier, NetworkInterface
from doctor.model.network import (
    InternetGateway,
    InternetGatewayAttachment,
    IpPermission,
    IpRange,
    NatGateway,
    NatGatewayAddress,
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
from doctor.model.trace import Destination
from doctor.network.reach import Reach

ACCOUNT, REGION = "111122223333", "eu-west-1"
SUBNETS, TABLES, ROUTES, ACLS, ENTRIES, GROUPS, INTERFACES = 500, 60, 31, 40, 20, 300, 3000
FUNCTIONS, SHAPES, EACH, DESTINATIONS = 1000, 120, 3, 20
ANY = "0.0.0.0/0"


def arn(kind: str, identifier: str) -> str:
    return arns.ec2(REGION, ACCOUNT, kind, identifier)


def subnet(number: int) -> str:
    return f"subnet-{number:04}"


def cidr(number: int) -> str:
    return f"10.{number // 250}.{number % 250}.0/24"


def network(rng: random.Random) -> list[Any]:
    """Everything but the functions. The first subnet is public and holds the NAT gateway."""
    zones = [f"{REGION}{letter}" for letter in "abc"]
    found: list[Any] = [
        Vpc(
            arn=arn("vpc", "vpc-1"),
            vpc_id="vpc-1",
            cidr_block="10.0.0.0/8",
            dhcp_options_id="dopt-1",
            enable_dns_support=True,
            enable_dns_hostnames=True,
        ),
        DhcpOptions(
            arn=arn("dhcp-options", "dopt-1"),
            dhcp_options_id="dopt-1",
            dhcp_configurations=(
                DhcpConfiguration(key="domain-name-servers", values=(AttributeValue(value="AmazonProvidedDNS"),)),
            ),
        ),
        InternetGateway(
            arn=arn("internet-gateway", "igw-1"),
            internet_gateway_id="igw-1",
            attachments=(InternetGatewayAttachment(vpc_id="vpc-1", state="available"),),
        ),
        NatGateway(
            arn=arn("natgateway", "nat-1"),
            nat_gateway_id="nat-1",
            subnet_id=subnet(0),
            vpc_id="vpc-1",
            state="available",
            nat_gateway_addresses=(NatGatewayAddress(private_ip="10.0.0.10", public_ip="198.51.100.10"),),
        ),
    ]
    found += [
        Subnet(
            arn=arn("subnet", subnet(number)),
            subnet_id=subnet(number),
            vpc_id="vpc-1",
            cidr_block=cidr(number),
            availability_zone=zones[number % 3],
        )
        for number in range(SUBNETS)
    ]
    found += [route_table(number) for number in range(TABLES)]
    found += [acl(number, rng) for number in range(ACLS)]
    found += [group(number, rng) for number in range(GROUPS)]
    found += [interface(number, rng) for number in range(INTERFACES)]
    return found


def route_table(number: int) -> RouteTable:
    local = Route(destination_cidr_block="10.0.0.0/8", gateway_id="local", origin="CreateRouteTable")
    out = (
        Route(destination_cidr_block=ANY, gateway_id="igw-1")
        if number == 0
        else Route(destination_cidr_block=ANY, nat_gateway_id="nat-1")
    )
    more = [
        Route(destination_cidr_block=f"203.{number}.{one}.0/24", nat_gateway_id="nat-1") for one in range(ROUTES - 2)
    ]
    users = [0] if number == 0 else [one for one in range(1, SUBNETS) if 1 + one % (TABLES - 1) == number]
    return RouteTable(
        arn=arn("route-table", f"rtb-{number}"),
        route_table_id=f"rtb-{number}",
        vpc_id="vpc-1",
        routes=(local, out, *more),
        associations=tuple(RouteTableAssociation(subnet_id=subnet(one)) for one in users),
    )


def acl(number: int, rng: random.Random) -> NetworkAcl:
    entries = []
    for egress in (True, False):
        for one in range(ENTRIES // 2 - 2):
            port = rng.choice((22, 23, 3389, 5900))
            entries.append(
                {
                    "RuleNumber": 10 + one,
                    "Egress": egress,
                    "RuleAction": "deny",
                    "Protocol": "6",
                    "CidrBlock": f"192.0.2.{one * 8}/29",
                    "PortRange": {"From": port, "To": port},
                }
            )
        entries.append({"RuleNumber": 100, "Egress": egress, "RuleAction": "allow", "Protocol": "-1", "CidrBlock": ANY})
        entries.append(
            {"RuleNumber": 32767, "Egress": egress, "RuleAction": "deny", "Protocol": "-1", "CidrBlock": ANY}
        )
    return NetworkAcl(
        arn=arn("network-acl", f"acl-{number}"),
        network_acl_id=f"acl-{number}",
        vpc_id="vpc-1",
        is_default=number == 0,
        entries=tuple(entries),
        associations=tuple(
            NetworkAclAssociation(subnet_id=subnet(one)) for one in range(SUBNETS) if one % ACLS == number
        ),
    )


def group(number: int, rng: random.Random) -> SecurityGroup:
    peers = tuple(UserIdGroupPair(group_id=f"sg-{rng.randrange(GROUPS)}") for _ in range(5))
    opened = [
        IpPermission(ip_protocol="tcp", from_port=port, to_port=port, ip_ranges=(IpRange(cidr_ip="10.0.0.0/8"),))
        for port in (443, 5432, 6379)
    ]
    return SecurityGroup(
        arn=arn("security-group", f"sg-{number}"),
        group_id=f"sg-{number}",
        group_name=f"sg-{number}",
        vpc_id="vpc-1",
        ip_permissions=(IpPermission(ip_protocol="-1", user_id_group_pairs=peers), *opened[number % 3 :]),
        ip_permissions_egress=(IpPermission(ip_protocol="-1", ip_ranges=(IpRange(cidr_ip=ANY),)),),
    )


def interface(number: int, rng: random.Random) -> NetworkInterface:
    home = number % SUBNETS
    return NetworkInterface(
        arn=arn("network-interface", f"eni-{number}"),
        network_interface_id=f"eni-{number}",
        subnet_id=subnet(home),
        vpc_id="vpc-1",
        private_ip_address=f"{cidr(home).rsplit('.', 1)[0]}.{20 + number // SUBNETS}",
        groups=tuple(GroupIdentifier(group_id=f"sg-{rng.randrange(GROUPS)}") for _ in range(2)),
        source_dest_check=True,
        status="in-use",
    )


def functions(shapes: int, rng: random.Random) -> list[Function]:
    """As many different combinations of subnets and groups as ``shapes``."""
    places = [
        VpcConfig(
            subnet_ids=tuple(subnet(one) for one in rng.sample(range(1, SUBNETS), EACH)),
            security_group_ids=(f"sg-{number % GROUPS}", f"sg-{(number * 7 + number // GROUPS) % GROUPS}"),
            vpc_id="vpc-1",
        )
        for number in range(shapes)
    ]
    return [
        Function(
            function_name=f"f{number}",
            function_arn=arns.function(REGION, ACCOUNT, f"f{number}"),
            vpc_config=places[number % shapes],
        )
        for number in range(FUNCTIONS)
    ]


def destinations() -> list[tuple[Destination, int]]:
    inside = [
        (Destination(kind="address", value=f"{cidr(one * 40).rsplit('.', 1)[0]}.20"), (443, 5432, 6379)[one % 3])
        for one in range(1, 11)
    ]
    outside = [(Destination(kind="address", value=f"93.184.{one}.34"), 443) for one in range(9)]
    return [*inside, *outside, (Destination(kind="address", value="203.7.7.7"), 443)]


def cpu(work: Callable[[], Any]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def everything(reach: Reach, every: list[Function]) -> dict[str, int]:
    count: dict[str, int] = {}
    for function in every:
        for destination, port in DESTINATION_PORTS:
            verdict = reach.trace(function, destination, port).verdict
            count[verdict] = count.get(verdict, 0) + 1
    return count


DESTINATION_PORTS = destinations()


def main() -> None:
    rng = random.Random(6)
    resources = {one.arn: one for one in network(rng)}
    print(f"calibration loop: {cpu(lambda: sum(range(10_000_000))):.2f} s")
    for name, shapes in (("usual sharing", SHAPES), ("no sharing", FUNCTIONS)):
        every = functions(shapes, random.Random(7))
        reach = Reach(resources)
        spent = cpu(lambda: print(everything(reach, every)))  # noqa: B023 -- called at once
        flows = FUNCTIONS * DESTINATIONS * EACH
        print(f"{name}: {flows} flows in {spent:.2f} s CPU, {spent / flows * 1e6:.0f} µs each")
        print(f"  after a change of one security group: {what_if(reach, resources, every):.3f} s CPU")
        print(f"  after a change of one route table: {what_if_route(reach, resources, every):.3f} s CPU")
    tracemalloc.start()
    reach = Reach(resources)
    everything(reach, functions(FUNCTIONS, random.Random(7)))
    print(f"memory without sharing: {tracemalloc.get_traced_memory()[1] / 2**20:.0f} MiB at most")
    tracemalloc.stop()
    one = functions(1, random.Random(7))[0]
    cold = Reach(resources)
    print(f"first explanation, tables included: {cpu(lambda: cold.trace(one, *DESTINATION_PORTS[-1])) * 1e3:.1f} ms")
    print(f"one more explanation: {cpu(lambda: cold.trace(one, *DESTINATION_PORTS[0])) * 1e3:.2f} ms")


def what_if(reach: Reach, resources: dict[str, Any], every: list[Function]) -> float:
    """Close a security group that functions have, and ask everything again."""
    wanted = arn("security-group", every[0].vpc_config.security_group_ids[0])
    changed = {**resources, wanted: replace(resources[wanted], ip_permissions_egress=())}
    return cpu(lambda: everything(reach.revised(changed), every))


def what_if_route(reach: Reach, resources: dict[str, Any], every: list[Function]) -> float:
    """Take the default route from one table, and ask everything again."""
    wanted = arn("route-table", "rtb-7")
    changed = {**resources, wanted: replace(resources[wanted], routes=resources[wanted].routes[:1])}
    return cpu(lambda: everything(reach.revised(changed), every))


if __name__ == "__main__":
    main()
