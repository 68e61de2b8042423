"""VPCs with everything in them, under the ids that they were recorded with."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from doctor.aws.embedded.recorded import recorded
from doctor.aws.embedded.restore import network_acls
from doctor.aws.embedded.restore.clients import Clients
from doctor.model.interfaces import Address, DhcpOptions, SecurityGroupRule, VpcBlockPublicAccessOptions
from doctor.model.network import (
    EgressOnlyInternetGateway,
    InternetGateway,
    IpPermission,
    NatGateway,
    NetworkAcl,
    Route,
    RouteTable,
    SecurityGroup,
    Subnet,
    Vpc,
    VpcEndpoint,
)
from doctor.model.snapshot import Snapshot
from doctor.model.transit import VpcPeeringConnection

R = TypeVar("R")
_EVERYTHING = "-1"
_ALL_OUT = {"IpProtocol": _EVERYTHING, "IpRanges": ({"CidrIp": "0.0.0.0/0"},)}
"""The rule that a new security group has."""


def restore(clients: Clients, snapshot: Snapshot, _: Path) -> None:
    """In the order in which one thing needs another; routes last, for they need their targets."""
    for options in _each(snapshot, DhcpOptions):
        _dhcp_options(clients, options)
    for vpc in _each(snapshot, Vpc):
        _vpc(clients, snapshot, vpc)
    for subnet in _each(snapshot, Subnet):
        _subnet(clients, subnet)
    for group in _each(snapshot, SecurityGroup):
        _group(clients, snapshot, group)
    for group in _each(snapshot, SecurityGroup):
        _rules(clients, snapshot, group)
    for acl in _each(snapshot, NetworkAcl):
        network_acls.restore(clients, acl)
    _ways_out(clients, snapshot)


def _ways_out(clients: Clients, snapshot: Snapshot) -> None:
    for gateway in _each(snapshot, InternetGateway):
        _internet_gateway(clients, gateway)
    for way_out in _each(snapshot, EgressOnlyInternetGateway):
        with recorded(ids=[way_out.egress_only_internet_gateway_id]):
            clients.ec2.create_egress_only_internet_gateway(VpcId=way_out.attachments[0].vpc_id)
    for nat in _each(snapshot, NatGateway):
        _nat(clients, snapshot, nat)
    for peering in _each(snapshot, VpcPeeringConnection):
        _peering(clients, peering)
    gone = tuple(_gone(clients, snapshot))
    for table in _each(snapshot, RouteTable):
        _table(clients, table)
    for identifier in gone:
        clients.ec2.delete_nat_gateway(NatGatewayId=identifier)
    for endpoint in _each(snapshot, VpcEndpoint):
        _endpoint(clients, endpoint)
    for access in _each(snapshot, VpcBlockPublicAccessOptions):
        _block_public_access(clients, access)


def _each(snapshot: Snapshot, kind: type[R]) -> Iterator[R]:
    return (one for one in snapshot.resources.values() if isinstance(one, kind))


def _vpc(clients: Clients, snapshot: Snapshot, vpc: Vpc) -> None:
    """A VPC comes with a route table, a network ACL and a security group of its own, which keep their ids too."""
    own = [one.route_table_id for one in _each(snapshot, RouteTable) if one.vpc_id == vpc.vpc_id and _is_main(one)]
    own += [one.network_acl_id for one in _each(snapshot, NetworkAcl) if one.vpc_id == vpc.vpc_id and one.is_default]
    own += [one.group_id for one in _each(snapshot, SecurityGroup) if one.vpc_id == vpc.vpc_id and _is_default(one)]
    with recorded(ids=[vpc.vpc_id, *own]):
        clients.ec2.create_vpc(CidrBlock=vpc.cidr_block)
    if vpc.dhcp_options_id:
        clients.ec2.associate_dhcp_options(VpcId=vpc.vpc_id, DhcpOptionsId=vpc.dhcp_options_id)
    for name, value in (
        ("EnableDnsSupport", vpc.enable_dns_support),
        ("EnableDnsHostnames", vpc.enable_dns_hostnames),
    ):
        if value is not None:
            clients.ec2.modify_vpc_attribute(VpcId=vpc.vpc_id, **{name: {"Value": value}})


def _dhcp_options(clients: Clients, options: DhcpOptions) -> None:
    configurations = [
        {"Key": one.key, "Values": [value.value for value in one.values]} for one in options.dhcp_configurations
    ]
    with recorded(ids=[options.dhcp_options_id]):
        clients.ec2.create_dhcp_options(DhcpConfigurations=configurations)


def _subnet(clients: Clients, subnet: Subnet) -> None:
    with recorded(ids=[subnet.subnet_id]):
        clients.ec2.create_subnet(
            VpcId=subnet.vpc_id,
            CidrBlock=subnet.cidr_block,
            AvailabilityZone=subnet.availability_zone,
        )


def _is_main(table: RouteTable) -> bool:
    return any(association.main for association in table.associations)


def _is_default(group: SecurityGroup) -> bool:
    return group.group_name == "default"


def _ids(snapshot: Snapshot, group: SecurityGroup, *, everything: bool, egress: bool) -> list[str]:
    """The ids of a group's rules: of the one that a new group has, or of the others."""
    of_group = [one for one in _each(snapshot, SecurityGroupRule) if one.group_id == group.group_id]
    return [
        one.security_group_rule_id
        for one in of_group
        if one.is_egress == egress and (one.ip_protocol == _EVERYTHING) == everything
    ]


def _group(clients: Clients, snapshot: Snapshot, group: SecurityGroup) -> None:
    if not _is_default(group):
        with recorded(ids=[group.group_id, *_ids(snapshot, group, everything=True, egress=True)]):
            clients.ec2.create_security_group(
                GroupName=group.group_name,
                Description=group.description or group.group_name,
                VpcId=group.vpc_id,
            )


def _rules(clients: Clients, snapshot: Snapshot, group: SecurityGroup) -> None:
    """A new group allows everything out and, the default one, everything in from itself; the recorded rules decide."""
    out = [_raw(one) for one in group.ip_permissions_egress]
    if _ALL_OUT in out:
        out.remove(_ALL_OUT)
    else:
        clients.ec2.revoke_security_group_egress(GroupId=group.group_id, IpPermissions=[_ALL_OUT])
    if out:
        with recorded(ids=_ids(snapshot, group, everything=False, egress=True)):
            clients.ec2.authorize_security_group_egress(GroupId=group.group_id, IpPermissions=out)
    into = [_raw(one) for one in group.ip_permissions if not (_is_default(group) and one.ip_protocol == _EVERYTHING)]
    if into:
        with recorded(ids=_ids(snapshot, group, everything=False, egress=False)):
            clients.ec2.authorize_security_group_ingress(GroupId=group.group_id, IpPermissions=into)


def _raw(permission: IpPermission) -> dict[str, Any]:
    raw: dict[str, Any] = msgspec.to_builtins(permission)
    return {key: value for key, value in raw.items() if key != "extra"}


def _internet_gateway(clients: Clients, gateway: InternetGateway) -> None:
    with recorded(ids=[gateway.internet_gateway_id]):
        clients.ec2.create_internet_gateway()
    for attachment in gateway.attachments:
        clients.ec2.attach_internet_gateway(
            InternetGatewayId=gateway.internet_gateway_id,
            VpcId=attachment.vpc_id,
        )


def _nat(clients: Clients, snapshot: Snapshot, nat: NatGateway) -> None:
    """Its address and its interface keep what they were recorded with."""
    told = nat.nat_gateway_addresses
    outside = [one.public_ip for one in told if one.public_ip]
    allocated = [one.allocation_id for one in _each(snapshot, Address) if one.public_ip in outside]
    with recorded(ids=[*outside, *allocated]):
        address = clients.ec2.allocate_address(Domain="vpc")["AllocationId"]
    own = [name for one in told for name in (one.network_interface_id, one.private_ip) if name]
    with recorded(ids=[nat.nat_gateway_id, *own]):
        clients.ec2.create_nat_gateway(SubnetId=nat.subnet_id, AllocationId=address)
    if nat.state in ("deleted", "deleting"):
        clients.ec2.delete_nat_gateway(NatGatewayId=nat.nat_gateway_id)


def _peering(clients: Clients, peering: VpcPeeringConnection) -> None:
    """One between two VPCs of this account; the other account's side cannot be restored here."""
    ours, theirs = peering.requester_vpc_info, peering.accepter_vpc_info
    with recorded(ids=[peering.vpc_peering_connection_id]):
        clients.ec2.create_vpc_peering_connection(VpcId=ours.vpc_id, PeerVpcId=theirs.vpc_id)
    if peering.status.code == "active":
        clients.ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering.vpc_peering_connection_id)


def _gone(clients: Clients, snapshot: Snapshot) -> Iterator[str]:
    """NAT gateways that routes still lead to and nothing shows any more; each is made, to be deleted once it has its routes."""
    shown = {nat.nat_gateway_id for nat in _each(snapshot, NatGateway)}
    for table in _each(snapshot, RouteTable):
        for route in table.routes:
            missing = route.nat_gateway_id
            subnets = [one.subnet_id for one in _each(snapshot, Subnet) if one.vpc_id == table.vpc_id]
            if missing and missing not in shown and subnets:
                shown.add(missing)
                with recorded(ids=[missing]):
                    clients.ec2.create_nat_gateway(SubnetId=subnets[0], ConnectivityType="private")
                yield missing


def _table(clients: Clients, table: RouteTable) -> None:
    if not _is_main(table):
        with recorded(ids=[table.route_table_id]):
            clients.ec2.create_route_table(VpcId=table.vpc_id)
    for association in table.associations:
        if association.subnet_id:
            clients.ec2.associate_route_table(RouteTableId=table.route_table_id, SubnetId=association.subnet_id)
    for route in table.routes:
        _route(clients, table, route)


def _route(clients: Clients, table: RouteTable, route: Route) -> None:
    target = {
        "GatewayId": route.gateway_id,
        "NatGatewayId": route.nat_gateway_id,
        "VpcPeeringConnectionId": route.vpc_peering_connection_id,
    }
    told = {key: value for key, value in target.items() if value}
    comes_by_itself = route.gateway_id == "local" or route.gateway_id.startswith("vpce-")
    if told and not comes_by_itself:
        clients.ec2.create_route(
            RouteTableId=table.route_table_id,
            DestinationCidrBlock=route.destination_cidr_block,
            **told,
        )


def _endpoint(clients: Clients, endpoint: VpcEndpoint) -> None:
    groups = [group.group_id for group in endpoint.groups]
    more = {
        "RouteTableIds": list(endpoint.route_table_ids),
        "SubnetIds": list(endpoint.subnet_ids),
        "SecurityGroupIds": groups,
        "PolicyDocument": endpoint.policy_document,
    }
    with recorded(ids=[endpoint.vpc_endpoint_id]):
        clients.ec2.create_vpc_endpoint(
            VpcEndpointType=endpoint.vpc_endpoint_type,
            VpcId=endpoint.vpc_id,
            ServiceName=endpoint.service_name,
            PrivateDnsEnabled=endpoint.private_dns_enabled,
            **{key: value for key, value in more.items() if value},
        )


def _block_public_access(clients: Clients, options: VpcBlockPublicAccessOptions) -> None:
    if options.state != "default-state":
        mode = options.internet_gateway_block_mode
        clients.ec2.modify_vpc_block_public_access_options(InternetGatewayBlockMode=mode)
