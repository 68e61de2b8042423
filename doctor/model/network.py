"""EC2's network resources, by the names of its ``Describe*`` operations. An ARN is ours: ``Describe*`` does not give one."""

from typing import Any

import msgspec

from doctor.model.record import Shape


class NetworkShape(Shape):
    """What a network resource has beside AWS's fields: its ARN, which is its key in a snapshot."""

    arn: str = msgspec.field(name="arn")


class VpcCidrBlockAssociation(Shape):
    """One of the IPv4 ranges of a VPC."""

    cidr_block: str = ""


class Ipv6CidrBlockAssociation(Shape):
    """One of the IPv6 ranges of a VPC or of a subnet."""

    ipv6_cidr_block: str = ""


class Vpc(NetworkShape, tag_field="type", tag="AWS::EC2::VPC"):
    """A virtual private cloud, with its two DNS attributes from ``DescribeVpcAttribute``."""

    vpc_id: str
    cidr_block: str = ""
    cidr_block_association_set: tuple[VpcCidrBlockAssociation, ...] = ()
    ipv6_cidr_block_association_set: tuple[Ipv6CidrBlockAssociation, ...] = ()
    dhcp_options_id: str = ""
    owner_id: str = ""
    instance_tenancy: str = ""
    enable_dns_support: bool | None = None
    """Whether Amazon's resolver answers; ``None``: not read."""
    enable_dns_hostnames: bool | None = None
    """Whether, beside the above, private hosted zones and private DNS work; ``None``: not read."""


class Subnet(NetworkShape, tag_field="type", tag="AWS::EC2::Subnet"):
    """A subnet; one availability zone of a VPC."""

    subnet_id: str
    vpc_id: str
    cidr_block: str = ""
    availability_zone: str = ""
    availability_zone_id: str = ""
    available_ip_address_count: int | None = None
    """Free IPv4 addresses; ``None``: not told."""
    ipv6_cidr_block_association_set: tuple[Ipv6CidrBlockAssociation, ...] = ()
    state: str = ""


class IpRange(Shape):
    """An IPv4 range in a security group rule."""

    cidr_ip: str


class Ipv6Range(Shape):
    """An IPv6 range in a security group rule."""

    cidr_ipv6: str


class PrefixListId(Shape):
    """A prefix list in a security group rule."""

    prefix_list_id: str


class UserIdGroupPair(Shape):
    """Another security group in a security group rule."""

    group_id: str
    user_id: str = ""
    vpc_id: str = ""
    vpc_peering_connection_id: str = ""


class IpPermission(Shape):
    """A rule of a security group; ``-1`` means every protocol and port."""

    ip_protocol: str
    from_port: int | None = None
    to_port: int | None = None
    ip_ranges: tuple[IpRange, ...] = ()
    ipv6_ranges: tuple[Ipv6Range, ...] = ()
    prefix_list_ids: tuple[PrefixListId, ...] = ()
    user_id_group_pairs: tuple[UserIdGroupPair, ...] = ()


class SecurityGroup(NetworkShape, tag_field="type", tag="AWS::EC2::SecurityGroup"):
    """A security group; stateful."""

    group_id: str
    group_name: str = ""
    description: str = ""
    vpc_id: str = ""
    ip_permissions: tuple[IpPermission, ...] = ()
    ip_permissions_egress: tuple[IpPermission, ...] = ()


class Route(Shape):
    """A route; exactly one target field is set."""

    destination_cidr_block: str = ""
    destination_ipv6_cidr_block: str = ""
    destination_prefix_list_id: str = ""
    gateway_id: str = ""
    nat_gateway_id: str = ""
    egress_only_internet_gateway_id: str = ""
    instance_id: str = ""
    network_interface_id: str = ""
    transit_gateway_id: str = ""
    vpc_peering_connection_id: str = ""
    local_gateway_id: str = ""
    carrier_gateway_id: str = ""
    core_network_arn: str = ""
    odb_network_arn: str = ""
    state: str = "active"
    origin: str = "CreateRoute"


class RouteTableAssociation(Shape):
    """The subnet (or gateway) that uses a route table; ``main`` for the VPC's default."""

    main: bool = False
    subnet_id: str = ""
    gateway_id: str = ""


class RouteTable(NetworkShape, tag_field="type", tag="AWS::EC2::RouteTable"):
    """A route table."""

    route_table_id: str
    vpc_id: str
    routes: tuple[Route, ...] = ()
    associations: tuple[RouteTableAssociation, ...] = ()


class InternetGatewayAttachment(Shape):
    """The VPC that an internet gateway serves."""

    vpc_id: str
    state: str = ""


class InternetGateway(NetworkShape, tag_field="type", tag="AWS::EC2::InternetGateway"):
    """An internet gateway."""

    internet_gateway_id: str
    attachments: tuple[InternetGatewayAttachment, ...] = ()


class EgressOnlyInternetGateway(NetworkShape, tag_field="type", tag="AWS::EC2::EgressOnlyInternetGateway"):
    """A way out for IPv6 that nobody can come in by."""

    egress_only_internet_gateway_id: str
    attachments: tuple[InternetGatewayAttachment, ...] = ()


class NatGatewayAddress(Shape):
    """An address of a NAT gateway; of a regional one, the address of one availability zone."""

    network_interface_id: str = ""
    private_ip: str = ""
    public_ip: str = ""
    availability_zone: str = ""
    availability_zone_id: str = ""
    status: str = ""


class NatGateway(NetworkShape, tag_field="type", tag="AWS::EC2::NatGateway"):
    """A NAT gateway: of one subnet, or (``AvailabilityMode`` regional) of a whole VPC, with a route table of its own."""

    nat_gateway_id: str
    subnet_id: str = ""
    vpc_id: str = ""
    state: str = ""
    connectivity_type: str = "public"
    nat_gateway_addresses: tuple[NatGatewayAddress, ...] = ()
    failure_code: str = ""
    availability_mode: str = "zonal"
    auto_provision_zones: str = ""
    """Of a regional one: ``enabled`` when it goes to new zones by itself."""
    route_table_id: str = ""
    """Of a regional one."""


class SecurityGroupIdentifier(Shape):
    """A security group of an endpoint."""

    group_id: str
    group_name: str = ""


class DnsEntry(Shape):
    """A name of an endpoint."""

    dns_name: str = ""
    hosted_zone_id: str = ""


class DnsOptions(Shape):
    """How an endpoint's names answer."""

    dns_record_ip_type: str = ""
    private_dns_only_for_inbound_resolver_endpoint: bool = False


class VpcEndpoint(NetworkShape, tag_field="type", tag="AWS::EC2::VPCEndpoint"):
    """A gateway or interface endpoint."""

    vpc_endpoint_id: str
    vpc_endpoint_type: str = "Gateway"
    vpc_id: str = ""
    service_name: str = ""
    state: str = ""
    route_table_ids: tuple[str, ...] = ()
    subnet_ids: tuple[str, ...] = ()
    private_dns_enabled: bool = False
    groups: tuple[SecurityGroupIdentifier, ...] = ()
    network_interface_ids: tuple[str, ...] = ()
    dns_entries: tuple[DnsEntry, ...] = ()
    dns_options: DnsOptions = DnsOptions()
    ip_address_type: str = ""
    policy_document: str = ""
    """JSON; empty for a kind of endpoint that has none."""
    service_region: str = ""


class NetworkAclAssociation(Shape):
    """The subnet that a network ACL guards."""

    network_acl_id: str = ""
    subnet_id: str = ""


class NetworkAcl(NetworkShape, tag_field="type", tag="AWS::EC2::NetworkAcl"):
    """A network ACL; stateless. Entries are kept as AWS gives them."""

    network_acl_id: str
    vpc_id: str
    is_default: bool = False
    entries: tuple[dict[str, Any], ...] = ()
    associations: tuple[NetworkAclAssociation, ...] = ()
