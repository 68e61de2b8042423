"""Every flow of one source to one destination, from one subnet: walked once, and remembered."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

from msgspec.structs import replace

from doctor.model.function import Function
from doctor.model.interfaces import DhcpOptions
from doctor.model.network import Subnet, Vpc
from doctor.model.trace import Blocker, Destination, Direction, Notice, Path
from doctor.network import candidates as answers
from doctor.network import checks, neighbours, ways_out
from doctor.network.addresses import V4, address, public, written
from doctor.network.backends import Backend, find, hosts
from doctor.network.candidates import Answer, Candidate, Remark, View
from doctor.network.codes import MEANING
from doctor.network.local import leave
from doctor.network.protocols import TCP, UDP
from doctor.network.rerouted import Rerouted
from doctor.network.results import Result, components, distinct, result_of, unmarked
from doctor.network.segment import Flow, Segment
from doctor.network.sources import Source, of_addresses
from doctor.network.tables import Node, Tables
from doctor.network.walk import Handler, Place, Walk

DNS = 53
_ICMP_REPLY = {V4: (8, 0), 6: (128, 129)}
"""ICMP has types where others have ports: those of an echo request and its reply."""

HANDLERS: dict[str, Handler] = {
    "igw": ways_out.internet_gateway,
    "eigw": ways_out.egress_only_gateway,
    "nat": ways_out.nat_gateway,
    "vpce": ways_out.endpoint,
    "eni": ways_out.interface,
    "i": ways_out.interface,
    "pcx": neighbours.peering,
    "tgw": neighbours.transit_gateway,
    "vgw": neighbours.private_gateway,
}
"""What leads on, by the beginning of AWS's id."""


class Wanted(NamedTuple):
    """What is to be reached."""

    destination: Destination
    port: int
    protocol: int
    said: str
    family: int


Key: TypeAlias = tuple[str, frozenset[str], tuple[tuple[str, str], ...], tuple[str, ...], Wanted]
"""Where a flow starts (subnet, groups, addresses) and what it looks for."""


class Flows:
    """Walks, remembered by where they start and what they look for.

    Attributes:
        by_component: What was found on paths that met a component, or that something about it had a part in.
        loose: What was found with an address that stands for others: a change of any table may take another one.
    """

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.catalogue = tables.catalogue
        self.results: dict[Key, Result] = {}
        self.by_component: dict[str, list[Key]] = {}
        self.loose: set[Key] = set()
        self._met: set[str] | None = None
        self._hosts: dict[str, str] | None = None
        self._backends: dict[str, Backend | None] = {}

    def keep(self, known: "Flows", changed: frozenset[str]) -> set[Key]:
        """Take over the results of another snapshot that nothing which changed had a part in.

        Args:
            known: The flows of that snapshot.
            changed: Ids of components that became different, or of VPCs, where something appeared or went; kinds and codes.

        Returns:
            What was not taken over.
        """
        stale = {key for one in changed for key in known.by_component.get(one, ())} | known.loose
        for one in changed & self.catalogue.tables.keys():
            stale.update(self._rerouted(known, one))
        self.results = dict(known.results)
        for key in stale:
            self.results.pop(key, None)
        self.by_component = known.by_component  # with what either adds to it, it says too much, never too little
        return stale

    def of(self, source: Source, subnet: str, wanted: Wanted) -> Result:
        """Everything from one subnet."""
        key = subnet, source.groups, source.addresses, source.public, wanted
        found = self.results.get(key)
        if found is None:
            outer, self._met = self._met, set()
            found = self.results[key] = self._from(source, subnet, wanted)
            for one in self._met:
                self.by_component.setdefault(one, []).append(key)
            self._met = outer
        if self._met is not None:  # asked for the sake of another answer
            self._met |= unmarked(components(found.paths)) | {subnet}
        return found

    def _rerouted(self, known: "Flows", table: str) -> Iterator[Key]:
        """What was found by a route table that leads elsewhere now."""
        judge = Rerouted(table, known.tables, self.tables)
        for key in known.by_component.get(f"{table}>", ()):
            if key not in known.results or judge.there(key[4].family, known.results[key]):
                yield key
        for key in known.by_component.get(f"{table}<", ()):
            subnet = self.catalogue.subnets.get(key[0])
            own = subnet and (of_addresses(key[2], key[0], key[4].family) or self.tables.spans(subnet, key[4].family))
            if not own or judge.back(key[4].family, own):
                yield key

    def _from(self, source: Source, identifier: str, wanted: Wanted) -> Result:
        subnet = self.catalogue.subnets.get(identifier)
        self._note({identifier, subnet.vpc_id if subnet else ""})
        if subnet is None:
            return self._nowhere(identifier)
        view = View(self.tables, subnet.vpc_id, source.groups, wanted.family)
        backend = self.backend(wanted.destination)
        answer = self._answer(view, wanted, backend)
        if backend is not None and backend.zonal:
            answer = answers.in_zone(self.catalogue, answer, subnet, backend)
        remarks = list(answer.remarks)
        if answer.name:
            remarks += self._resolver(source, subnet, wanted)
        answer = answer._replace(remarks=tuple(remarks))
        if any(one.stands_for for one in answer.candidates):  # which ones, all tables of a VPC decide together
            self.loose.add((identifier, source.groups, source.addresses, source.public, wanted))
        paths = self._walks(source, subnet, wanted, answer)
        if answer.alternatives:
            paths = distinct(paths)
        if not paths:
            paths = [self._unsent(subnet, wanted, remarks)]
        result = result_of(paths, answer)
        self._note(components(paths))
        if answer.endpoint and result.verdict != "reachable" and self._open_otherwise(source, subnet, wanted):
            code = "DR_ENDPOINT_CAPTURES_DNS"
            notice = Notice(code=code, component=answer.endpoint, detail=MEANING[code])
            return replace(result, notices=(*result.notices, notice))
        return result

    def _note(self, met: set[str]) -> None:
        """Remember what has a part in the answer that is being looked for."""
        if self._met is not None:
            self._met |= met

    def _nowhere(self, identifier: str) -> Result:
        """From a subnet that is not there, or was not seen."""
        gap = self.catalogue.gap(Subnet)
        code = "DR_MISSING_DATA" if gap else "NO_SOURCE_OR_DESTINATION"
        detail = "the subnet was not seen" if gap else "the subnet does not exist (any more), or was not seen"
        blocker = Blocker(
            component=identifier,
            code=code,
            direction="egress",
            stage="forward",
            verdict="unknown",
            detail=detail,
            gap=gap,
        )
        path = Path(subnet=identifier, target="", verdict="unknown", blockers=(blocker,))
        return Result("unknown", (path,), (blocker,), (), (), "")

    def backend(self, destination: Destination) -> Backend | None:
        """The resource that a destination names, by ARN, identifier or endpoint."""
        if destination.kind not in ("resource", "host"):
            return None
        value = destination.value
        if value not in self._backends:
            if self._hosts is None:
                self._hosts = hosts(self.catalogue)
            wanted = value if destination.kind == "resource" else self._hosts.get(value, "")
            self._backends[value] = find(self.catalogue, wanted) if wanted else None
        return self._backends[value]

    def _answer(self, view: View, wanted: Wanted, backend: Backend | None) -> Answer:
        destination = wanted.destination
        if destination.kind == "address":
            return answers.of_address(destination, view.family)
        if backend is not None:
            found = answers.of_backend(view, backend, destination)
            remarks = (*found.remarks, *_ports(backend, wanted.port))
            return found._replace(remarks=remarks, assumptions=(*found.assumptions, *backend.assumed))
        if destination.kind == "resource":
            function = self._function(destination.value)
            if function:
                return Answer((), (Remark("DR_LAMBDA_INBOUND_BLOCKED", function, effect="stop"),))
            detail = f"{destination.value} was not seen"
            return Answer((), (Remark("UNKNOWN_DESTINATION", destination.value, detail, "doubt"),))
        return answers.of_name(view, destination)

    def _function(self, wanted: str) -> str:
        """The name of the function that an ARN or a name means."""
        every = self.catalogue.all(Function)
        return next((one.function_name for one in every if wanted in (one.arn, one.function_name)), "")

    def _walks(self, source: Source, subnet: Subnet, wanted: Wanted, answer: Answer) -> list[Path]:
        """Follow a flow to every address that a destination may have.

        To any public address: first one, and then one of each kind that the components met so far tell apart.
        """
        if not answer.anywhere:
            return [self._walk(source, subnet, wanted, one, answer) for one in answer.candidates]
        walked: dict[int, Path] = {}
        met: set[str] = set()
        while True:
            cuts = self.tables.cuts(met, wanted.family)
            every = answers.publics(self.catalogue, wanted.destination, wanted.family, cuts)
            left = [one for one in every if one.number not in walked]
            if not left:
                return [walked[number] for number in sorted(walked)]
            for one in left:
                path = walked[one.number] = self._walk(source, subnet, wanted, one, answer)
                met.update(hop.component for hop in (*path.forward, *path.back))

    def _walk(self, source: Source, subnet: Subnet, wanted: Wanted, candidate: Candidate, answer: Answer) -> Path:
        """Follow one flow to its end and back."""
        walk, segment = self._begin(source, subnet, wanted, candidate)
        walk.expected = candidate.node
        _apply_all(walk, answer.remarks)
        if segment is not None and not self._at_resolver(walk, subnet, wanted, candidate.number):
            place = Place(subnet.vpc_id, subnet)
            checks.leave_interface(walk, segment, source.groups, self._receiver(walk, candidate, subnet.vpc_id))
            if leave(walk, segment, place) and answer.endpoint:
                walk.hop(answer.endpoint, "vpc-endpoint", segment, direction="ingress")
        blockers, notices = walk.unique()
        return Path(
            subnet=subnet.subnet_id,
            target=candidate.label or written(wanted.family, candidate.number),
            verdict=walk.verdict,
            forward=tuple(walk.forward),
            back=tuple(walk.back),
            blockers=blockers,
            notices=notices,
        )

    def _receiver(self, walk: Walk, candidate: Candidate, vpc: str) -> Node | None:
        """Who has the address, as far as egress rules that refer to security groups go.

        They mean private addresses, of the own VPC or of one that is peered in the same region.
        """
        outside = walk.flow.family == V4 and public(V4, candidate.number)
        found = candidate.node if not outside else None
        found = found or self.tables.owner(walk.flow.family, candidate.number)
        return found if found is not None and neighbours.refers(self.catalogue, vpc, found.vpc) else None

    def _begin(self, source: Source, subnet: Subnet, wanted: Wanted, to: Candidate) -> tuple[Walk, Segment | None]:
        icmp = wanted.protocol not in (TCP, UDP)
        request, reply = _ICMP_REPLY[wanted.family]
        ports = {"client_ports": (reply, reply)} if icmp else {}
        port = request if icmp else wanted.port
        flow = Flow(wanted.family, wanted.protocol, port, to.number, said=wanted.said, there=to.stands_for, **ports)
        walk = Walk(self.tables, flow, HANDLERS)
        own = of_addresses(source.addresses, subnet.subnet_id, wanted.family) or self.tables.spans(
            subnet, wanted.family
        )
        if not own:
            walk.miss(subnet.subnet_id, Subnet, f"its IPv{wanted.family} range")
            return walk, None
        outer = tuple(found[1] for text in source.public if (found := address(text)) is not None)
        segment = Segment(flow, own, groups=source.groups, public=outer, zone=subnet.availability_zone)
        walk.begin(segment)
        return walk, segment

    def _at_resolver(self, walk: Walk, subnet: Subnet, wanted: Wanted, number: int) -> bool:
        """Amazon's resolver is no interface: neither security groups nor network ACLs apply to it."""
        own = (wanted.family, number) in self.tables.resolvers(subnet.vpc_id)
        if own:
            walk.hop("resolver", "amazon-provided-dns", direction="ingress")
            _apply_all(walk, self._support(subnet.vpc_id))
            if wanted.port != DNS:
                walk.stop(subnet.vpc_id, "NO_POSSIBLE_DESTINATION", "Amazon's resolver answers on port 53 only")
        return own

    def _support(self, vpc: str) -> list[Remark]:
        """Whether Amazon's resolver answers in a VPC."""
        known = self.catalogue.vpcs.get(vpc)
        if known is None or known.enable_dns_support is None:
            gap = self.catalogue.gap(Vpc) or self.catalogue.operation_gap(
                "DescribeVpcAttribute", known.arn if known else ""
            )
            code = "DR_MISSING_DATA" if gap else "UNKNOWN_RESOURCE"
            return [Remark(code, vpc, "whether its DNS support is on was not seen", "doubt", gap)]
        return [] if known.enable_dns_support else [Remark("DR_DNS_SUPPORT_DISABLED", vpc, effect="stop")]

    def _resolver(self, source: Source, subnet: Subnet, wanted: Wanted) -> list[Remark]:
        """Whether a name gets an answer from where the packet starts."""
        vpc = self.catalogue.vpcs.get(subnet.vpc_id)
        options = self.catalogue.dhcp_options.get(vpc.dhcp_options_id) if vpc else None
        if vpc is None or options is None:
            gap = self.catalogue.gap(DhcpOptions)
            code = "DR_MISSING_DATA" if gap else "UNKNOWN_RESOURCE"
            return [Remark(code, subnet.vpc_id, "which name servers it uses was not seen", "doubt", gap)]
        servers = [
            value.value
            for one in options.dhcp_configurations
            if one.key == "domain-name-servers"
            for value in one.values
        ]
        own = [one for one in servers if not self._is_amazon(one, subnet.vpc_id)]
        if not servers:
            detail = "its DHCP options tell no name server"
            return [Remark("UNKNOWN_RESOURCE", options.dhcp_options_id, detail, "doubt")]
        if len(own) < len(servers):
            more = [Remark("DR_DNS_CUSTOM_UNVERIFIED", options.dhcp_options_id)] if own else []
            return self._support(subnet.vpc_id) + more
        return self._custom(source, subnet, wanted, options.dhcp_options_id, own)

    def _is_amazon(self, server: str, vpc: str) -> bool:
        if server == "AmazonProvidedDNS":
            return True
        return address(server) in self.tables.resolvers(vpc)

    def _custom(self, source: Source, subnet: Subnet, wanted: Wanted, options: str, servers: list[str]) -> list[Remark]:
        """Name servers of one's own: packets to them are filtered and routed like all others."""
        to = [
            Wanted(Destination(kind="address", value=one, protocol="udp"), DNS, UDP, "udp", found[0])
            for one in servers
            if (found := address(one)) is not None
        ]
        asked = [self.of(source, subnet.subnet_id, one) for one in to]
        if asked and all(one.verdict == "unreachable" for one in asked):
            return [
                Remark("DR_DNS_SERVER_UNREACHABLE", one.component, one.detail, "stop")
                for reply in asked
                for one in reply.blockers
            ]
        detail = f"{', '.join(servers)} answers for {wanted.destination.host or wanted.destination.value}"
        return [Remark("DR_DNS_CUSTOM_UNVERIFIED", options, detail, "doubt")]

    def _unsent(self, subnet: Subnet, wanted: Wanted, remarks: Iterable[Remark]) -> Path:
        """A flow whose destination's address is not known."""
        walk = Walk(self.tables, Flow(wanted.family, wanted.protocol, wanted.port, 0), HANDLERS)
        for remark in remarks:
            _apply(walk, remark)
        blockers, notices = walk.unique()
        return Path(
            subnet=subnet.subnet_id,
            target=wanted.destination.host or wanted.destination.value,
            verdict=walk.verdict,
            blockers=blockers,
            notices=notices,
        )

    def _open_otherwise(self, source: Source, subnet: Subnet, wanted: Wanted) -> bool:
        """Whether the service could be reached if no endpoint answered for its name."""
        view = View(self.tables, subnet.vpc_id, source.groups, wanted.family)
        other = answers.of_name(view, wanted.destination, capture=False)
        paths = self._walks(source, subnet, wanted, other._replace(remarks=()))
        self._note(unmarked(components(paths)))
        return bool(paths) and all(one.verdict == "reachable" for one in paths)


def _ports(backend: Backend, port: int) -> list[Remark]:
    if not backend.ports or port in backend.ports:
        return []
    listens = ", ".join(map(str, backend.ports))
    return [
        Remark("DR_PORT_NOT_LISTENING", backend.name, f"{backend.name} listens on {listens}, not on {port}", "stop")
    ]


def _apply(walk: Walk, remark: Remark) -> None:
    inward = ("DR_TARGET_STATE", "DR_TARGET_AZ_MISSING", "DR_PORT_NOT_LISTENING", "DR_LAMBDA_INBOUND_BLOCKED")
    if remark.effect == "stop":
        direction: Direction = "ingress" if remark.code in inward else "egress"
        walk.stop(remark.component, remark.code, remark.detail, direction=direction)
    elif remark.effect == "doubt":
        walk.lose(remark.component, remark.code, remark.detail, gap=remark.gap)
    else:
        walk.notice(remark.code, remark.component, remark.detail)


def _apply_all(walk: Walk, remarks: Iterable[Remark]) -> None:
    for remark in remarks:
        _apply(walk, remark)
