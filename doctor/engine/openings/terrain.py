"""Where a function is, and what is around it: what the ways out are made from."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from doctor.model.function import Function
from doctor.model.interfaces import PrefixList
from doctor.model.network import InternetGateway, NatGateway, RouteTable, Subnet, Vpc, VpcEndpoint
from doctor.model.trace import Blocker, Trace

if TYPE_CHECKING:
    from doctor.network.catalogue import Catalogue

ANYWHERE = "0.0.0.0/0"


class Terrain:
    """A function's network, as far as it was seen."""

    def __init__(self, function: Function, catalogue: "Catalogue") -> None:
        self.function = function
        self.catalogue = catalogue
        self.subnets = [catalogue.subnets[one] for one in function.vpc_config.subnet_ids if one in catalogue.subnets]
        self.vpc: Vpc | None = catalogue.vpcs.get(self.subnets[0].vpc_id) if self.subnets else None

    @property
    def name(self) -> str:
        """Id of the VPC."""
        return self.vpc.vpc_id if self.vpc is not None else ""

    def concerned(self, blockers: Iterable[Blocker]) -> list[Subnet]:
        """The function's subnets that blockers concern."""
        named = {subnet for one in blockers for subnet in one.subnets}
        return [one for one in self.subnets if one.subnet_id in named]

    def zones(self) -> dict[str, str]:
        """The first of the function's subnets in each availability zone, by zone."""
        return {one.availability_zone: one.subnet_id for one in reversed(self.subnets)}

    def tables(self, subnets: Iterable[Subnet]) -> list[RouteTable]:
        """The route tables of subnets, each once."""
        found = (self.catalogue.table_of(one) for one in subnets)
        return list({one.route_table_id: one for one in found if one is not None}.values())

    def nats(self) -> Iterator[NatGateway]:
        """The public NAT gateways of the VPC whose own subnet leads to its internet gateway."""
        for one in self.catalogue.all(NatGateway):
            works = one.state.lower() == "available" and one.connectivity_type.lower() == "public"
            subnet = self.catalogue.subnets.get(one.subnet_id)
            if works and one.vpc_id == self.name and subnet is not None and self.is_public(subnet):
                yield one

    def is_public(self, subnet: Subnet) -> bool:
        """Whether a subnet's default route leads to an internet gateway that is attached to the VPC."""
        return self._default(subnet).startswith("igw-") and self._default(subnet) in self.attached()

    def _default(self, subnet: Subnet) -> str:
        table = self.catalogue.table_of(subnet)
        routes = table.routes if table is not None else ()
        found = [one for one in routes if one.destination_cidr_block == ANYWHERE and one.state == "active"]
        return found[0].gateway_id or found[0].nat_gateway_id if found else ""

    def attached(self) -> set[str]:
        """The internet gateways of the VPC."""
        return {
            one.internet_gateway_id
            for one in self.catalogue.all(InternetGateway)
            for place in one.attachments
            if place.vpc_id == self.name and place.state in ("available", "attached")
        }

    def public_subnets(self) -> list[Subnet]:
        """Subnets of the VPC in which a NAT gateway could stand."""
        every = self.catalogue.all(Subnet)
        return [one for one in every if one.vpc_id == self.name and self.is_public(one)]

    def ways_out(self) -> list[Subnet]:
        """Subnets of the VPC whose default route leads to a NAT gateway that works, and has a way out itself."""
        nats = {one.nat_gateway_id for one in self.nats()}
        every = self.catalogue.all(Subnet)
        return [one for one in every if one.vpc_id == self.name and self._default(one) in nats]

    def endpoints(self, service: str, kind: str) -> list[VpcEndpoint]:
        """Endpoints of the VPC for a service, by its whole name."""
        return [
            one
            for one in self.catalogue.endpoints_of.get(self.name, ())
            if one.service_name == service and one.vpc_endpoint_type.lower() == kind
        ]

    def prefix_list(self, service: str) -> str:
        """Id of the prefix list of a service; empty: it was not seen."""
        every = self.catalogue.all(PrefixList)
        return next((one.prefix_list_id for one in every if one.prefix_list_name == service), "")


def service_name(trace: Trace) -> str:
    """The name of the endpoint service of a destination: ``com.amazonaws.eu-west-1.ecr.dkr``; empty: it is no service."""
    there = trace.destination
    if there.kind != "service" or not there.region:
        return ""
    beginning = "cn.com" if there.region.startswith("cn-") else "com"
    return f"{beginning}.amazonaws.{there.region}.{'.'.join(reversed(there.value.split('.')))}"


def is_private(trace: Trace) -> bool:
    """Whether packets go to a private address, to which no way to the internet leads."""
    from doctor.network.addresses import address, public

    found = [known for path in trace.paths if (known := address(path.target)) is not None]
    return any(not public(*one) for one in found)
