"""EC2: what a filter by VPC does not bring, and the walk of a packet needs.

DNS attributes, private zones, DHCP options, prefix lists, the ids of security group rules, elastic addresses,
egress-only internet gateways, and Block Public Access.
"""

from typing import Any

from msgspec.structs import replace

from doctor.aws.draft import Draft
from doctor.model import arns
from doctor.model.function import Function
from doctor.model.interfaces import (
    Address,
    DhcpOptions,
    HostedZone,
    ManagedPrefixList,
    PrefixList,
    SecurityGroupRule,
    VpcBlockPublicAccessExclusion,
    VpcBlockPublicAccessOptions,
)
from doctor.model.network import EgressOnlyInternetGateway, RouteTable, SecurityGroup, Vpc

_NO_SET = "default"
"""What stands for a set of DHCP options in a VPC that has none."""
_OFF = "off"
_OF_ALL = "no diagnosis needs it: asked only when no function is named"


def settings(draft: Draft, home: set[str]) -> None:
    """What belongs to the VPCs, route tables and security groups that were found; ``home``: the VPCs with functions."""
    vpcs = draft.all(Vpc)
    for vpc in vpcs:
        if vpc.vpc_id in home:
            _dns(draft, vpc)
            _zones(draft, vpc)
    if draft.scope.functions:
        unneeded(draft, "DescribeSecurityGroupRules", "security-group-rule", _OF_ALL)
        unneeded(draft, "DescribeAddresses", "elastic-ip", _OF_ALL)
    else:
        _rules(draft)
        _addresses(draft)
    _dhcp_options(draft, {one.dhcp_options_id for one in vpcs} - {"", _NO_SET})
    if vpcs:
        _service_lists(draft)
    _prefix_lists(draft, sorted(_lists_of_routes(draft) | _lists_of_groups(draft)))
    if draft.missed("ec2:DescribeRouteTables") or _leads_out_only(draft):
        _egress_only_gateways(draft, {one.vpc_id for one in vpcs})
    else:
        what = "DescribeEgressOnlyInternetGateways", "egress-only-internet-gateway"
        unneeded(draft, *what, "no route of these VPCs leads to one")
    _block_public_access(draft)


def unneeded(draft: Draft, operation: str, kind: str, why: str) -> None:
    """Say that a kind of resource was not read because nothing that was read leads to one: whether there are some is not known."""
    everywhere = arns.ec2(draft.aws.region, draft.aws.account, kind, "*")
    draft.gap("not_asked", draft.to("ec2", operation), everywhere, why)


def _leads_out_only(draft: Draft) -> bool:
    routes = (route for table in draft.all(RouteTable) for route in table.routes)
    return any(route.egress_only_internet_gateway_id for route in routes)


def _dns(draft: Draft, vpc: Vpc) -> None:
    """One attribute is told at a time."""
    support = _attribute(draft, vpc, "enableDnsSupport", "EnableDnsSupport")
    hostnames = _attribute(draft, vpc, "enableDnsHostnames", "EnableDnsHostnames")
    draft.add(replace(vpc, enable_dns_support=support, enable_dns_hostnames=hostnames))


def _attribute(draft: Draft, vpc: Vpc, name: str, told_as: str) -> bool | None:
    operation = "DescribeVpcAttribute"
    answer = draft.read("ec2", operation, about=vpc.arn, VpcId=vpc.vpc_id, Attribute=name)
    if answer is None:
        return None
    value = (answer.get(told_as) or {}).get("Value")
    if isinstance(value, bool):
        return value
    draft.gap("failed", draft.to("ec2", operation), vpc.arn, f"unexpected answer: it does not tell {name}")
    return None


def _zones(draft: Draft, vpc: Vpc) -> None:
    """The private zones whose names the VPC resolves."""
    where = {"VPCId": vpc.vpc_id, "VPCRegion": draft.aws.region}
    for raw in draft.listed("route53", "ListHostedZonesByVPC", "HostedZoneSummaries", about=vpc.arn, **where):
        identifier = str(raw["HostedZoneId"]).rpartition("/")[2]
        named = {**raw, "VpcId": vpc.vpc_id, "arn": f"arn:aws:route53:::hostedzone/{identifier}/{vpc.vpc_id}"}
        draft.add_all(HostedZone, [named], "route53:ListHostedZonesByVPC")


def _rules(draft: Draft) -> None:
    """The rules of the functions' own security groups, with the ids by which they are changed."""
    groups = {group for function in draft.all(Function) for group in function.vpc_config.security_group_ids}
    asked = [{"Name": "group-id", "Values": sorted(groups)}]
    for raw in draft.listed("ec2", "DescribeSecurityGroupRules", "SecurityGroupRules", Filters=asked) if groups else ():
        named = _named(draft, raw, "security-group-rule", raw["SecurityGroupRuleId"])
        draft.add_all(SecurityGroupRule, [named], "ec2:DescribeSecurityGroupRules")


def _addresses(draft: Draft) -> None:
    """The elastic addresses of the account, which a NAT gateway needs."""
    for raw in draft.listed("ec2", "DescribeAddresses", "Addresses"):
        named = _named(draft, raw, "elastic-ip", raw.get("AllocationId") or raw["PublicIp"])
        draft.add_all(Address, [named], "ec2:DescribeAddresses")


def _dhcp_options(draft: Draft, identifiers: set[str]) -> None:
    if identifiers:
        answer = draft.read("ec2", "DescribeDhcpOptions", DhcpOptionsIds=sorted(identifiers)) or {}
        raws = [_named(draft, raw, "dhcp-options", raw["DhcpOptionsId"]) for raw in answer.get("DhcpOptions", ())]
        draft.add_all(DhcpOptions, raws, "ec2:DescribeDhcpOptions")


def _lists_of_routes(draft: Draft) -> set[str]:
    named = (route.destination_prefix_list_id for table in draft.all(RouteTable) for route in table.routes)
    return {one for one in named if one}


def _lists_of_groups(draft: Draft) -> set[str]:
    return {
        one.prefix_list_id
        for group in draft.all(SecurityGroup)
        for rule in (*group.ip_permissions, *group.ip_permissions_egress)
        for one in rule.prefix_list_ids
    }


def _prefix_lists(draft: Draft, identifiers: list[str]) -> None:
    """The lists that rules and routes name, with their entries."""
    if not identifiers:
        return
    chosen = [{"Name": "prefix-list-id", "Values": identifiers}]
    answer = draft.read("ec2", "DescribeManagedPrefixLists", Filters=chosen) or {}
    for raw in answer.get("PrefixLists", ()):
        identifier = raw["PrefixListId"]
        named = _named(draft, raw, "prefix-list", identifier)
        entries = draft.read("ec2", "GetManagedPrefixListEntries", about=named["arn"], PrefixListId=identifier)
        if entries is not None:
            named["Entries"] = entries.get("Entries", [])
        draft.add_all(ManagedPrefixList, [named], "ec2:GetManagedPrefixListEntries")


def _service_lists(draft: Draft) -> None:
    """AWS's own lists as those of a service: a handful, which a gateway endpoint that is not there yet would need too."""
    answer = draft.read("ec2", "DescribePrefixLists") or {}
    raws = [_named(draft, raw, "aws-prefix-list", raw["PrefixListId"]) for raw in answer.get("PrefixLists", ())]
    draft.add_all(PrefixList, raws, "ec2:DescribePrefixLists")


def _egress_only_gateways(draft: Draft, vpcs: set[str]) -> None:
    """AWS lists them for the whole account; those of other VPCs are left out."""
    operation = "DescribeEgressOnlyInternetGateways"
    answer = draft.read("ec2", operation) or {}
    raws = [
        _named(draft, raw, "egress-only-internet-gateway", raw["EgressOnlyInternetGatewayId"])
        for raw in answer.get("EgressOnlyInternetGateways", ())
        if vpcs & {one.get("VpcId") for one in raw.get("Attachments", ())}
    ]
    draft.add_all(EgressOnlyInternetGateway, raws, f"ec2:{operation}")


def _block_public_access(draft: Draft) -> None:
    """The account's setting, and what it leaves alone where it is on."""
    operation = "DescribeVpcBlockPublicAccessOptions"
    answer = draft.read("ec2", operation)
    raw = (answer or {}).get("VpcBlockPublicAccessOptions")
    if not raw:
        if answer is not None:
            draft.gap("failed", draft.to("ec2", operation), error="the answer tells no options")
        return
    options = {name: value for name, value in raw.items() if name not in _NOT_KEPT}
    named = _named(draft, options, "vpc-block-public-access-options", draft.aws.region)
    draft.add_all(VpcBlockPublicAccessOptions, [named], f"ec2:{operation}")
    if raw.get("InternetGatewayBlockMode") == _OFF:
        return
    operation = "DescribeVpcBlockPublicAccessExclusions"
    answer = draft.read("ec2", operation) or {}
    raws = [
        _named(draft, one, "vpc-block-public-access-exclusion", one["ExclusionId"])
        for one in answer.get("VpcBlockPublicAccessExclusions", ())
    ]
    draft.add_all(VpcBlockPublicAccessExclusion, raws, f"ec2:{operation}")


_NOT_KEPT = ("AwsAccountId", "AwsRegion", "LastUpdateTimestamp")
"""What the key of the resource says already, and a time that changes nothing."""


def _named(draft: Draft, raw: dict[str, Any], kind: str, identifier: str) -> dict[str, Any]:
    return {**raw, "arn": arns.ec2(draft.aws.region, draft.aws.account, kind, identifier)}
