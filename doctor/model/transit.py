"""What joins VPCs with each other and with other networks: peering, transit gateways, VPN; by EC2's names."""

from doctor.model.network import NetworkShape
from doctor.model.record import Shape


class VpcPeeringConnectionStateReason(Shape):
    """State of a peering connection: ``active``, ``pending-acceptance``, ``deleted``, …."""

    code: str = ""
    message: str = ""


class CidrBlock(Shape):
    """An IPv4 range of a peered VPC."""

    cidr_block: str = ""


class Ipv6CidrBlock(Shape):
    """An IPv6 range of a peered VPC."""

    ipv6_cidr_block: str = ""


class VpcPeeringConnectionOptionsDescription(Shape):
    """What a peered VPC grants to the other."""

    allow_dns_resolution_from_remote_vpc: bool = False


class VpcPeeringConnectionVpcInfo(Shape):
    """One of the two VPCs of a peering connection."""

    vpc_id: str = ""
    cidr_block: str = ""
    cidr_block_set: tuple[CidrBlock, ...] = ()
    ipv6_cidr_block_set: tuple[Ipv6CidrBlock, ...] = ()
    owner_id: str = ""
    region: str = ""
    peering_options: VpcPeeringConnectionOptionsDescription | None = None
    """``None``: not told, as for a VPC of another account."""


class VpcPeeringConnection(NetworkShape, tag_field="type", tag="AWS::EC2::VPCPeeringConnection"):
    """A peering connection; it carries only what goes to an address of the VPC on the other side."""

    vpc_peering_connection_id: str
    status: VpcPeeringConnectionStateReason = VpcPeeringConnectionStateReason()
    requester_vpc_info: VpcPeeringConnectionVpcInfo = VpcPeeringConnectionVpcInfo()
    accepter_vpc_info: VpcPeeringConnectionVpcInfo = VpcPeeringConnectionVpcInfo()


class TransitGatewayOptions(Shape):
    """Options of a transit gateway."""

    security_group_referencing_support: str = ""
    dns_support: str = ""


class TransitGateway(NetworkShape, tag_field="type", tag="AWS::EC2::TransitGateway"):
    """A transit gateway."""

    transit_gateway_id: str
    state: str = ""
    owner_id: str = ""
    options: TransitGatewayOptions = TransitGatewayOptions()


class TransitGatewayAttachmentAssociation(Shape):
    """The route table that an attachment's traffic is routed by."""

    transit_gateway_route_table_id: str = ""
    state: str = ""


class TransitGatewayAttachment(NetworkShape, tag_field="type", tag="AWS::EC2::TransitGatewayAttachment"):
    """What is attached to a transit gateway: a VPC, a VPN, a peer, …."""

    transit_gateway_attachment_id: str
    transit_gateway_id: str = ""
    resource_type: str = ""
    resource_id: str = ""
    state: str = ""
    association: TransitGatewayAttachmentAssociation | None = None


class TransitGatewayVpcAttachmentOptions(Shape):
    """Options of a VPC's attachment."""

    security_group_referencing_support: str = ""
    dns_support: str = ""
    ipv6_support: str = ""
    appliance_mode_support: str = ""


class TransitGatewayVpcAttachment(NetworkShape, tag_field="type", tag="AWS::EC2::TransitGatewayVpcAttachment"):
    """A VPC's attachment: one subnet in each availability zone that it serves."""

    transit_gateway_attachment_id: str
    transit_gateway_id: str = ""
    vpc_id: str = ""
    subnet_ids: tuple[str, ...] = ()
    state: str = ""
    options: TransitGatewayVpcAttachmentOptions = TransitGatewayVpcAttachmentOptions()


class TransitGatewayRouteAttachment(Shape):
    """Where a transit gateway's route leads."""

    transit_gateway_attachment_id: str = ""
    resource_id: str = ""
    resource_type: str = ""


class TransitGatewayRoute(Shape):
    """A route of a transit gateway; a static one wins over a propagated one of the same range."""

    destination_cidr_block: str = ""
    prefix_list_id: str = ""
    transit_gateway_attachments: tuple[TransitGatewayRouteAttachment, ...] = ()
    type: str = "static"
    state: str = "active"


class TransitGatewayRouteTable(NetworkShape, tag_field="type", tag="AWS::EC2::TransitGatewayRouteTable"):
    """A transit gateway's route table, with its routes from ``SearchTransitGatewayRoutes``."""

    transit_gateway_route_table_id: str
    transit_gateway_id: str = ""
    state: str = ""
    routes: tuple[TransitGatewayRoute, ...] | None = None
    """``None``: not read, as in another account's transit gateway."""


class VpcAttachment(Shape):
    """The VPC that a virtual private gateway serves."""

    vpc_id: str = ""
    state: str = ""


class VpnGateway(NetworkShape, tag_field="type", tag="AWS::EC2::VPNGateway"):
    """A virtual private gateway: the way to a VPN or a Direct Connect line."""

    vpn_gateway_id: str
    state: str = ""
    vpc_attachments: tuple[VpcAttachment, ...] = ()


class VgwTelemetry(Shape):
    """A tunnel: ``UP`` or ``DOWN``."""

    status: str = ""
    accepted_route_count: int = 0


class VpnConnectionOptions(Shape):
    """Options of a VPN connection."""

    static_routes_only: bool = False


class VpnStaticRoute(Shape):
    """A range behind a VPN connection that has no BGP."""

    destination_cidr_block: str = ""
    state: str = ""


class VpnConnection(NetworkShape, tag_field="type", tag="AWS::EC2::VPNConnection"):
    """A VPN connection: two tunnels to a customer's router."""

    vpn_connection_id: str
    vpn_gateway_id: str = ""
    transit_gateway_id: str = ""
    state: str = ""
    vgw_telemetry: tuple[VgwTelemetry, ...] = ()
    options: VpnConnectionOptions = VpnConnectionOptions()
    routes: tuple[VpnStaticRoute, ...] = ()
