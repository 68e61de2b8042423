"""EC2's network resources, by the names of its ``Describe*`` operations. An ARN is ours: ``Describe*`` does not give one."""

from typing import Any

import msgspec

from doctor.model.record import Shape


class NetworkShape(Shape):
    """What a network resource has beside AWS's fields: its ARN, which is its key in a snapshot."""

    arn: str = msgspec.field(name="arn")


class Vpc(NetworkShape, tag_field="type", tag="AWS::EC2::VPC"):
    """A virtual private cloud."""

    vpc_id: str
    cidr_block: str = ""


class Subnet(NetworkShape, tag_field="type", tag="AWS::EC2::Subnet"):
    """A subnet; one availability zone of a VPC."""

    subnet_id: str
    vpc_id: str
    cidr_block: str = ""
    availability_zone: str = ""


class IpRange(Shape):
    """An IPv4 range in a security group rule."""

    cidr_ip: str


class UserIdGroupPair(Shape):
    """Another security group in a security group rule."""

    group_id: str


class IpPermission(Shape):
    """A rule of a security group; ``-1`` means every protocol and port."""

    ip_protocol: str
    from_port: int | None = None
    to_port: int | None = None
    ip_ranges: tuple[IpRange, ...] = ()
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
    gateway_id: str = ""
    nat_gateway_id: str = ""
    state: str = "active"
    origin: str = "CreateRoute"


class RouteTableAssociation(Shape):
    """The subnet that uses a route table; ``main`` for the VPC's default."""

    main: bool = False
    subnet_id: str = ""


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


class NatGateway(NetworkShape, tag_field="type", tag="AWS::EC2::NatGateway"):
    """A NAT gateway."""

    nat_gateway_id: str
    subnet_id: str = ""
    vpc_id: str = ""
    state: str = ""
    connectivity_type: str = "public"


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


class NetworkAcl(NetworkShape, tag_field="type", tag="AWS::EC2::NetworkAcl"):
    """A network ACL; stateless. Entries are kept as AWS gives them."""

    network_acl_id: str
    vpc_id: str
    is_default: bool = False
    entries: tuple[dict[str, Any], ...] = ()
