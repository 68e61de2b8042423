"""Whether a packet gets to a destination and back, from everywhere it may start: the way into this package."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal, NamedTuple, TypeAlias

from msgspec.structs import replace

from doctor.model import arns
from doctor.model.call import Gap
from doctor.model.function import EventSourceMapping, Function
from doctor.model.interfaces import NetworkInterface
from doctor.model.network import VpcEndpoint
from doctor.model.snapshot import Resource
from doctor.model.trace import Blocker, Destination, Notice, Path, Symptom, Trace, Verdict
from doctor.network import destinations, pollers, sources
from doctor.network.addresses import V4, V6, address, public
from doctor.network.backends import Backend, find
from doctor.network.catalogue import Catalogue
from doctor.network.changes import FROM_ELSEWHERE, changes
from doctor.network.codes import MEANING
from doctor.network.flows import Flows, Key, Wanted
from doctor.network.protocols import TCP, number
from doctor.network.results import Result, chained, combined, in_turn, merged, obstacle, symptom, unknown_brokers
from doctor.network.sources import Source
from doctor.network.tables import Tables

EndpointPolicy = Callable[[VpcEndpoint], bool | None]
"""Whether an endpoint's policy admits the call that is meant; ``None``: it cannot be told."""
Family = Literal["ipv4", "ipv6"]
_FAMILIES: dict[int, Family] = {V4: "ipv4", V6: "ipv6"}
_LISTENING = "what listens at the destination, and what lies beyond AWS's network, is not seen"


_Asked: TypeAlias = tuple[Destination, int | None, str, Family]


class _Start(NamedTuple):
    """What was made of a function or an interface."""

    asked: Function | NetworkInterface
    source: Source
    cautions: tuple[Notice, ...]


class Reach:
    """Every question about reachability that one snapshot answers; answers are remembered."""

    def __init__(self, resources: Mapping[str, Resource], gaps: Iterable[Gap] = ()) -> None:
        self.catalogue = Catalogue(resources, gaps)
        self.tables = Tables(self.catalogue)
        self._flows = Flows(self.tables)
        self._starts: dict[str, _Start] = {}
        self._asked: dict[_Asked, Wanted] = {}
        self._answers: dict[str, tuple[Function, dict[_Asked, Trace]]] = {}
        self._chained: set[str] = set()
        self._traces: dict[tuple[object, ...], tuple[Trace, frozenset[str]]] = {}

    def revised(self, resources: Mapping[str, Resource], gaps: Iterable[Gap] | None = None) -> "Reach":
        """The same question on a changed snapshot; answers that nothing which changed had a part in are kept.

        Args:
            resources: All resources, the changed and the others; those that did not change must be the same objects.
            gaps: What was not seen; by default as before. Other gaps than before begin from nothing.
        """
        told = self.catalogue.gaps if gaps is None else tuple(gaps)
        other = Reach(resources, told)
        changed = changes(self.catalogue.resources, resources) if told == self.catalogue.gaps else None
        if changed is None:
            return other
        other.tables.keep(self.tables)
        stale = other._flows.keep(self._flows, changed)
        if not changed & FROM_ELSEWHERE:  # else a resource came or went, and a source may be another one
            other._starts, other._asked = dict(self._starts), dict(self._asked)
            other._answers = dict(self._kept(stale))
        return other

    def _kept(self, stale: Iterable[Key]) -> Iterator[tuple[str, tuple[Function, dict[_Asked, Trace]]]]:
        """The answers for each function that nothing which is stale had a part in."""
        shut: dict[tuple[str, frozenset[str]], set[Wanted]] = {}
        for key in stale:
            shut.setdefault((key[0], key[1]), set()).add(key[4])
        for arn, (function, found) in self._answers.items():
            source = self._starts[arn].source
            gone = [shut[one, source.groups] for one in source.subnets if (one, source.groups) in shut]
            if arn in self._chained:
                continue
            if not gone:
                yield arn, (function, dict(found))
                continue
            every = set().union(*gone)
            yield arn, (function, {one: trace for one, trace in found.items() if self._asked[one] not in every})

    def trace(
        self,
        source: Function | NetworkInterface | Source,
        destination: Destination | str,
        port: int | None = None,
        protocol: str = "",
        *,
        family: Family = "ipv4",
        policy: EndpointPolicy | None = None,
    ) -> Trace:
        """Follow packets from every subnet of the source to every address of the destination, and back.

        Args:
            source: A function, an interface, or anything that was made into a source.
            destination: A destination, or what people write for one.
            port: Wins over the destination's own.
            protocol: ``tcp``, ``udp`` or ``icmp``; empty: the destination's.
            family: Of the address that a name is to give; an address brings its own.
            policy: Judges the call that is meant by the policy of the endpoint on the path. Without it that is an assumption.

        Raises:
            NotADestination: The destination cannot be read, or no port is told.
        """
        if isinstance(destination, str):
            destination = destinations.parse(destination, protocol=protocol or "tcp")
        asked = destination, port, protocol, family
        if policy is None and isinstance(source, Function):
            known = self._answers.get(source.arn)
            if known is None or known[0] is not source:
                known = self._answers[source.arn] = source, {}
            found = known[1].get(asked)
            if found is None:
                found = known[1][asked] = self._trace(source, asked, policy)
            return found
        return self._trace(source, asked, policy)

    def _trace(
        self,
        source: Function | NetworkInterface | Source,
        asked: _Asked,
        policy: EndpointPolicy | None,
    ) -> Trace:
        destination, port, protocol, family = asked
        wanted = self._asked.get(asked)
        if wanted is None:
            wanted = self._asked[asked] = self._wanted(destination, port, protocol, family)
        start, cautions = self._start(source)
        if not isinstance(source, Function):
            found, endpoints = self._traced(start, wanted)
            return self._judged(found, endpoints, policy)
        blocked = sources.refusals(self.catalogue, start, source, (wanted.family, wanted.protocol, wanted.port))
        if any(one.code in _NEVER_SENT for one in blocked):
            return _with(self._told(start, wanted, {}, blocked), cautions)
        found, endpoints = self._traced(start, wanted)
        if blocked:
            found = self._told(start, wanted, self._results(start, wanted), blocked)
        return self._judged(_with(found, cautions), endpoints, policy)

    def _results(self, start: Source, wanted: Wanted) -> dict[str, Result]:
        """What becomes of the packets of each subnet."""
        if not start.subnets:
            return {"": self._outside(start, wanted)}
        return {one: self._result(start, one, wanted) for one in start.subnets}

    def _traced(self, start: Source, wanted: Wanted) -> tuple[Trace, frozenset[str]]:
        """The trace of a source, and the endpoints on its paths; sources that start alike have the same trace."""
        if not start.subnets:
            return self._told(start, wanted, self._results(start, wanted), []), frozenset()
        key = start.subnets, start.groups, start.addresses, start.public, wanted
        found = self._traces.get(key)
        if found is None:
            results = self._results(start, wanted)
            told = self._told(start, wanted, results, [])
            found = self._traces[key] = told, frozenset(one.endpoint for one in results.values() if one.endpoint)
        trace, endpoints = found
        return (trace if trace.source == start.arn else replace(trace, source=start.arn or start.name)), endpoints

    def pollers(
        self, mapping: EventSourceMapping, *, port: int | None = None, addresses: tuple[str, ...] = ()
    ) -> Trace:
        """Follow the packets of a mapping's pollers: to the brokers, and to the services that they call.

        Args:
            mapping: An event source mapping whose brokers are in a VPC.
            port: Of the brokers; otherwise the one that goes with how the pollers authenticate.
            addresses: Of the brokers, where something else told them.
        """
        start, brokers = pollers.of_mapping(self.catalogue, mapping)
        told = port or pollers.port(mapping)
        there = Destination(kind="resource", value=mapping.event_source_arn or mapping.uuid, addresses=addresses)
        wanted = Wanted(there, told, TCP, "tcp", V4)
        region = arns.region(mapping.function_arn)
        legs = [
            Wanted(replace(destinations.service_endpoint(one, region), port=None), 443, TCP, "tcp", V4)
            for one in pollers.needs(mapping)
        ]
        results: dict[str, Result] = {}
        for subnet in start.subnets:
            found = (
                self._flows.of(start, subnet, wanted)
                if brokers is not None
                else self._own_kafka(start, subnet, mapping)
            )
            for leg in legs:
                found = chained(found, [self._flows.of(start, subnet, leg)], "DR_ESM_POLLER_NO_PATH")
            results[subnet] = found
        if not results:
            results = {"": unknown_brokers(mapping.uuid)}
        trace = self._told(start, wanted, results, [])
        known = [f"the pollers connect to port {told} of the brokers"] if port is None else []
        return replace(trace, assumptions=(*trace.assumptions, *known))

    def _own_kafka(self, start: Source, subnet: str, mapping: EventSourceMapping) -> Result:
        """From a subnet to every broker that the mapping itself names; one of them is asked first, by chance."""
        every = [
            self._flows.of(start, subnet, self._wanted(one, one.port or pollers.port(mapping), "tcp", "ipv4"))
            for one in pollers.bootstrap(mapping)
        ]
        if not every:
            return unknown_brokers(mapping.uuid)
        return Result(
            combined(one.verdict for one in every),
            tuple(path for one in every for path in one.paths),
            tuple(blocker for one in every for blocker in one.blockers),
            tuple(notice for one in every for notice in one.notices),
            tuple(text for one in every for text in one.assumptions),
            "",
        )

    def _start(self, asked: Function | NetworkInterface | Source) -> tuple[Source, tuple[Notice, ...]]:
        """Where packets start, and what a person should know about it; a function of a what-if is looked at anew."""
        if isinstance(asked, Source):
            return asked, ()
        known = self._starts.get(asked.arn)
        if known is None or known.asked is not asked:
            known = self._starts[asked.arn] = self._found(asked)
        return known.source, known.cautions

    def _found(self, asked: Function | NetworkInterface) -> "_Start":
        if not isinstance(asked, Function):
            return _Start(asked, sources.of_interface(asked), ())
        source = sources.of_function(self.catalogue, asked)
        return _Start(asked, source, tuple(sources.cautions(self.catalogue, source, asked)))

    def _wanted(self, destination: Destination, port: int | None, protocol: str, family: Family) -> Wanted:
        said = protocol or destination.protocol or "tcp"
        found = number(said)
        if found is None:
            raise destinations.NotADestination(f"{said!r} is no protocol: use tcp, udp or icmp")
        backend = self._flows.backend(destination)
        told = port or destination.port or (backend.ports[0] if backend and backend.ports else None)
        if told is None and found == TCP and destination.kind == "service":
            told = 443
        if told is None and said in ("tcp", "udp"):
            what = destination.host or destination.value
            host = f"[{what}]" if ":" in what else what
            raise destinations.NotADestination(f"no port is told for {what}: write {host}:PORT")
        literal = address(destination.value) if destination.kind == "address" else None
        version = literal[0] if literal else V6 if family == "ipv6" else V4
        return Wanted(replace(destination, port=None), told or 0, found, said, version)

    def _result(self, source: Source, subnet: str, wanted: Wanted) -> Result:
        """What becomes of a subnet's flows, connections that the destination needs in turn included."""
        found = self._flows.of(source, subnet, wanted)
        backend = self._flows.backend(wanted.destination)
        return found if backend is None or not backend.proxy else self._behind(source, found, backend, wanted)

    def _behind(self, source: Source, found: Result, proxy: Backend, wanted: Wanted) -> Result:
        """The second leg of a connection through a database proxy."""
        if proxy.behind is None:
            gap = self.catalogue.operation_gap("DescribeDBProxyTargets", proxy.arn)
            blocker = obstacle(
                proxy.name, "UNKNOWN_RESOURCE", "which databases are behind it was not seen", "unknown", gap=gap
            )
            return replace(found, verdict=in_turn((found.verdict, "unknown")), blockers=(*found.blockers, blocker))
        self._chained.add(source.arn)
        start = Source(proxy.name, proxy.arn, proxy.subnets, proxy.groups, _addresses(proxy))
        for target in proxy.behind:
            database = find(self.catalogue, target.rds_resource_id) or find(self.catalogue, target.endpoint)
            name = database.arn or database.name if database else target.rds_resource_id or target.endpoint
            there = Destination(kind="resource", value=name)
            leg = wanted._replace(destination=there, port=target.port or wanted.port)
            onward = [self._flows.of(start, one, leg) for one in _used(proxy)]
            found = chained(found, onward, "DR_PROXY_BACKEND_BLOCKED")
        return found

    def _outside(self, source: Source, wanted: Wanted) -> Result:
        """From a function in no VPC: the internet is open to it, private addresses are not."""
        backend = self._flows.backend(wanted.destination)
        literal = address(wanted.destination.value) if wanted.destination.kind == "address" else None
        host = wanted.destination.host
        if backend is not None:
            private = not backend.public
        else:
            private = (literal is not None and not public(*literal)) or (".vpce." in host)
        unclear = literal is None and backend is None and wanted.destination.kind != "service"
        unclear = unclear and (destinations.looks_private(host) if host else True)
        verdict: Verdict = "unreachable" if private else "unknown" if unclear else "reachable"
        blockers: tuple[Blocker, ...] = ()
        if private:
            blockers = (obstacle(source.name, "DR_FUNCTION_NOT_IN_VPC", MEANING["DR_FUNCTION_NOT_IN_VPC"], "drop"),)
        elif unclear:
            component = host or wanted.destination.value
            blockers = (obstacle(component, "UNKNOWN_DESTINATION", "which address it has was not seen", "unknown"),)
        path = Path(subnet="", target=host or wanted.destination.value, verdict=verdict, blockers=blockers)
        return Result(verdict, (path,), blockers, (), (), "")

    def _told(
        self,
        source: Source,
        wanted: Wanted,
        results: dict[str, Result],
        blocked: list[Blocker],
    ) -> Trace:
        subnets: dict[str, Verdict] = dict.fromkeys(source.subnets, "unreachable")
        if not blocked:
            subnets = {one: result.verdict for one, result in results.items() if one}
        verdict = "unreachable" if blocked else combined(one.verdict for one in results.values())
        blockers = merged([(one, source.subnets) for one in blocked], results)
        notices = {(one.code, one.component): one for result in results.values() for one in result.notices}
        assumptions = [one for result in results.values() for one in result.assumptions]
        if verdict in ("reachable", "partial"):
            assumptions.append(_LISTENING)
        gaps = {repr(one.gap): one.gap for one in blockers if one.gap is not None}
        return Trace(
            source=source.arn or source.name,
            destination=wanted.destination,
            port=wanted.port,
            protocol=wanted.said,
            family=_FAMILIES[wanted.family],
            verdict=verdict,
            subnets=subnets,
            paths=tuple(path for result in results.values() for path in result.paths),
            blockers=blockers,
            notices=tuple(notices.values()),
            assumptions=tuple(dict.fromkeys(assumptions)),
            unseen=tuple(gaps.values()),
            symptom=symptom(verdict, blockers, self._flows.backend(wanted.destination)),
        )

    def _judged(self, trace: Trace, endpoints: frozenset[str], policy: EndpointPolicy | None) -> Trace:
        """Add what the policies of the endpoints on the path say to the call that is meant."""
        gateways = self.catalogue.gateways
        known = [gateways[one] for one in sorted(endpoints) if isinstance(gateways.get(one), VpcEndpoint)]
        if not known:
            return trace
        said = {one.vpc_endpoint_id: policy(one) if policy else None for one in known}
        code = "DR_ENDPOINT_POLICY_DENY"
        denied = [
            Notice(code=code, component=one, detail=MEANING[code]) for one, allowed in said.items() if allowed is False
        ]
        if denied:
            symptom_: Symptom = "http_403" if trace.verdict == "reachable" else trace.symptom
            return replace(trace, application="denied", notices=(*trace.notices, *denied), symptom=symptom_)
        assumed = [f"the policy of {one} admits the call" for one, allowed in said.items() if allowed is None]
        if assumed or trace.verdict != "reachable":
            return replace(trace, assumptions=(*trace.assumptions, *assumed))
        return replace(trace, application="allowed")


_NEVER_SENT = frozenset(
    {"DR_FUNCTION_STATE", "DR_LAMBDA_NO_IPV6_OUTSIDE_VPC", "DR_IPV6_NOT_ENABLED", "DR_SUBNET_NOT_DUAL_STACK"}
)
"""After these there is no packet to follow."""


def _with(trace: Trace, notices: tuple[Notice, ...]) -> Trace:
    return replace(trace, notices=(*notices, *trace.notices)) if notices else trace


def _used(proxy: Backend) -> tuple[str, ...]:
    """The subnets that a proxy's interfaces were seen in, or all that it may use."""
    return tuple(dict.fromkeys(one.subnet_id for one in proxy.interfaces)) or proxy.subnets


def _addresses(backend: Backend) -> tuple[tuple[str, str], ...]:
    return tuple((one.subnet_id, one.private_ip_address) for one in backend.interfaces if one.private_ip_address)
