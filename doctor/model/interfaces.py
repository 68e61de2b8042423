"""EC2's network interfaces, prefix lists, DHCP options and Block Public Access, by the names of its ``Describe*`` operations."""

from doctor.model.network import NetworkShape
from doctor.model.record import Shape


class GroupIdentifier(Shape):
    """A security group of a network interface."""

    group_id: str
    group_name: str = ""


class NetworkInterfaceAssociation(Shape):
    """The public IPv4 address that stands for a private one."""

    public_ip: str = ""
    allocation_id: str = ""


class NetworkInterfacePrivateIpAddress(Shape):
    """A private IPv4 address of a network interface."""

    primary: bool = False
    private_ip_address: str = ""
    association: NetworkInterfaceAssociation | None = None


class NetworkInterfaceIpv6Address(Shape):
    """An IPv6 address of a network interface."""

    ipv6_address: str = ""


class NetworkInterfaceAttachment(Shape):
    """The instance that a network interface is attached to."""

    instance_id: str = ""
    status: str = ""


class NetworkInterface(NetworkShape, tag_field="type", tag="AWS::EC2::NetworkInterface"):
    """A network interface: where an address of a VPC is, and which security groups guard it."""

    network_interface_id: str
    subnet_id: str = ""
    vpc_id: str = ""
    availability_zone: str = ""
    description: str = ""
    interface_type: str = "interface"
    private_ip_address: str = ""
    private_ip_addresses: tuple[NetworkInterfacePrivateIpAddress, ...] = ()
    ipv6_addresses: tuple[NetworkInterfaceIpv6Address, ...] = ()
    association: NetworkInterfaceAssociation | None = None
    attachment: NetworkInterfaceAttachment | None = None
    groups: tuple[GroupIdentifier, ...] = ()
    requester_id: str = ""
    requester_managed: bool = False
    source_dest_check: bool | None = None
    status: str = ""


class PrefixListEntry(Shape):
    """A range in a customer's prefix list."""

    cidr: str
    description: str = ""


class ManagedPrefixList(NetworkShape, tag_field="type", tag="AWS::EC2::PrefixList"):
    """A prefix list, with its entries from ``GetManagedPrefixListEntries``."""

    prefix_list_id: str
    prefix_list_name: str = ""
    address_family: str = ""
    state: str = ""
    owner_id: str = ""
    entries: tuple[PrefixListEntry, ...] | None = None
    """``None``: not read."""


class PrefixList(NetworkShape, tag_field="type", tag="AWS::EC2::AwsPrefixList"):
    """The addresses of an AWS service in a region, as ``DescribePrefixLists`` tells them."""

    prefix_list_id: str
    prefix_list_name: str = ""
    cidrs: tuple[str, ...] = ()


class AttributeValue(Shape):
    """A value in DHCP options."""

    value: str = ""


class DhcpConfiguration(Shape):
    """One of the DHCP options; the one that matters is ``domain-name-servers``."""

    key: str = ""
    values: tuple[AttributeValue, ...] = ()


class DhcpOptions(NetworkShape, tag_field="type", tag="AWS::EC2::DHCPOptions"):
    """What DHCP tells the machines of a VPC, name servers included."""

    dhcp_options_id: str
    dhcp_configurations: tuple[DhcpConfiguration, ...] = ()


class VpcBlockPublicAccessOptions(NetworkShape, tag_field="type", tag="AWS::EC2::VPCBlockPublicAccessOptions"):
    """Block Public Access of the account and region: ``off``, ``block-bidirectional`` or ``block-ingress``."""

    internet_gateway_block_mode: str = ""
    state: str = ""
    managed_by: str = ""
    """``declarative-policy`` when the organisation decides."""
    exclusions_allowed: str = ""


class VpcBlockPublicAccessExclusion(NetworkShape, tag_field="type", tag="AWS::EC2::VPCBlockPublicAccessExclusion"):
    """A VPC or subnet that Block Public Access leaves alone."""

    exclusion_id: str
    internet_gateway_exclusion_mode: str = ""
    resource_arn: str = ""
    state: str = ""


class SecurityGroupVpcAssociation(NetworkShape, tag_field="type", tag="AWS::EC2::SecurityGroupVpcAssociation"):
    """Another VPC in which a security group may be used."""

    group_id: str
    vpc_id: str = ""
    state: str = ""


class VpcEncryptionControl(NetworkShape, tag_field="type", tag="AWS::EC2::VPCEncryptionControl"):
    """Whether a VPC admits only what encrypts in transit."""

    vpc_id: str
    vpc_encryption_control_id: str = ""
    mode: str = ""
    state: str = ""


class Address(NetworkShape, tag_field="type", tag="AWS::EC2::EIP"):
    """An elastic IP address."""

    public_ip: str
    allocation_id: str = ""
    association_id: str = ""
    network_interface_id: str = ""
    private_ip_address: str = ""


class ReferencedSecurityGroup(Shape):
    """The security group that a rule refers to."""

    group_id: str = ""
    user_id: str = ""
    vpc_id: str = ""
    vpc_peering_connection_id: str = ""


class SecurityGroupRule(NetworkShape, tag_field="type", tag="AWS::EC2::SecurityGroupRule"):
    """One rule of a security group, with the id that changes refer to."""

    security_group_rule_id: str
    group_id: str = ""
    is_egress: bool = False
    ip_protocol: str = ""
    from_port: int | None = None
    to_port: int | None = None
    cidr_ipv4: str = ""
    cidr_ipv6: str = ""
    prefix_list_id: str = ""
    referenced_group_info: ReferencedSecurityGroup | None = None


class HostedZone(NetworkShape, tag_field="type", tag="AWS::Route53::HostedZone"):
    """A private zone of Route 53 whose names a VPC resolves, as ``ListHostedZonesByVPC`` tells it."""

    hosted_zone_id: str
    name: str = ""
    vpc_id: str = ""
    """The VPC that it was told of."""
