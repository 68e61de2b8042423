"""Rules of security groups, and entries of network ACLs, that are missing."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from doctor.engine.openings.terrain import ANYWHERE, Terrain, service_name
from doctor.engine.operations.ec2 import network_acls, security_groups
from doctor.model.backends import DBProxy
from doctor.model.finding import Applicability, Fix, Step
from doctor.model.network import NetworkAcl, SecurityGroup
from doctor.model.trace import Blocker, Trace

if TYPE_CHECKING:
    from doctor.engine.facts.reachability import Stopped

_EPHEMERAL = (1024, 65535)
_PROTOCOLS = {"tcp": "6", "udp": "17"}
_FULL = 60
"""Rules that a security group may have in one direction, unless the quota was raised."""


def group_rule(terrain: Terrain, stopped: "Stopped") -> Iterator[Fix]:
    """A rule in a security group, as narrow as what it is for."""
    group = stopped.resource
    if not isinstance(group, SecurityGroup):
        return
    steps: dict[str, Step] = {}
    for trace, blocker in pairs(stopped):
        for step in _rules(terrain, group, trace, blocker):
            steps.setdefault(step.name, step)
    if not steps:
        return
    rules = group.ip_permissions_egress if stopped.blockers[0].direction == "egress" else group.ip_permissions
    full = f", and it has {len(rules)} rules of the {_FULL} that are usual at most" if len(rules) >= _FULL else ""
    yield Fix(
        title=", ".join(steps),
        steps=tuple(steps.values()),
        risk=f"the rule holds for everything that has {group.group_id}{full}",
    )


def pairs(stopped: "Stopped") -> list[tuple[Trace, Blocker]]:
    """Each trace with its own blockers at the component."""
    components = {one.component for one in stopped.blockers}
    return [
        (one.trace, blocker)
        for one in stopped.traced
        if one.trace is not None
        for blocker in one.trace.blockers
        if blocker.component in components and blocker.verdict in ("drop", "partial")
    ]


def _rules(terrain: Terrain, group: SecurityGroup, trace: Trace, blocker: Blocker) -> Iterator[Step]:
    port, protocol = trace.port, trace.protocol
    if protocol not in _PROTOCOLS:
        return
    if blocker.direction == "ingress":
        own = terrain.function.vpc_config.security_group_ids
        if blocker.leg or not own:
            return
        if group.vpc_id == terrain.name:
            yield security_groups.let_in(group, port, "group", own[0], protocol=protocol)
        else:
            ranges = _own_ranges(terrain, trace, blocker)
            if ranges:
                yield security_groups.let_in(group, port, "range", *ranges, protocol=protocol)
    elif group.group_id in terrain.function.vpc_config.security_group_ids:
        yield security_groups.let_out(group, port, *_peer(terrain, trace), protocol=protocol)


def _peer(terrain: Terrain, trace: Trace) -> tuple[security_groups.Peer, str]:
    """Where a rule lets packets out to: the service's prefix list where a gateway endpoint is, addresses, or anywhere."""
    service = service_name(trace)
    if service and terrain.endpoints(service, "gateway") and (found := terrain.prefix_list(service)):
        return "prefix-list", found
    groups = _groups_there(terrain, trace)
    if groups:
        return "group", groups[0]
    anywhere = _anywhere(trace)
    addresses = [one for one in targets(trace) if one != anywhere]
    return "range", addresses[0] if len(addresses) == 1 else anywhere


def _anywhere(trace: Trace) -> str:
    return ANYWHERE if trace.family == "ipv4" else "::/0"


def _own_ranges(terrain: Terrain, trace: Trace, blocker: Blocker) -> list[str]:
    """The ranges of the function's subnets that a blocker concerns, of the family that is stopped."""
    subnets = terrain.concerned((blocker,))
    if trace.family == "ipv4":
        return [one.cidr_block for one in subnets]
    return [range_.ipv6_cidr_block for one in subnets for range_ in one.ipv6_cidr_block_association_set]


def proxy_rule(terrain: Terrain, stopped: "Stopped") -> Iterator[Fix]:
    """A rule in the database's group that lets the proxy's in; what else keeps a proxy from its database is for people."""
    group = stopped.resource
    steps: dict[str, Step] = {}
    for trace, blocker in pairs(stopped):
        proxy = next((one for one in terrain.catalogue.all(DBProxy) if _is_meant(one, trace)), None)
        ours = isinstance(group, SecurityGroup) and blocker.leg in ("ENI_SG_RULES_MISMATCH", "SG_HAS_NO_RULES")
        if ours and proxy is not None and proxy.vpc_security_group_ids and blocker.direction == "ingress":
            step = security_groups.let_in(group, trace.port, "group", proxy.vpc_security_group_ids[0])
            steps.setdefault(step.name, step)
    if steps:
        yield Fix(
            title=", ".join(steps),
            steps=tuple(steps.values()),
            risk=f"the rule holds for everything that has {group.group_id}",
        )
    else:
        yield Fix(
            title=f"{stopped.component}: let the proxy reach its database",
            applicability=Applicability.MANUAL,
            note="what stops it is not a rule that is missing in the database's own security group",
        )


def _is_meant(proxy: DBProxy, trace: Trace) -> bool:
    there = trace.destination
    return there.value in (proxy.arn, proxy.db_proxy_name) or proxy.endpoint in (there.host, there.value)


def _groups_there(terrain: Terrain, trace: Trace) -> list[str]:
    """Security groups of this VPC that guard the destination, on every path."""
    found = [
        [
            hop.component
            for hop in path.forward
            if hop.kind == "security-group" and hop.direction == "ingress" and _is_here(terrain, hop.component)
        ]
        for path in trace.paths
    ]
    return [one for one in (found[0] if found else []) if all(one in those for those in found)]


def _is_here(terrain: Terrain, identifier: str) -> bool:
    group = terrain.catalogue.groups.get(identifier)
    return group is not None and group.vpc_id == terrain.name


def targets(trace: Trace) -> list[str]:
    """The addresses of a destination as ranges; all of the family where they are not known."""
    from doctor.network.addresses import V4, V6, address

    family, length = (V4, 32) if trace.family == "ipv4" else (V6, 128)
    found = []
    for path in trace.paths:
        known = address(path.target)
        mine = known is not None and known[0] == family
        found.append(f"{path.target}/{length}" if mine else _anywhere(trace))
    return list(dict.fromkeys(found))


def acl_entries(terrain: Terrain, stopped: "Stopped") -> Iterator[Fix]:
    """Entries that admit requests and answers, before those that deny."""
    acl = stopped.resource
    if not isinstance(acl, NetworkAcl):
        return
    wanted = dict.fromkeys(one for pair in pairs(stopped) for one in _admitted(terrain, *pair))
    steps: list[Step] = []
    taken: dict[bool, set[int]] = {True: set(), False: set()}
    for egress, cidr, ports, protocol in wanted:
        number = network_acls.free_number(acl, egress=egress, taken=frozenset(taken[egress]))
        if number is None:
            yield Fix(
                title=f"renumber the entries of {acl.network_acl_id}: none can be put before those that deny",
                applicability=Applicability.MANUAL,
            )
            return
        taken[egress].add(number)
        steps.append(network_acls.admit(acl, number, cidr, ports, egress=egress, protocol=protocol))
    if steps:
        yield Fix(
            title=", ".join(one.name for one in steps),
            steps=tuple(steps),
            applicability=Applicability.UNSAFE,
            risk=f"the entries hold for every subnet of {acl.network_acl_id}, and somebody may have denied this on purpose",
        )


_Entry = tuple[bool, str, tuple[int, int], str]


def _admitted(terrain: Terrain, trace: Trace, blocker: Blocker) -> Iterator[_Entry]:
    """The entries that one blocker asks for: direction, remote addresses, destination ports, protocol."""
    protocol = _PROTOCOLS.get(trace.protocol)
    if protocol is None:
        return
    egress, back = blocker.direction == "egress", blocker.stage == "return"
    ports = _EPHEMERAL if back else (trace.port, trace.port)
    if egress == back:  # the remote address is the function's
        remote = _own_ranges(terrain, trace, blocker)
    else:
        every = targets(trace)
        remote = [_anywhere(trace)] if _anywhere(trace) in every else every
    for one in remote:
        yield egress, one, ports, protocol
