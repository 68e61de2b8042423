"""The network as a graph: what depends on what, who shares a component, what a change may touch.

The walk does not need it; networkx is loaded when a topology is first built.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Literal, TypeAlias

from doctor.model.function import Function
from doctor.model.interfaces import NetworkInterface
from doctor.model.network import (
    EgressOnlyInternetGateway,
    InternetGateway,
    NatGateway,
    NetworkAcl,
    RouteTable,
    Subnet,
    VpcEndpoint,
)
from doctor.model.transit import TransitGatewayVpcAttachment, VpcPeeringConnection, VpnGateway
from doctor.network.catalogue import Catalogue
from doctor.network.routes import LOCAL
from doctor.network.sources import of_function

EdgeKind = Literal[
    "uses_interface",
    "runs_in",
    "uses_rtb",
    "uses_nacl",
    "has_sg",
    "route",
    "attached_to",
    "admits",
]
Edge: TypeAlias = tuple[str, str, EdgeKind, dict[str, Any]]

DEPENDENCE: frozenset[EdgeKind] = frozenset(
    {"uses_interface", "runs_in", "uses_rtb", "uses_nacl", "has_sg", "route", "attached_to"}
)
"""Edges along which a packet depends on a component. That a group admits another is no dependence."""
_TARGETS = (
    "gateway_id",
    "nat_gateway_id",
    "egress_only_internet_gateway_id",
    "network_interface_id",
    "transit_gateway_id",
    "vpc_peering_connection_id",
)


class Topology:
    """The graph of a catalogue: nodes are AWS's ids (functions: ARNs), edges lead from what depends to what it needs."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    @cached_property
    def graph(self) -> Any:
        """A ``networkx.MultiDiGraph``; nodes have a ``kind``, edges a ``kind`` as their key."""
        import networkx as nx

        graph = nx.MultiDiGraph()
        for node, kind in self._nodes():
            graph.add_node(node, kind=kind)
        for origin, target, edge, more in self._edges():
            graph.add_edge(origin, target, key=edge, kind=edge, **more)
        return graph

    @cached_property
    def _dependences(self) -> Any:
        """The graph without edges that are no dependence."""
        import networkx as nx

        found = nx.DiGraph()
        found.add_nodes_from(self.graph)
        found.add_edges_from((one, other) for one, other, kind in self.graph.edges(keys=True) if kind in DEPENDENCE)
        return found

    def dependents(self, component: str) -> tuple[str, ...]:
        """ARNs of the functions whose packets may depend on a component: whom a change of it may touch."""
        import networkx as nx

        found = nx.ancestors(self._dependences, component) if component in self.graph else ()
        return tuple(sorted(one for one in found if self.graph.nodes[one].get("kind") == "function"))

    def requirements(self, function: str) -> tuple[str, ...]:
        """Ids of the components that a function's packets may depend on."""
        import networkx as nx

        found = nx.descendants(self._dependences, function) if function in self.graph else ()
        return tuple(sorted(one for one in found if not one.startswith("attach:")))

    def _nodes(self) -> Iterator[tuple[str, str]]:
        yield from ((one.arn, "function") for one in self.catalogue.all(Function) if one.vpc_config.subnet_ids)
        yield from ((one, "subnet") for one in self.catalogue.subnets)
        yield from ((one, "route-table") for one in self.catalogue.tables)
        yield from ((one.network_acl_id, "network-acl") for one in self.catalogue.all(NetworkAcl))
        yield from ((one, "security-group") for one in self.catalogue.groups)
        yield from ((one, "network-interface") for one in self.catalogue.interfaces)
        yield from ((one, _kind(found)) for one, found in self.catalogue.gateways.items())

    def _edges(self) -> Iterator[Edge]:
        for function in self.catalogue.all(Function):
            yield from self._of_function(function)
        for subnet in self.catalogue.all(Subnet):
            yield from self._of_subnet(subnet)
        for table in self.catalogue.all(RouteTable):
            yield from _of_table(table)
        for interface in self.catalogue.all(NetworkInterface):
            yield interface.network_interface_id, interface.subnet_id, "runs_in", {}
            groups = (one.group_id for one in interface.groups)
            yield from ((interface.network_interface_id, group, "has_sg", {}) for group in groups)
        for group in self.catalogue.groups.values():
            pairs = {pair.group_id for one in group.ip_permissions for pair in one.user_id_group_pairs}
            yield from ((group.group_id, peer, "admits", {}) for peer in sorted(pairs))
        yield from self._of_gateways()

    def _of_function(self, function: Function) -> Iterator[Edge]:
        """One node for each (subnet, set of groups): the interface that functions share."""
        source = of_function(self.catalogue, function)
        for subnet in source.subnets:
            shared = f"attach:{subnet}:{','.join(sorted(source.groups))}"
            yield function.arn, shared, "uses_interface", {}
            yield shared, subnet, "runs_in", {}
            yield from ((shared, group, "has_sg", {}) for group in sorted(source.groups))

    def _of_subnet(self, subnet: Subnet) -> Iterator[Edge]:
        table, acl = self.catalogue.table_of(subnet), self.catalogue.acl_of(subnet)
        if table is not None:
            yield subnet.subnet_id, table.route_table_id, "uses_rtb", {}
        if acl is not None:
            yield subnet.subnet_id, acl.network_acl_id, "uses_nacl", {}

    def _of_gateways(self) -> Iterator[Edge]:
        for nat in self.catalogue.all(NatGateway):
            if nat.subnet_id:
                yield nat.nat_gateway_id, nat.subnet_id, "runs_in", {}
            table = self.catalogue.table_of_gateway(nat.nat_gateway_id, nat.route_table_id)
            if table is not None:
                yield nat.nat_gateway_id, table.route_table_id, "uses_rtb", {}
        for endpoint in self.catalogue.all(VpcEndpoint):
            yield from ((endpoint.vpc_endpoint_id, one, "attached_to", {}) for one in endpoint.network_interface_ids)
            if endpoint.private_dns_enabled:
                subnets = (one for one in self.catalogue.all(Subnet) if one.vpc_id == endpoint.vpc_id)
                yield from ((one.subnet_id, endpoint.vpc_endpoint_id, "attached_to", {}) for one in subnets)
        for attached in self.catalogue.all(TransitGatewayVpcAttachment):
            yield attached.transit_gateway_id, attached.transit_gateway_attachment_id, "attached_to", {}


def _of_table(table: RouteTable) -> Iterator[Edge]:
    for route in table.routes:
        target = next((value for name in _TARGETS if (value := getattr(route, name))), "")
        if target and target != LOCAL:
            prefixes = (
                route.destination_cidr_block,
                route.destination_ipv6_cidr_block,
                route.destination_prefix_list_id,
            )
            yield table.route_table_id, target, "route", {"to": next(filter(None, prefixes), ""), "state": route.state}


_KINDS: dict[type, str] = {
    InternetGateway: "internet-gateway",
    EgressOnlyInternetGateway: "egress-only-internet-gateway",
    NatGateway: "nat-gateway",
    VpcEndpoint: "vpc-endpoint",
    VpcPeeringConnection: "vpc-peering-connection",
    VpnGateway: "vpn-gateway",
}


def _kind(found: object) -> str:
    return _KINDS.get(type(found), "transit-gateway")
