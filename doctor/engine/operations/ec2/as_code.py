"""EC2's writes as the text of templates."""

from typing import Any

from doctor.engine.operations.templates import cloudformation, logical, terraform
from doctor.model.call import Call, Ref
from doctor.model.finding import AsCode

_PEERS = {
    "UserIdGroupPairs": ("GroupId", "SourceSecurityGroupId", "DestinationSecurityGroupId"),
    "IpRanges": ("CidrIp", "CidrIp", "CidrIp"),
    "Ipv6Ranges": ("CidrIpv6", "CidrIpv6", "CidrIpv6"),
    "PrefixListIds": ("PrefixListId", "SourcePrefixListId", "DestinationPrefixListId"),
}
"""Kinds of peers in a rule: the field of the call, and the property of a template for ingress and egress."""
_TERRAFORM_PEERS = {
    "UserIdGroupPairs": "referenced_security_group_id",
    "IpRanges": "cidr_ipv4",
    "Ipv6Ranges": "cidr_ipv6",
    "PrefixListIds": "prefix_list_id",
}


def rule(call: Call) -> AsCode:
    """The rules of a security group: a resource for each peer."""
    egress = call.operation.endswith("Egress")
    way = "egress" if egress else "ingress"
    texts = [
        _peer(call.parameters["GroupId"], permission, kind, peer, way)
        for permission in call.parameters["IpPermissions"]
        for kind in _PEERS
        for peer in permission.get(kind, ())
    ]
    return AsCode(
        cloudformation="\n".join(one.cloudformation for one in texts),
        terraform="\n".join(one.terraform for one in texts),
    )


def _peer(group: str, permission: dict[str, Any], kind: str, peer: dict[str, str], way: str) -> AsCode:
    field, of_ingress, of_egress = _PEERS[kind]
    identifier = peer[field]
    name = f"{way}-{group}-{permission['FromPort']}-{_plain(identifier)}"
    ports = {"FromPort": permission["FromPort"], "ToPort": permission["ToPort"]}
    properties = {
        "GroupId": group,
        "IpProtocol": permission["IpProtocol"],
        **ports,
        (of_egress if way == "egress" else of_ingress): identifier,
    }
    attributes = {
        "security_group_id": group,
        "ip_protocol": permission["IpProtocol"],
        "from_port": permission["FromPort"],
        "to_port": permission["ToPort"],
        _TERRAFORM_PEERS[kind]: identifier,
    }
    return AsCode(
        cloudformation=cloudformation(logical(name), f"AWS::EC2::SecurityGroup{way.capitalize()}", properties),
        terraform=terraform(f"aws_vpc_security_group_{way}_rule", name, attributes),
    )


def _plain(identifier: str) -> str:
    return "".join(one if one.isalnum() or one == "-" else "-" for one in identifier)


def entry(call: Call) -> AsCode:
    """An entry of a network ACL."""
    told = call.parameters
    name = f"{told['NetworkAclId']}-{'out' if told['Egress'] else 'in'}-{told['RuleNumber']}"
    cidr = "Ipv6CidrBlock" if "Ipv6CidrBlock" in told else "CidrBlock"
    attributes = {
        "network_acl_id": told["NetworkAclId"],
        "rule_number": told["RuleNumber"],
        "egress": told["Egress"],
        "protocol": told["Protocol"],
        "rule_action": told["RuleAction"],
        {"CidrBlock": "cidr_block", "Ipv6CidrBlock": "ipv6_cidr_block"}[cidr]: told[cidr],
        "from_port": told["PortRange"]["From"],
        "to_port": told["PortRange"]["To"],
    }
    properties = {**told, "Protocol": int(told["Protocol"])}
    return AsCode(
        cloudformation=cloudformation(logical(name), "AWS::EC2::NetworkAclEntry", properties),
        terraform=terraform("aws_network_acl_rule", name, attributes),
    )


_ROUTE = {
    "RouteTableId": "route_table_id",
    "DestinationCidrBlock": "destination_cidr_block",
    "DestinationIpv6CidrBlock": "destination_ipv6_cidr_block",
    "DestinationPrefixListId": "destination_prefix_list_id",
    "NatGatewayId": "nat_gateway_id",
    "GatewayId": "gateway_id",
    "VpcPeeringConnectionId": "vpc_peering_connection_id",
    "TransitGatewayId": "transit_gateway_id",
    "EgressOnlyInternetGatewayId": "egress_only_gateway_id",
    "NetworkInterfaceId": "network_interface_id",
}


def route(call: Call) -> AsCode:
    """A route."""
    told = call.parameters
    where = told.get("DestinationCidrBlock") or told.get("DestinationIpv6CidrBlock") or ""
    name = f"{told['RouteTableId']}-{_plain(where)}"
    properties = {key: _known(value) for key, value in told.items()}
    attributes = {_ROUTE[key]: value for key, value in properties.items() if key in _ROUTE}
    return AsCode(
        cloudformation=cloudformation(logical(name), "AWS::EC2::Route", properties),
        terraform=terraform("aws_route", name, attributes),
    )


def _known(value: Any) -> Any:
    """What an earlier step makes has no id yet."""
    return f"the {value.path} of '{value.step}'" if isinstance(value, Ref) else value


_ENDPOINT = {
    "VpcEndpointType": "vpc_endpoint_type",
    "VpcId": "vpc_id",
    "ServiceName": "service_name",
    "RouteTableIds": "route_table_ids",
    "SubnetIds": "subnet_ids",
    "SecurityGroupIds": "security_group_ids",
    "PrivateDnsEnabled": "private_dns_enabled",
}


def endpoint(call: Call) -> AsCode:
    """A VPC endpoint."""
    name = f"endpoint-{_plain(call.parameters['ServiceName'].split('.', 3)[-1])}"
    properties = {key: value for key, value in call.parameters.items() if key in _ENDPOINT}
    attributes = {_ENDPOINT[key]: value for key, value in properties.items()}
    return AsCode(
        cloudformation=cloudformation(logical(name), "AWS::EC2::VPCEndpoint", properties),
        terraform=terraform("aws_vpc_endpoint", name, attributes),
    )
