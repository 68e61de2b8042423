"""Ways out of a subnet: routes to NAT gateways, endpoints of services, and subnets that have a way."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from doctor.engine.openings import prices
from doctor.engine.openings.terrain import ANYWHERE, Terrain, service_name
from doctor.engine.operations import lambda_
from doctor.engine.operations.ec2 import nat_gateways, route_tables, security_groups, vpc_endpoints, vpcs
from doctor.model.finding import Applicability, Fix, Step
from doctor.model.network import IpPermission, RouteTable, Subnet

if TYPE_CHECKING:
    from doctor.engine.facts.reachability import Stopped

BY_GATEWAY = ("s3", "dynamodb")
"""Services that have gateway endpoints."""
_OPENS = "everything in the subnets that use the route table can then reach the internet"
_ROUTE = "every subnet of the VPC that uses the route table sends to the service by the endpoint: open connections are reset, and policies see other source addresses"
_HTTPS = 443


def no_route(terrain: Terrain, stopped: "Stopped") -> Iterator[Fix]:
    """What a subnet without a way out can be given."""
    tables = terrain.tables(terrain.concerned(stopped.blockers))
    services = _services(stopped)
    if services and all(one.rsplit(".", 1)[-1] in BY_GATEWAY for one in services):
        yield from gateway_endpoints(terrain, services, tables)
    yield from existing_nat(terrain, tables)
    yield from other_subnets(terrain, stopped)
    billed: list[tuple[float, Fix]] = []
    if services and not all(one.rsplit(".", 1)[-1] in BY_GATEWAY for one in services):
        month = prices.month_of_endpoints(len(services), len(terrain.zones()))
        billed += [(month, one) for one in interface_endpoints(terrain, services)]
    if not [*terrain.nats()]:
        billed += [(prices.MONTH_OF_NAT, one) for one in new_nat(terrain, tables)]
    yield from (one for _, one in sorted(billed, key=lambda priced: priced[0]))


def _services(stopped: "Stopped") -> list[str]:
    """The services that are to be reached, by their whole names; empty when something else is among the destinations."""
    found = [service_name(one.trace) for one in stopped.traced if one.trace is not None]
    return list(dict.fromkeys(found)) if all(found) else []


def gateway_endpoints(terrain: Terrain, services: Iterable[str], tables: list[RouteTable]) -> Iterator[Fix]:
    """Gateway endpoints: those that are there with more route tables, or new ones."""
    assert terrain.vpc is not None
    steps: list[Step] = []
    for service in services:
        known = terrain.endpoints(service, "gateway")
        if not terrain.prefix_list(service):
            yield Fix(
                title=f"make a gateway endpoint of {service} for {_names(tables)}",
                applicability=Applicability.MANUAL,
                note="its prefix list was not read, so what the route would hold for is not known",
                cost=prices.GATEWAY_ENDPOINT,
                risk=_ROUTE,
            )
            return
        steps.append(
            vpc_endpoints.add_tables(known[0], tables)
            if known
            else vpc_endpoints.make_gateway(terrain.vpc, service, tables)
        )
    yield Fix(
        title=f"lead {', '.join(services)} of {_names(tables)} to a gateway endpoint",
        steps=tuple(steps),
        applicability=Applicability.UNSAFE,
        cost=prices.GATEWAY_ENDPOINT,
        risk=_ROUTE,
    )


def _names(tables: Iterable[RouteTable]) -> str:
    return " and ".join(one.route_table_id for one in tables)


def endpoints(terrain: Terrain, stopped: "Stopped") -> Iterator[Fix]:
    """Endpoints of the services that are to be reached, gateways where all of them have one."""
    services = _services(stopped)
    if services and all(one.rsplit(".", 1)[-1] in BY_GATEWAY for one in services):
        yield from gateway_endpoints(terrain, services, terrain.tables(terrain.concerned(stopped.blockers)))
    elif services:
        yield from interface_endpoints(terrain, services)


def to_internet_gateway(terrain: Terrain, stopped: "Stopped") -> Iterator[Fix]:
    """The route that a NAT gateway's own subnet lacks, where no subnet of the function would get it as well."""
    table = stopped.resource
    attached = sorted(terrain.attached())
    if not isinstance(table, RouteTable) or not attached or table in terrain.tables(terrain.subnets):
        return
    yield Fix(
        title=f"lead {ANYWHERE} of {table.route_table_id} to {attached[0]}, the VPC's internet gateway",
        steps=(route_tables.lead(table, ANYWHERE, "GatewayId", attached[0]),),
        applicability=Applicability.UNSAFE,
        risk="what has a public address in the subnets that use the route table can then be reached from the internet",
    )


def existing_nat(
    terrain: Terrain, tables: list[RouteTable], but: frozenset[str] | set[str] = frozenset()
) -> Iterator[Fix]:
    """A route to a NAT gateway that is there, for which nothing new is paid but traffic; ``but`` are those that do not work."""
    for nat in terrain.nats():
        if tables and nat.nat_gateway_id not in but:
            yield Fix(
                title=f"lead {ANYWHERE} of {_names(tables)} to {nat.nat_gateway_id}, the NAT gateway that is there",
                steps=tuple(route_tables.lead(one, ANYWHERE, "NatGatewayId", nat.nat_gateway_id) for one in tables),
                applicability=Applicability.UNSAFE,
                cost=prices.NAT_TRAFFIC,
                risk=_OPENS,
            )


def new_nat(terrain: Terrain, tables: list[RouteTable]) -> Iterator[Fix]:
    """A NAT gateway in a public subnet, and the route to it."""
    places = terrain.public_subnets()
    if not tables:
        return
    if not places:
        yield Fix(
            title=f"make a NAT gateway in a public subnet, and lead {ANYWHERE} of {_names(tables)} to it",
            applicability=Applicability.MANUAL,
            note="the VPC has no subnet whose default route leads to an internet gateway: it needs one first",
            cost=prices.NAT,
            risk=_OPENS,
        )
        return
    routes = (route_tables.lead(one, ANYWHERE, "NatGatewayId", nat_gateways.MADE) for one in tables)
    yield Fix(
        title=f"make a NAT gateway in {places[0].subnet_id}, and lead {ANYWHERE} of {_names(tables)} to it",
        steps=(*nat_gateways.make(places[0]), *routes),
        applicability=Applicability.UNSAFE,
        note="one for each availability zone keeps the way open when a zone fails",
        cost=prices.NAT,
        risk=_OPENS,
    )


def interface_endpoints(terrain: Terrain, services: list[str]) -> Iterator[Fix]:
    """Interface endpoints in the function's subnets, guarded by its own security group."""
    groups = terrain.function.vpc_config.security_group_ids
    if terrain.vpc is None or not groups or not terrain.subnets:
        return
    group = terrain.catalogue.groups.get(groups[0])
    if group is None or any(terrain.endpoints(one, "interface") for one in services):
        return
    zones = terrain.zones()
    steps = [
        *dns(terrain),
        *_guarded(group.group_id, terrain),
        *(vpc_endpoints.make_interface(terrain.vpc, one, sorted(zones.values()), (groups[0],)) for one in services),
    ]
    yield Fix(
        title=f"make an interface endpoint of {', '.join(services)} in {' and '.join(sorted(zones.values()))}, with private DNS",
        steps=tuple(steps),
        applicability=Applicability.UNSAFE,
        cost=prices.interface_endpoints(len(services), len(zones)),
        risk="private DNS sends every call of the VPC to that service through the endpoint",
    )


def _guarded(group: str, terrain: Terrain) -> Iterator[Step]:
    """The endpoint has the function's own group, whose members must be admitted to each other."""
    known = terrain.catalogue.groups[group]
    if not any(_admits_itself(rule, group) for rule in known.ip_permissions):
        yield security_groups.let_in(known, _HTTPS, "group", group)


def _admits_itself(rule: IpPermission, group: str) -> bool:
    covers = rule.ip_protocol == "-1" or (
        rule.ip_protocol in ("tcp", "6")
        and rule.from_port is not None
        and rule.to_port is not None
        and rule.from_port <= _HTTPS <= rule.to_port
    )
    everyone = any(one.cidr_ip == ANYWHERE for one in rule.ip_ranges)
    return covers and (everyone or any(one.group_id == group for one in rule.user_id_group_pairs))


def dns(terrain: Terrain) -> Iterator[Step]:
    """The VPC's DNS attributes that private DNS needs, as far as they are off."""
    vpc = terrain.vpc
    if vpc is not None and vpc.enable_dns_support is False:
        yield vpcs.turn_on_dns(vpc, "EnableDnsSupport")
    if vpc is not None and vpc.enable_dns_hostnames is False:
        yield vpcs.turn_on_dns(vpc, "EnableDnsHostnames")


def other_subnets(terrain: Terrain, stopped: "Stopped") -> Iterator[Fix]:
    """Subnets that have a way: those of the function's own that do, or others of the VPC."""
    traces = [one.trace for one in stopped.traced if one.trace is not None]
    ill = {subnet for one in traces for subnet, verdict in one.subnets.items() if verdict != "reachable"}
    own = [one for one in terrain.subnets if one.subnet_id not in ill]
    better = own or [one for one in terrain.ways_out() if one.subnet_id not in ill]
    if not better:
        return
    yield from move(terrain, better, drop=bool(own))


def move(terrain: Terrain, better: list[Subnet], *, drop: bool) -> Iterator[Fix]:
    """Put the function into other subnets, or only into some of its own."""
    names = [one.subnet_id for one in better]
    zones = {one.availability_zone for one in better}
    alone = "; it is then in one availability zone only" if len(zones) < len({"a", "b"}) else ""
    yield Fix(
        title=f"{'leave' if drop else 'put'} the function {'only ' if drop else ''}in {' and '.join(names)}",
        steps=(lambda_.set_subnets(terrain.function, names),),
        applicability=Applicability.UNSAFE,
        risk=f"its network interfaces are made anew, which takes minutes{alone}",
    )
