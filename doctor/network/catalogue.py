"""The network's resources, found by what refers to them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, TypeVar

from doctor.model.call import Gap
from doctor.model.interfaces import (
    DhcpOptions,
    HostedZone,
    ManagedPrefixList,
    NetworkInterface,
    PrefixList,
    VpcBlockPublicAccessExclusion,
    VpcBlockPublicAccessOptions,
)
from doctor.model.network import (
    EgressOnlyInternetGateway,
    InternetGateway,
    NatGateway,
    NetworkAcl,
    NetworkShape,
    RouteTable,
    SecurityGroup,
    Subnet,
    Vpc,
    VpcEndpoint,
)
from doctor.model.snapshot import Resource
from doctor.model.transit import (
    TransitGateway,
    TransitGatewayAttachment,
    TransitGatewayRouteTable,
    TransitGatewayVpcAttachment,
    VpcPeeringConnection,
    VpnConnection,
    VpnGateway,
)
from doctor.network.addresses import Prefix, prefix

R = TypeVar("R")

LISTED_BY: dict[type, str] = {
    Vpc: "DescribeVpcs",
    Subnet: "DescribeSubnets",
    SecurityGroup: "DescribeSecurityGroups",
    RouteTable: "DescribeRouteTables",
    NetworkAcl: "DescribeNetworkAcls",
    InternetGateway: "DescribeInternetGateways",
    EgressOnlyInternetGateway: "DescribeEgressOnlyInternetGateways",
    NatGateway: "DescribeNatGateways",
    VpcEndpoint: "DescribeVpcEndpoints",
    NetworkInterface: "DescribeNetworkInterfaces",
    PrefixList: "DescribePrefixLists",
    ManagedPrefixList: "DescribeManagedPrefixLists",
    DhcpOptions: "DescribeDhcpOptions",
    VpcBlockPublicAccessOptions: "DescribeVpcBlockPublicAccessOptions",
    VpcBlockPublicAccessExclusion: "DescribeVpcBlockPublicAccessExclusions",
    VpcPeeringConnection: "DescribeVpcPeeringConnections",
    TransitGateway: "DescribeTransitGateways",
    TransitGatewayAttachment: "DescribeTransitGatewayAttachments",
    TransitGatewayVpcAttachment: "DescribeTransitGatewayVpcAttachments",
    TransitGatewayRouteTable: "DescribeTransitGatewayRouteTables",
    VpnGateway: "DescribeVpnGateways",
    VpnConnection: "DescribeVpnConnections",
}
"""The operation of EC2 that lists each kind: where it is a gap, an absence proves nothing."""


def identifier(one: NetworkShape) -> str:
    """AWS's id: the first field of a shape after those that all have."""
    name = next(field for field in one.__struct_fields__ if field not in ("extra", "arn"))
    return str(getattr(one, name))


class Catalogue:
    """Every resource of a snapshot by kind and by AWS's id. Never changes."""

    def __init__(self, resources: Mapping[str, Resource], gaps: Iterable[Gap] = ()) -> None:
        self.resources = resources
        self.gaps = tuple(gaps)

    @cached_property
    def _by_kind(self) -> dict[type, list[Any]]:
        found: dict[type, list[Any]] = defaultdict(list)
        for arn in sorted(self.resources):
            one = self.resources[arn]
            found[type(one)].append(one)
        return found

    @cached_property
    def _gaps(self) -> dict[str, Gap]:
        whole = [gap for gap in self.gaps if not gap.resource and gap.reason != "absent"]
        return {gap.call.operation: gap for gap in reversed(whole)}

    @cached_property
    def _gaps_of(self) -> dict[tuple[str, str], Gap]:
        """By operation and resource; of several, the first."""
        return {(gap.call.operation, gap.resource): gap for gap in reversed(self.gaps)}

    def all(self, kind: type[R]) -> list[R]:
        """Every resource of a kind, by ARN."""
        return self._by_kind.get(kind, [])

    def gap(self, kind: type) -> Gap | None:
        """Why resources of a kind may be missing; ``None`` when all were listed."""
        return self._gaps.get(LISTED_BY.get(kind, ""))

    def operation_gap(self, operation: str, arn: str = "") -> Gap | None:
        """Why an operation brought nothing for a resource, or for all."""
        if (whole := self._gaps.get(operation)) is not None:
            return whole
        return self._gaps_of.get((operation, arn))

    @cached_property
    def by_id(self) -> dict[str, NetworkShape]:
        """Every resource of the network by AWS's id."""
        return {identifier(one): one for one in self.resources.values() if isinstance(one, NetworkShape)}

    @cached_property
    def vpcs(self) -> dict[str, Vpc]:
        """By id, as all of the following."""
        return {one.vpc_id: one for one in self.all(Vpc)}

    @cached_property
    def subnets(self) -> dict[str, Subnet]:
        """Subnets."""
        return {one.subnet_id: one for one in self.all(Subnet)}

    @cached_property
    def groups(self) -> dict[str, SecurityGroup]:
        """Security groups."""
        return {one.group_id: one for one in self.all(SecurityGroup)}

    @cached_property
    def tables(self) -> dict[str, RouteTable]:
        """Route tables."""
        return {one.route_table_id: one for one in self.all(RouteTable)}

    @cached_property
    def _table_of_subnet(self) -> dict[str, str]:
        return {to.subnet_id: one.route_table_id for one in self.all(RouteTable) for to in one.associations}

    @cached_property
    def _table_of_gateway(self) -> dict[str, str]:
        return {to.gateway_id: one.route_table_id for one in self.all(RouteTable) for to in one.associations}

    @cached_property
    def _main_table(self) -> dict[str, str]:
        every = self.all(RouteTable)
        return {one.vpc_id: one.route_table_id for one in every if any(to.main for to in one.associations)}

    def table_of(self, subnet: Subnet) -> RouteTable | None:
        """The route table of a subnet: its own, or else the main one of its VPC; ``None`` when it was not seen."""
        explicit = self._table_of_subnet.get(subnet.subnet_id)
        if explicit is None and self.gap(RouteTable) is None:
            explicit = self._main_table.get(subnet.vpc_id)
        return self.tables.get(explicit or "")

    def table_of_gateway(self, gateway: str, told: str = "") -> RouteTable | None:
        """The route table of a regional NAT gateway."""
        return self.tables.get(told or self._table_of_gateway.get(gateway, ""))

    @cached_property
    def _acl_of_subnet(self) -> dict[str, NetworkAcl]:
        return {to.subnet_id: one for one in self.all(NetworkAcl) for to in one.associations}

    @cached_property
    def _acls_of_vpc(self) -> dict[str, list[NetworkAcl]]:
        found: dict[str, list[NetworkAcl]] = defaultdict(list)
        for one in self.all(NetworkAcl):
            found[one.vpc_id].append(one)
        return found

    def acl_of(self, subnet: Subnet) -> NetworkAcl | None:
        """The network ACL of a subnet; ``None`` when it was not seen.

        A subnet that none names has the VPC's default one, which is certain only where there is no other.
        """
        if (found := self._acl_of_subnet.get(subnet.subnet_id)) is not None:
            return found
        every = self._acls_of_vpc.get(subnet.vpc_id, [])
        alone = len(every) == 1 and every[0].is_default and self.gap(NetworkAcl) is None
        return every[0] if alone else None

    @cached_property
    def interfaces(self) -> dict[str, NetworkInterface]:
        """Network interfaces."""
        return {one.network_interface_id: one for one in self.all(NetworkInterface)}

    @cached_property
    def interface_of_instance(self) -> dict[str, NetworkInterface]:
        """Network interfaces, by the instance that they are attached to."""
        every = self.all(NetworkInterface)
        return {one.attachment.instance_id: one for one in every if one.attachment and one.attachment.instance_id}

    @cached_property
    def interfaces_in(self) -> dict[str, list[NetworkInterface]]:
        """Network interfaces, by subnet."""
        found: dict[str, list[NetworkInterface]] = defaultdict(list)
        for one in self.all(NetworkInterface):
            found[one.subnet_id].append(one)
        return found

    @cached_property
    def vpcs_with_interfaces(self) -> frozenset[str]:
        """VPCs whose network interfaces were listed: some were seen, and no listing failed."""
        if self.gap(NetworkInterface) is not None:
            return frozenset()
        return frozenset(one.vpc_id for one in self.all(NetworkInterface))

    @cached_property
    def gateways(self) -> dict[str, Any]:
        """Everything that a route may lead to."""
        found: dict[str, Any] = {one.internet_gateway_id: one for one in self.all(InternetGateway)}
        found |= {one.nat_gateway_id: one for one in self.all(NatGateway)}
        found |= {one.egress_only_internet_gateway_id: one for one in self.all(EgressOnlyInternetGateway)}
        found |= {one.vpc_endpoint_id: one for one in self.all(VpcEndpoint)}
        found |= {one.vpc_peering_connection_id: one for one in self.all(VpcPeeringConnection)}
        found |= {one.transit_gateway_id: one for one in self.all(TransitGateway)}
        found |= {one.vpn_gateway_id: one for one in self.all(VpnGateway)}
        return found

    @cached_property
    def endpoints_of(self) -> dict[str, list[VpcEndpoint]]:
        """Endpoints, by VPC; those that were deleted, which AWS lists for a while, answer for nothing."""
        found: dict[str, list[VpcEndpoint]] = defaultdict(list)
        for one in self.all(VpcEndpoint):
            if one.state.lower() != "deleted":
                found[one.vpc_id].append(one)
        return found

    @cached_property
    def _ranges_of_list(self) -> dict[str, tuple[str, ...] | None]:
        managed = self.all(ManagedPrefixList)
        found: dict[str, tuple[str, ...] | None] = {
            one.prefix_list_id: None if one.entries is None else tuple(entry.cidr for entry in one.entries)
            for one in managed
        }
        return found | {one.prefix_list_id: one.cidrs or None for one in self.all(PrefixList)}

    def ranges_of_list(self, identifier: str) -> tuple[str, ...] | None:
        """The ranges of a prefix list; ``None``: not seen."""
        return self._ranges_of_list.get(identifier)

    @cached_property
    def service_ranges(self) -> dict[str, list[str]]:
        """The ranges of AWS's own prefix lists, by service and region: ``us-east-1.s3``."""
        found: dict[str, list[str]] = defaultdict(list)
        for one in self.all(PrefixList):
            found[one.prefix_list_name.removeprefix("com.amazonaws.").replace(".ipv6.", ".")] += one.cidrs
        return found

    @cached_property
    def prefixes_of_services(self) -> dict[str, tuple[Prefix, ...]]:
        """The same, read."""
        return {
            name: tuple(found for cidr in cidrs if (found := prefix(cidr)) is not None)
            for name, cidrs in self.service_ranges.items()
        }

    @cached_property
    def zones_of(self) -> dict[str, list[str]]:
        """The names of the customer's private zones, by the VPC that resolves them; those of AWS's services stand for endpoints."""
        found: dict[str, list[str]] = defaultdict(list)
        for one in self.all(HostedZone):
            owner = one.extra.get("Owner")
            if not (isinstance(owner, dict) and owner.get("OwningService")):
                found[one.vpc_id].append(one.name.lower().rstrip("."))
        return found

    @cached_property
    def dhcp_options(self) -> dict[str, DhcpOptions]:
        """DHCP options."""
        return {one.dhcp_options_id: one for one in self.all(DhcpOptions)}

    @cached_property
    def attachments(self) -> dict[str, TransitGatewayAttachment]:
        """Attachments of transit gateways."""
        return {one.transit_gateway_attachment_id: one for one in self.all(TransitGatewayAttachment)}

    @cached_property
    def vpc_attachments(self) -> dict[str, TransitGatewayVpcAttachment]:
        """Attachments of VPCs to transit gateways."""
        return {one.transit_gateway_attachment_id: one for one in self.all(TransitGatewayVpcAttachment)}

    @cached_property
    def attachment_of(self) -> dict[tuple[str, str], TransitGatewayVpcAttachment]:
        """Attachments, by transit gateway and VPC; one that works wins over one that was deleted."""
        every = sorted(self.all(TransitGatewayVpcAttachment), key=lambda one: one.state in ("available", "modifying"))
        return {(one.transit_gateway_id, one.vpc_id): one for one in every}

    @cached_property
    def transit_tables(self) -> dict[str, TransitGatewayRouteTable]:
        """Route tables of transit gateways."""
        return {one.transit_gateway_route_table_id: one for one in self.all(TransitGatewayRouteTable)}
