"""Which addresses a destination may be at, seen from a VPC, and who has them.

Names are never looked up. What answers a name inside a VPC follows from its DNS attributes, its endpoints and its
peerings; where a public address is not known, one of each kind that the tables tell apart stands for all.
"""

from collections.abc import Iterable
from typing import NamedTuple

from doctor.model.call import Gap
from doctor.model.network import SecurityGroup, Subnet, Vpc, VpcEndpoint
from doctor.model.trace import Destination
from doctor.model.transit import VpcPeeringConnection
from doctor.network.addresses import V4, V6, address, prefix, public, public_ranges, written
from doctor.network.backends import Backend, running
from doctor.network.catalogue import Catalogue
from doctor.network.destinations import endpoint_hosts, looks_private
from doctor.network.neighbours import sides
from doctor.network.states import out
from doctor.network.tables import Node, Tables, addresses_of, node_of, public_addresses_of, ranges_of_subnet


class View(NamedTuple):
    """Where a destination is looked at from: a VPC (empty: none), by packets of some security groups, of one family."""

    tables: Tables
    vpc: str
    groups: frozenset[str]
    family: int

    def cuts(self, vpc: str) -> frozenset[int]:
        """Where a rule, entry or route of a VPC may begin to apply."""
        return self.tables.boundaries(vpc, self.family, self.groups)


class Candidate(NamedTuple):
    """An address that packets may be sent to."""

    number: int
    node: Node | None = None
    """Who has it, where that does not follow from the interfaces that were seen."""
    label: str = ""
    stands_for: str = ""
    """What the address stands for, where it is one of many that are alike."""


class Remark(NamedTuple):
    """Something about a destination that every flow to it inherits."""

    code: str
    component: str
    detail: str = ""
    effect: str = "notice"
    """``notice``, ``stop`` (nothing gets there) or ``doubt`` (it cannot be told)."""
    gap: Gap | None = None


class Answer(NamedTuple):
    """Where a destination is, seen from a VPC.

    Attributes:
        alternatives: Whether one of the candidates is the true one, and it is not known which; else all are used in turn.
        endpoint: The interface endpoint whose private DNS answers.
        name: Whether a name has to be resolved first.
        anywhere: Whether it may be at any public address: one of each kind that the way tells apart stands for all.
    """

    candidates: tuple[Candidate, ...]
    remarks: tuple[Remark, ...] = ()
    assumptions: tuple[str, ...] = ()
    alternatives: bool = False
    endpoint: str = ""
    name: bool = False
    anywhere: bool = False


def of_address(destination: Destination, family: int) -> Answer:
    """A destination that is an address."""
    found = address(destination.value)
    if found is None or found[0] != family:
        remark = Remark("NO_SOURCE_OR_DESTINATION", destination.value, "it is no address of that family", "stop")
        return Answer((), (remark,))
    return Answer((Candidate(found[1], None, destination.value),))


def of_name(view: View, destination: Destination, *, capture: bool = True) -> Answer:
    """A host or an AWS service; ``capture``: as private DNS of interface endpoints answers, if there is any."""
    catalogue = view.tables.catalogue
    remarks: list[Remark] = []
    for one in catalogue.endpoints_of.get(view.vpc, ()):
        answers, more = _endpoint_answers(catalogue.vpcs.get(view.vpc), one, destination.host)
        remarks += more
        remarks += _other_region(one, destination)
        if answers and capture:
            return _at_endpoint(view, one, remarks)
    if capture:
        remarks += _own_zone(view, destination)
    vpc = catalogue.vpcs.get(view.vpc)
    unread = vpc is not None and catalogue.operation_gap("ListHostedZonesByVPC", vpc.arn) is not None
    gap = catalogue.gap(VpcEndpoint)
    if gap is not None and view.vpc and destination.kind == "service":
        what = "whether an endpoint answers for the name was not seen"
        remarks.append(Remark("DR_MISSING_DATA", view.vpc, what, "doubt", gap))
    found = _public(view, destination, remarks)
    assumed = f"no private zone of {view.vpc} answers for {destination.host}: its zones were not read"
    return found._replace(assumptions=(*found.assumptions, assumed)) if unread else found


def _own_zone(view: View, destination: Destination) -> list[Remark]:
    """A private zone that the VPC resolves: it answers for all names below its own, and what was not read."""
    vpc = view.tables.catalogue.vpcs.get(view.vpc)
    if vpc is None or False in (vpc.enable_dns_support, vpc.enable_dns_hostnames):
        return []
    host = destination.host or destination.value
    names = view.tables.catalogue.zones_of.get(view.vpc, ())
    own = max((one for one in names if host == one or host.endswith(f".{one}")), key=len, default="")
    detail = f"the private zone {own} of {view.vpc} answers for {host}, with records that were not read"
    return [Remark("UNKNOWN_DESTINATION", host, detail, "doubt")] if own else []


def _endpoint_answers(vpc: Vpc | None, one: VpcEndpoint, host: str) -> tuple[bool, list[Remark]]:
    """Whether an interface endpoint answers a name in its VPC."""
    if any(entry.dns_name == host and ".vpce." in host for entry in one.dns_entries):
        return True, []
    kind = one.vpc_endpoint_type.lower()
    if kind in ("gateway", "gatewayloadbalancer") or not _serves(one, host):
        return False, []
    if kind != "interface":
        detail = f"it may answer for {host}: doctor does not know endpoints of type {one.vpc_endpoint_type}"
        doubt = Remark("UNSUPPORTED_COMPONENT", one.vpc_endpoint_id, detail, "doubt")
        return False, [doubt] if one.private_dns_enabled else []
    if not one.private_dns_enabled:
        return False, [Remark("DR_PRIVATE_DNS_OFF", one.vpc_endpoint_id)]
    if one.dns_options.private_dns_only_for_inbound_resolver_endpoint:
        return False, []
    attributes = (vpc.enable_dns_support, vpc.enable_dns_hostnames) if vpc else (None,)
    if False in attributes:
        return False, [Remark("DR_PRIVATE_DNS_INEFFECTIVE", one.vpc_endpoint_id)]
    if None in attributes:
        detail = "whether its DNS attributes let private DNS work was not seen"
        return True, [Remark("UNKNOWN_RESOURCE", one.vpc_id, detail, "doubt")]
    return True, []


def _serves(one: VpcEndpoint, host: str) -> bool:
    names = [*endpoint_hosts(one.service_name)]
    names += [entry.dns_name.removeprefix("*.") for entry in one.dns_entries if ".vpce." not in entry.dns_name]
    return any(host == name or host.endswith(f".{name}") for name in names if name)


def _other_region(one: VpcEndpoint, destination: Destination) -> list[Remark]:
    """A gateway endpoint of the same service, which does not cover the region that is asked for."""
    parts = one.service_name.split(".")
    gateway = one.vpc_endpoint_type.lower() == "gateway" and destination.kind == "service"
    if not gateway or parts[-1] != destination.value or not destination.region or parts[-2] == destination.region:
        return []
    detail = f"it covers {parts[-2]}, the call goes to {destination.region}"
    return [Remark("DR_ENDPOINT_REGION_MISMATCH", one.vpc_endpoint_id, detail)]


def _at_endpoint(view: View, one: VpcEndpoint, remarks: list[Remark]) -> Answer:
    """The interfaces of an endpoint: the name gives all of them in turn."""
    catalogue = view.tables.catalogue
    state = one.state.lower()
    if out(state):
        remarks.append(Remark("BAD_STATE", one.vpc_endpoint_id, f"the endpoint is {state}", "stop"))
    elif state != "available":
        detail = f"whether the endpoint works is not known (state: {state or 'not seen'})"
        remarks.append(Remark("UNKNOWN_RESOURCE", one.vpc_endpoint_id, detail, "doubt"))
    lacking = _lacking_family(view, one)
    remarks += [Remark("NO_POSSIBLE_DESTINATION", one.vpc_endpoint_id, lacking, "stop")] if lacking else []
    groups = frozenset(group.group_id for group in one.groups)
    found = [catalogue.interfaces[eni] for eni in one.network_interface_ids if eni in catalogue.interfaces]
    candidates = [
        Candidate(number[1], node_of(interface), text)
        for interface in found
        for text in addresses_of(interface, view.family)
        if (number := address(text)) is not None
    ]
    served = {interface.subnet_id for interface in found}
    for subnet in (sub for sub in one.subnet_ids if sub not in served):
        candidates += _anywhere(view, one.vpc_endpoint_id, one.arn, subnet, groups)
    if not candidates and not lacking:
        detail = "its interfaces were not seen"
        remarks.append(Remark("UNKNOWN_RESOURCE", one.vpc_endpoint_id, detail, "doubt"))
    return Answer(tuple(candidates), tuple(remarks), endpoint=one.vpc_endpoint_id, name=True)


def _lacking_family(view: View, one: VpcEndpoint) -> str:
    """Why an endpoint's name gives no address of the family that is asked for; empty when it may."""
    other = {V4: "ipv6", V6: "ipv4"}[view.family]
    only = one.ip_address_type.lower() == other
    return f"the endpoint answers for the name, and has no IPv{view.family} address" if only else ""


def _anywhere(view: View, component: str, arn: str, subnet: str, groups: frozenset[str]) -> list[Candidate]:
    """An interface that was not seen: one address of each kind that the tables tell apart in its subnet."""
    known = view.tables.catalogue.subnets.get(subnet)
    if known is None:
        return []
    node = Node(component, arn, "interface", known.vpc_id, subnet, groups)
    return [
        Candidate(start, node, f"an address of {component} in {subnet}", f"an address of {component} in {subnet}")
        for low, high in view.tables.spans(known, view.family)
        for start in sorted({low, *(cut for cut in view.cuts(known.vpc_id) if low < cut <= high)})
    ]


def _public(view: View, destination: Destination, remarks: list[Remark]) -> Answer:
    family = view.family
    told = [found for text in destination.addresses if (found := address(text)) is not None and found[0] == family]
    if told:
        candidates = tuple(Candidate(number, None, written(family, number)) for _, number in told)
        return Answer(candidates, tuple(remarks), name=True)
    listed = view.tables.catalogue.service_ranges.get(f"{destination.region}.{destination.value}", ())
    own = [one for cidr in listed if (one := prefix(cidr)) is not None and one.family == family]
    if own:
        candidates = tuple(Candidate(one.low + 1, None, written(family, one.low + 1)) for one in own)
        return Answer(candidates, tuple(remarks), name=True)
    if destination.kind == "host" and looks_private(destination.host):
        detail = f"which address {destination.host} has was not seen"
        remarks.append(Remark("UNKNOWN_DESTINATION", destination.host, detail, "doubt"))
        return Answer((), tuple(remarks), name=True)
    assumption = f"{destination.host} has a public address outside the ranges of AWS's prefix lists"
    return Answer((), tuple(remarks), (assumption,), alternatives=True, name=True, anywhere=True)


def publics(catalogue: Catalogue, destination: Destination, family: int, cuts: Iterable[int]) -> list[Candidate]:
    """A public address of each kind that the cuts make; ranges of AWS services that the name does not belong to are left out."""
    ranges = public_ranges(family)
    starts = {low for low, _ in ranges} | {cut for cut in cuts if any(low < cut <= high for low, high in ranges)}
    own = f"{destination.region}.{destination.value}"
    listed = catalogue.prefixes_of_services.items()
    taken = [one for name, those in listed if name != own for one in those if one.family == family]
    free = sorted(start for start in starts if not any(one.holds(start) for one in taken))
    said = f"a public address of {destination.host}"
    return [Candidate(one, None, said, said) for one in free]


def of_backend(view: View, backend: Backend, destination: Destination) -> Answer:
    """The addresses of a resource: private ones in its own VPC, public ones where the name is not told better."""
    remarks: list[Remark] = []
    if backend.running is False:
        remarks.append(Remark("DR_TARGET_STATE", backend.name, f"{backend.name} is {backend.state}", "stop"))
    elif backend.running is None:
        detail = f"whether {backend.name} runs is not known (state: {backend.state or 'not seen'})"
        remarks.append(Remark("UNKNOWN_RESOURCE", backend.name, detail, "doubt"))
    if not backend.public or backend.vpc == view.vpc or not backend.vpc:
        return _inside(view, backend, destination, remarks)
    return _from_another_vpc(view, backend, destination, remarks)


def _from_another_vpc(view: View, backend: Backend, destination: Destination, remarks: list[Remark]) -> Answer:
    """A publicly accessible resource of another VPC: private only where a peering's DNS resolution says so."""
    joined = [one for one in view.tables.catalogue.all(VpcPeeringConnection) if {view.vpc, backend.vpc} == _vpcs(one)]
    options = [sides(one, view.vpc)[1].peering_options for one in joined]
    if any(one is not None and one.allow_dns_resolution_from_remote_vpc for one in options):
        return _inside(view, backend, destination, remarks)
    if any(one is None for one in options):
        detail = "whether its DNS resolution is on was not seen"
        remarks.append(Remark("UNKNOWN_RESOURCE", joined[0].vpc_peering_connection_id, detail, "doubt"))
    elif joined:
        remarks.append(Remark("DR_PEER_DNS_PUBLIC", joined[0].vpc_peering_connection_id))
    told = {text for text in destination.addresses if (found := address(text)) is not None and public(*found)}
    told |= {outer for one in backend.interfaces for _, outer in public_addresses_of(one)}
    family = view.family
    numbers = [found[1] for text in sorted(told) if (found := address(text)) is not None and found[0] == family]
    if not numbers:
        detail = "its public address was not seen"
        remarks.append(Remark("UNKNOWN_DESTINATION", backend.name, detail, "doubt"))
    behind = node_of(backend.interfaces[0]) if backend.interfaces else None
    candidates = tuple(Candidate(one, behind, written(family, one)) for one in numbers)
    return Answer(candidates, tuple(remarks), name=True)


def _vpcs(one: VpcPeeringConnection) -> set[str]:
    return {one.requester_vpc_info.vpc_id, one.accepter_vpc_info.vpc_id}


def _inside(view: View, backend: Backend, destination: Destination, remarks: list[Remark]) -> Answer:
    tables, family = view.tables, view.family
    told = [found[1] for text in destination.addresses if (found := _private(text)) is not None and found[0] == family]
    candidates = [_told(view, backend, number) for number in told]
    if not told:
        candidates = [
            Candidate(found[1], node_of(one), text)
            for one in backend.interfaces
            for text in addresses_of(one, family)[:1]
            if (found := address(text)) is not None
        ]
    assumptions: tuple[str, ...] = ()
    alternatives = False
    if not candidates:
        for subnet in backend.subnets:
            candidates += _anywhere(view, backend.name, backend.arn, subnet, backend.groups)
        assumptions = (f"{backend.name} may be in any of {', '.join(backend.subnets) or 'its subnets'}",)
        alternatives = True
    if not candidates:
        gap = tables.catalogue.gap(Subnet) or tables.catalogue.gap(SecurityGroup)
        detail = f"where {backend.name} is was not seen"
        remarks.append(Remark("UNKNOWN_DESTINATION", backend.name, detail, "doubt", gap))
    return Answer(tuple(candidates), tuple(remarks), assumptions, alternatives=alternatives, name=True)


def _private(text: str) -> tuple[int, int] | None:
    found = address(text)
    return found if found is not None and not public(*found) else None


def _told(view: View, backend: Backend, number: int) -> Candidate:
    """An address that was told, with its interface, or else with what is known of the resource."""
    tables, family = view.tables, view.family
    seen = next((node for vpc in _all(tables, backend) if (node := tables.node(vpc, family, number))), None)
    if seen is None:
        subnets = (tables.catalogue.subnets.get(one) for one in backend.subnets)
        home = next(
            (one for one in subnets if one and any(range_.holds(number) for range_ in ranges_of_subnet(one))), None
        )
        seen = Node(
            backend.name,
            backend.arn,
            "interface",
            home.vpc_id if home else backend.vpc,
            home.subnet_id if home else "",
            backend.groups,
        )
    return Candidate(number, seen, written(family, number))


def _all(tables: Tables, backend: Backend) -> Iterable[str]:
    return (backend.vpc,) if backend.vpc else tables.catalogue.vpcs


def in_zone(catalogue: Catalogue, answer: Answer, subnet: Subnet, backend: Backend) -> Answer:
    """A file system is mounted by the mount target of the same availability zone, which must be in service."""
    zone = subnet.availability_zone
    homes = {one.subnet_id for one in catalogue.all(Subnet) if one.availability_zone == zone}
    own = tuple(one for one in answer.candidates if one.node is not None and one.node.subnet in homes)
    hidden = any(one not in catalogue.subnets for one in backend.subnets)
    if not own:
        detail = f"{backend.name} has no mount target in {zone}"
        remark = Remark("DR_TARGET_AZ_MISSING", backend.name, detail, "stop" if zone and not hidden else "doubt")
        return answer._replace(candidates=(), remarks=(*answer.remarks, remark))
    states = [state for where, state in backend.states if where in homes]
    more: list[Remark] = []
    if backend.running and not any(running(state) for state in states):
        certain = bool(states) and all(running(state) is False for state in states)
        detail = f"the mount target of {backend.name} in {zone} is {', '.join(filter(None, states)) or 'not seen'}"
        code = "DR_TARGET_STATE" if certain else "UNKNOWN_RESOURCE"
        more.append(Remark(code, backend.name, detail, "stop" if certain else "doubt"))
    return answer._replace(candidates=own, remarks=(*answer.remarks, *more))
