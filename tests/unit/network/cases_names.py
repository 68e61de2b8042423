"""What answers a name, and the targets behind it: endpoints, private zones, file systems, databases, brokers."""

from typing import Any

from tests.unit.network.accounts import (
    ANY,
    Change,
    acl,
    drop,
    entry,
    forget,
    give,
    ingress,
    one,
    routes,
    rule,
    vpc_config,
)
from tests.unit.network.cases_filters import more

NAT = "sg-006"
DB = "sg-015"
STS = "ife-001"  # an interface endpoint for STS, with private DNS
OPEN = "ife-005"  # one without private DNS, where a NAT gateway is
FILES = "efs-002"  # a file system with a mount target in one of two zones
KAFKA = "esm-001"
STS_BY_6 = {"family": "ipv6"}


def zone(name: str, **fields: Any) -> Change:
    """A private zone that the VPC resolves."""
    raw = {"HostedZoneId": "Z1", "Name": name, "VpcId": "vpc-1", **fields}
    return more("HostedZones", raw)


def mount(zone_: str, **fields: Any) -> Change:
    """A mount target in a zone."""
    raw = {
        "MountTargetId": f"fsmt-{zone_}",
        "FileSystemId": "fs-1",
        "SubnetId": f"subnet-data-{zone_}",
        "IpAddress": {"a": "10.0.11.20", "b": "10.0.12.20"}[zone_],
        "LifeCycleState": "available",
        "SecurityGroups": ["sg-efs"],
        **fields,
    }
    return more("MountTargets", raw)


def kafka(*servers: str) -> Change:
    """A mapping whose brokers are one's own."""

    def change(account: dict[str, Any]) -> None:
        access = [
            {"Type": "VPC_SUBNET", "URI": "subnet:subnet-priv-a"},
            {"Type": "VPC_SECURITY_GROUP", "URI": "security_group:sg-msk"},
        ]
        mapping = one("EventSourceMappings", "esm-1")(account)
        mapping.pop("EventSourceArn")
        mapping["SourceAccessConfigurations"] = access
        mapping["SelfManagedEventSource"] = {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": list(servers)}}

    return change


def attributes(**values: bool) -> Change:
    """The VPC's DNS attributes."""
    return lambda account: account["VpcAttributes"]["vpc-1"].update(values)


HOST = {"destination": {"kind": "hostname", "value": "api.example.com"}}

CASES: dict[str, tuple[str, tuple[Change, ...], dict[str, Any], str, set[str], set[str]]] = {
    "an endpoint whose group does not admit the function": (
        STS,
        (ingress("sg-vpce", rule(443, groups=("sg-other",))),),
        {},
        "unreachable",
        {"sg-vpce ENI_SG_RULES_MISMATCH"},
        set(),
    ),
    "an endpoint whose group admits another port": (
        STS,
        (ingress("sg-vpce", rule(80, ANY)),),
        {},
        "unreachable",
        {"sg-vpce ENI_SG_RULES_MISMATCH"},
        set(),
    ),
    "an endpoint in one subnet serves both zones": (
        STS,
        (
            give("VpcEndpoints", "vpce-sts", SubnetIds=["subnet-priv-a"], NetworkInterfaceIds=["eni-vpce-a"]),
            drop("NetworkInterfaces", "eni-vpce-b"),
        ),
        {},
        "reachable",
        set(),
        {"AVAILABILITY_ZONE_CROSSED"},
    ),
    "one of an endpoint's two subnets lets nobody in": (
        STS,
        (acl("subnet-priv-b", entry(1, True, "allow"), entry(1, False, "allow", cidr="10.0.2.0/24")),),
        {},
        "partial",
        {"acl-own SUBNET_ACL_RESTRICTION", "acl-own SUBNET_ACL_RESTRICTION <"},
        set(),
    ),
    "an endpoint in a state that did not exist yesterday": (
        STS,
        (give("VpcEndpoints", "vpce-sts", State="partial"),),
        {},
        "unknown",
        {"vpce-sts UNKNOWN_RESOURCE"},
        set(),
    ),
    "an endpoint that was deleted answers nothing": (
        OPEN,
        (give("VpcEndpoints", "vpce-sts", PrivateDnsEnabled=True, State="deleted"),),
        {},
        "reachable",
        set(),
        set(),
    ),
    "an IPv4 endpoint has no IPv6 address": (
        STS,
        (
            vpc_config(Ipv6AllowedForDualStack=True),
            give("Subnets", "subnet-priv-a", Ipv6CidrBlockAssociationSet=[{"Ipv6CidrBlock": "2001:db8:1:1::/64"}]),
            give("Subnets", "subnet-priv-b", Ipv6CidrBlockAssociationSet=[{"Ipv6CidrBlock": "2001:db8:1:2::/64"}]),
        ),
        STS_BY_6,
        "unreachable",
        {"vpce-sts NO_POSSIBLE_DESTINATION"},
        set(),
    ),
    "a kind of endpoint that nobody knows": (
        OPEN,
        (give("VpcEndpoints", "vpce-sts", PrivateDnsEnabled=True, VpcEndpointType="Tunnel"),),
        {},
        "unknown",
        {"vpce-sts UNSUPPORTED_COMPONENT"},
        set(),
    ),
    "private DNS for the resolver's inbound endpoint only": (
        OPEN,
        (
            give(
                "VpcEndpoints",
                "vpce-sts",
                PrivateDnsEnabled=True,
                DnsOptions={"PrivateDnsOnlyForInboundResolverEndpoint": True},
            ),
        ),
        {},
        "reachable",
        set(),
        set(),
    ),
    "an endpoint refuses although a NAT gateway is there": (
        OPEN,
        (give("VpcEndpoints", "vpce-sts", PrivateDnsEnabled=True), ingress("sg-vpce")),
        {},
        "unreachable",
        {"sg-vpce SG_HAS_NO_RULES"},
        {"DR_ENDPOINT_CAPTURES_DNS"},
    ),
    "an endpoint of another VPC answers nothing here": (
        OPEN,
        (give("VpcEndpoints", "vpce-sts", PrivateDnsEnabled=True, VpcId="vpc-hub"), ingress("sg-vpce")),
        {},
        "reachable",
        set(),
        set(),
    ),
    "a private zone shadows a public name": (
        NAT,
        (zone("example.com."),),
        HOST,
        "unknown",
        {"api.example.com UNKNOWN_DESTINATION"},
        set(),
    ),
    "a private zone for other names": (NAT, (zone("ample.com."),), HOST, "reachable", set(), set()),
    "a private zone of another VPC": (NAT, (zone("example.com.", VpcId="vpc-hub"),), HOST, "reachable", set(), set()),
    "private zones need both attributes": (
        NAT,
        (zone("example.com."), attributes(EnableDnsHostnames=False)),
        HOST,
        "reachable",
        set(),
        set(),
    ),
    "a zone that stands for an endpoint": (
        STS,
        (zone("sts.us-east-1.amazonaws.com.", Owner={"OwningService": "vpce.amazonaws.com"}),),
        {},
        "reachable",
        set(),
        set(),
    ),
    "a private zone for a service, as hubs have it": (
        OPEN,
        (zone("sts.us-east-1.amazonaws.com."),),
        {},
        "unknown",
        {"sts.us-east-1.amazonaws.com UNKNOWN_DESTINATION"},
        {"DR_PRIVATE_DNS_OFF"},
    ),
    "DNS off does not concern an address": (NAT, (attributes(EnableDnsSupport=False),), {}, "reachable", set(), set()),
    "no DNS, no name": (
        NAT,
        (attributes(EnableDnsSupport=False),),
        HOST,
        "unreachable",
        {"vpc-1 DR_DNS_SUPPORT_DISABLED"},
        set(),
    ),
    "a mount target in each zone": (
        FILES,
        (mount("b"),),
        {},
        "reachable",
        set(),
        set(),
    ),
    "a mount target that is still being made": (
        FILES,
        (mount("b", LifeCycleState="creating"),),
        {},
        "partial",
        {"fs-1 DR_TARGET_STATE"},
        set(),
    ),
    "a mount target in a state that did not exist yesterday": (
        FILES,
        (mount("b", LifeCycleState="melting"),),
        {},
        "unknown",
        {"fs-1 UNKNOWN_RESOURCE"},
        set(),
    ),
    "a mount target whose interface was not seen": (
        FILES,
        (drop("NetworkInterfaces", "eni-mt-a"), vpc_config(SubnetIds=["subnet-priv-a"])),
        {},
        "reachable",
        set(),
        set(),
    ),
    "a mount target whose groups were not read": (
        FILES,
        (
            drop("NetworkInterfaces", "eni-mt-a"),
            lambda account: account["MountTargets"][0].pop("SecurityGroups"),
            vpc_config(SubnetIds=["subnet-priv-a"]),
        ),
        {},
        "unknown",
        {"eni-mt-a UNKNOWN_RESOURCE"},
        set(),
    ),
    "mount targets that do not admit NFS": (
        FILES,
        (ingress("sg-efs", rule(443, ANY)), vpc_config(SubnetIds=["subnet-priv-a"])),
        {},
        "unreachable",
        {"sg-efs ENI_SG_RULES_MISMATCH"},
        set(),
    ),
    "a proxy that is not there yet": (
        "prx-001",
        (give("DBProxies", "proxy-1", Status="creating"),),
        {},
        "unreachable",
        {"proxy-1 DR_TARGET_STATE"},
        set(),
    ),
    "a proxy whose databases were not read": (
        "prx-001",
        (forget("DBProxyTargets"),),
        {},
        "unknown",
        {"proxy-1 UNKNOWN_RESOURCE"},
        set(),
    ),
    "the function's group at the database does not help a proxy": (
        "prx-001",
        (ingress("sg-db", rule(5432, groups=("sg-lambda",))),),
        {},
        "unreachable",
        {"sg-db DR_PROXY_BACKEND_BLOCKED"},
        set(),
    ),
    "a database that is being backed up still answers": (
        DB,
        (give("DBInstances", "db-1", DBInstanceStatus="backing-up"),),
        {},
        "reachable",
        set(),
        set(),
    ),
    "brokers of one's own, by address": (
        KAFKA,
        (kafka("10.0.1.90:9098"),),
        {},
        "reachable",
        set(),
        set(),
    ),
    "brokers of one's own that nobody is": (
        KAFKA,
        (kafka("10.0.1.77:9098"),),
        {},
        "unreachable",
        {"vpc-1 NO_POSSIBLE_DESTINATION"},
        set(),
    ),
    "brokers of one's own, by a private name": (
        KAFKA,
        (kafka("broker.corp.internal:9098"),),
        {},
        "unknown",
        {"broker.corp.internal UNKNOWN_DESTINATION"},
        set(),
    ),
    "pollers do not stand where the function stands": (
        KAFKA,
        (vpc_config(SubnetIds=["subnet-data-a"], SecurityGroupIds=["sg-none"]),),
        {},
        "reachable",
        set(),
        set(),
    ),
    "pollers in one of two subnets without a way out": (
        KAFKA,
        (routes("rtb-priv-b"),),
        {},
        "partial",
        {"rtb-priv-b DR_ESM_POLLER_NO_PATH"},
        {"DR_ESM_POLLER_NO_PATH"},
    ),
}
