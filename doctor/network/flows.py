"""Every flow of one source to one destination, from one subnet: walked once, and remembered."""

from collections.abc import Iterable
from typing import NamedTuple

from doctor.model.function import Function
from doctor.model.interfaces import DhcpOptions
from doctor.model.network import Subnet, Vpc
from doctor.model.trace import Blocker, Destination, Direction, Notice, Path, Verdict
from doctor.network import candidates as answers
from doctor.network import checks, neighbours, ways_out
from doctor.network.addresses import V4, address, public, written
from doctor.network.backends import Backend, find, hosts
from doctor.network.candidates import Answer, Candidate, Remark, View
from doctor.network.codes import MEANING
from doctor.network.local import leave
from doctor.network.protocols import TCP, UDP
from doctor.network.segment import Flow, Segment
from doctor.network.sources import Source, spans
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


class Result(NamedTuple):
    """What became of all flows from one subnet."""

    verdict: Verdict
    paths: tuple[Path, ...]
    blockers: tuple[Blocker, ...]
    notices: tuple[Notice, ...]
    assumptions: tuple[str, ...]
    endpoint: str


class Flows:
    """Walks, remembered by where they start and what they look for."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.catalogue = tables.catalogue
        self.results: dict[tuple[object, ...], Result] = {}
        self._hosts: dict[str, str] | None = None
        self._backends: dict[str, Backend | None] = {}

    def keep(self, known: "Flows", changed: frozenset[str]) -> None:
        """Take over the results of another snapshot that nothing which changed had a part in.

        Args:
            known: The flows of that snapshot.
            changed: Ids of components that became different, or of VPCs, where something appeared or went; kinds and codes.
        """
        vpcs = {one.subnet_id: one.vpc_id for one in self.catalogue.all(Subnet)}
        clean: dict[int, bool] = {}
        for key, result in known.results.items():
            subnet = str(key[0])
            if subnet in changed or vpcs.get(subnet, "") in changed:
                continue
            if result.assumptions:  # addresses that stand for others: which ones, all tables decide together
                continue
            if not any(_part(one, changed, clean) for one in result.paths):
                self.results[key] = result

    def of(self, source: Source, subnet: str, wanted: Wanted) -> Result:
        """Everything from one subnet."""
        key = subnet, source.groups, source.addresses, source.public, wanted
        found = self.results.get(key)
        if found is None:
            found = self.results[key] = self._from(source, subnet, wanted)
        return found

    def _from(self, source: Source, identifier: str, wanted: Wanted) -> Result:
        subnet = self.catalogue.subnets.get(identifier)
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
        paths = [self._walk(source, subnet, wanted, one, answer) for one in answer.candidates]
        if answer.alternatives:
            paths = _distinct(paths)
        if not paths:
            paths = [self._unsent(subnet, wanted, remarks)]
        result = _result(paths, answer)
        if answer.endpoint and result.verdict != "reachable" and self._open_otherwise(source, subnet, wanted):
            code = "DR_ENDPOINT_CAPTURES_DNS"
            notice = Notice(code=code, component=answer.endpoint, detail=MEANING[code])
            return result._replace(notices=(*result.notices, notice))
        return result

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
        own = spans(source, subnet.subnet_id, wanted.family) or self.tables.spans(subnet, wanted.family)
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
        paths = [self._walk(source, subnet, wanted, one, Answer(())) for one in other.candidates]
        return bool(paths) and all(one.verdict == "reachable" for one in paths)


def _distinct(paths: list[Path]) -> list[Path]:
    """One path of those that differ only in an address that stands for others."""
    found: dict[tuple[object, ...], Path] = {}
    for path in paths:
        met = tuple((hop.component, hop.verdict) for hop in (*path.forward, *path.back))
        found.setdefault((path.verdict, met, *((one.component, one.code) for one in path.blockers)), path)
    return list(found.values())


def _part(path: Path, changed: frozenset[str], known: dict[int, bool]) -> bool:
    """Whether something that changed had a part in a flow; hops are shared, so each is looked at once."""
    for hops in (path.forward, path.back):
        for hop in hops:
            found = known.get(id(hop))
            if found is None:
                found = known[id(hop)] = hop.component in changed or hop.kind in changed
            if found:
                return True
    said = [*((one.component, one.code) for one in path.blockers), *((one.component, one.code) for one in path.notices)]
    return any(component in changed or code in changed for component, code in said)


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


def combined(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict over flows that are all used, now one and now another."""
    every = set(verdicts)
    if len(every) == 1:
        return every.pop()
    return "unknown" if "unknown" in every or not every else "partial"


def in_turn(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict over connections that are all needed."""
    every = set(verdicts)
    order: tuple[Verdict, ...] = ("unreachable", "unknown", "partial")
    return next((one for one in order if one in every), "reachable")


def _result(paths: list[Path], answer: Answer) -> Result:
    verdict = combined(one.verdict for one in paths)
    if answer.alternatives and len({one.verdict for one in paths}) > 1:
        verdict = "unknown"
    blockers, notices = paths[0].blockers, paths[0].notices
    if len(paths) > 1:
        every = {(one.component, one.code, one.direction, one.stage): one for path in paths for one in path.blockers}
        said = {(one.code, one.component): one for path in paths for one in path.notices}
        blockers, notices = tuple(every.values()), tuple(said.values())
    endpoint = answer.endpoint or next(
        (hop.component for path in paths for hop in path.forward if hop.kind == "vpc-endpoint"), ""
    )
    return Result(verdict, tuple(paths), blockers, notices, answer.assumptions, endpoint)
