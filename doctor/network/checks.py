"""The filters that a packet meets: network ACLs, security groups, and the route that the answer needs."""

from doctor.model.interfaces import NetworkInterface
from doctor.model.network import NetworkAcl, SecurityGroup, Subnet
from doctor.model.trace import Direction, Passage, Stage
from doctor.network.acls import Acl, Judgement
from doctor.network.addresses import span
from doctor.network.boxes import Box, remove
from doctor.network.groups import Group, Question
from doctor.network.routes import Routes, Way
from doctor.network.segment import NOBODY, Segment
from doctor.network.tables import Admitted, Node
from doctor.network.walk import FORWARD, RETURN, Place, Walk

_APPLIANCES = ("eni-", "i-", "vpce-")


def acl(
    walk: Walk, segment: Segment, subnet: Subnet, stage: Stage, direction: Direction, *, quiet: bool = False
) -> None:
    """Pass the network ACL of a subnet; ``quiet``: leave no hop where nothing is dropped."""
    egress = direction == "egress"
    found = walk.tables.acl(subnet, egress, walk.flow.family)
    if found is None:
        walk.miss(subnet.subnet_id, NetworkAcl, "its network ACL", stage)
        return
    alone = segment.boxes[0] if len(segment.boxes) == 1 else (0, -1, 0, -1)
    key = found.id, egress, stage, _asked(walk, alone, stage, egress), walk.flow.family, walk.flow.protocol
    known = walk.tables.made.passed.get(key) if alone[1] >= 0 else None
    if known is not None and walk.again(segment, stage, None if quiet else known):
        return
    for box in segment.boxes:
        asked, judgement = _judge(walk, found, box, stage, egress)
        if judgement.passed != (asked,):
            judged = [(one, *_judge(walk, found, one, stage, egress)) for one in segment.boxes]
            _dropped(walk, segment, found, (subnet, stage, direction), judged)
            return
    if not quiet:
        hop = walk.hop(
            found.id, "network-acl", segment, stage, direction, "pass", judgement.rule, "", judgement.evidence
        )
        if hop.header is None and alone[1] >= 0:
            walk.tables.made.passed[key] = hop


def _judge(walk: Walk, found: Acl, box: Box, stage: Stage, egress: bool) -> tuple[Box, Judgement]:
    """Ask the ACL about the packets of a box: of which remote addresses and destination ports, and the answer."""
    flow = walk.flow
    asked = _asked(walk, box, stage, egress)
    return asked, walk.tables.judge(found, egress, flow.family, flow.protocol, asked)


def _asked(walk: Walk, box: Box, stage: Stage, egress: bool) -> Box:
    """The remote addresses and the destination ports of a box of packets, as an ACL sees them."""
    flow, back = walk.flow, stage == RETURN
    if egress == back:  # the remote address is the client's: on the far side of the path
        low, high = box[0], box[1]
    else:
        low = high = flow.destination
    return (low, high, box[2], box[3]) if back else (low, high, flow.port, flow.port)


def _dropped(
    walk: Walk,
    segment: Segment,
    found: Acl,
    where: tuple[Subnet, Stage, Direction],
    judged: list[tuple[Box, Box, Judgement]],
) -> None:
    """Note what a network ACL does not let through for certain."""
    subnet, stage, direction = where
    theirs = (direction == "egress") == (stage == RETURN)

    def ours(other: Box, box: Box) -> Box:
        """An answer of the ACL in terms of the client's addresses and ports."""
        addresses = (other[0], other[1]) if theirs else (box[0], box[1])
        return (*addresses, *((other[2], other[3]) if stage == RETURN else (box[2], box[3])))

    passed = [ours(one, box) for box, _, judgement in judged for one in judgement.passed]
    unsure = [ours(one, box) for box, _, judgement in judged for one in judgement.unsure]
    verdict = walk.keep(segment, passed, unsure)
    code = "UNKNOWN_RESOURCE" if verdict == "unknown" else "SUBNET_ACL_RESTRICTION"
    decides = next(judgement for _, asked, judgement in judged if judgement.passed != (asked,))
    walk.hop(found.id, "network-acl", segment, stage, direction, verdict, decides.rule, code, decides.evidence)
    left = _residue(segment, passed)
    detail = f"{decides.rule} of the ACL of {subnet.subnet_id}{_in_words(walk, left, segment, verdict)}"
    walk.block(found.id, code, verdict, detail, stage=stage, direction=direction)
    if verdict == "partial":
        _partial(walk, segment, found.id, left)


def _residue(segment: Segment, passed: list[Box]) -> list[Box]:
    left = list(segment.boxes)
    for one in passed:
        left = remove(left, one)
    return left


def _in_words(walk: Walk, left: list[Box], segment: Segment, verdict: Passage) -> str:
    if verdict != "partial" or not left:
        return ""
    low, high, first, last = left[0]
    whole = segment.boxes[0]
    what = [] if (low, high) == whole[:2] else [f"addresses {span(walk.flow.family, low, high)}"]
    what += [] if (first, last) == whole[2:] else [f"ports {first}-{last}"]
    return f": {' and '.join(what)} dropped" if what else ""


def _partial(walk: Walk, segment: Segment, component: str, left: list[Box]) -> None:
    """Say which dimension is only partly admitted."""
    whole = {box[2:] for box in segment.boxes}
    by_port = any(box[2:] not in whole for box in left)
    walk.notice("DR_EPHEMERAL_PORTS_PARTIAL" if by_port else "DR_SOURCE_RANGE_PARTIAL", component)


def leave_interface(walk: Walk, segment: Segment, groups: frozenset[str], peer: Node | None) -> None:
    """Pass the security groups of the interface that sends."""
    flow = walk.flow
    peers = peer.groups if peer is not None else NOBODY
    there = (flow.destination, flow.destination)
    blind = peer is None and walk.tables.blind(flow.family, flow.destination)
    asked = Question(groups, True, flow.family, flow.protocol, flow.port, there, peers, blind=blind)
    admitted = walk.tables.admit(asked)
    _guarded(walk, segment, admitted, "egress", list(segment.boxes) if admitted.admission.spans else [])


def enter_interface(walk: Walk, segment: Segment, node: Node) -> None:
    """Pass the security groups of the interface that receives; a few kinds of interfaces may have none."""
    if not node.groups:
        if node.kind not in _WITHOUT_GROUPS:
            walk.miss(node.component, NetworkInterface, "its security groups")
        return
    flow = walk.flow
    passed: list[Box] = []
    for box in segment.boxes:
        span_ = box[0], box[1]
        asked = Question(node.groups, False, flow.family, flow.protocol, flow.port, span_, segment.groups, segment.lost)
        admitted = walk.tables.admit(asked)
        passed += [(low, high, box[2], box[3]) for low, high in admitted.admission.spans]
    _guarded(walk, segment, admitted, "ingress", passed)


_WITHOUT_GROUPS = frozenset(
    {
        "nat_gateway",
        "network_load_balancer",
        "gateway_load_balancer",
        "gateway_load_balancer_endpoint",
        "transit_gateway",
    }
)


def _guarded(walk: Walk, segment: Segment, admitted: Admitted, direction: Direction, passed: list[Box]) -> None:
    """Note what security groups did; what they did not admit for certain may be admitted by what was not seen."""
    told = admitted.admission
    left = _residue(segment, passed) if passed != [*segment.boxes] else []
    hidden = bool(admitted.unseen) or told.unsure
    verdict = walk.keep(segment, passed, left if hidden else [])
    code = "" if verdict == "pass" else "UNKNOWN_RESOURCE" if hidden else "ENI_SG_RULES_MISMATCH"
    said = f"{told.rule} for {_said(walk, segment, direction)}{_in_words(walk, left, segment, verdict)}" if code else ""
    for group in admitted.groups:
        own = "SG_HAS_NO_RULES" if code == "ENI_SG_RULES_MISMATCH" and not group.rules else code
        walk.hop(group.id, "security-group", segment, FORWARD, direction, verdict, told.rule, own, told.evidence)
        if own and (not hidden or _unread(group) or told.blind):
            walk.block(group.id, own, verdict, said, direction=direction)
    if code:
        _unadmitted(walk, segment, admitted, direction, verdict)


def _unadmitted(walk: Walk, segment: Segment, admitted: Admitted, direction: Direction, verdict: Passage) -> None:
    """Say what else is behind packets that were not admitted for certain."""
    gap = walk.catalogue.gap(SecurityGroup)
    for identifier in admitted.unseen:
        code = "UNKNOWN_RESOURCE"
        walk.hop(identifier, "security-group", segment, FORWARD, direction, "unknown", "", code)
        walk.block(identifier, code, "unknown", "its rules were not seen", direction=direction, gap=gap)
    if admitted.admission.would and segment.lost_by and direction == "ingress":
        walk.notice(segment.lost_by, admitted.groups[0].id)
    if verdict == "partial":
        walk.notice("DR_SOURCE_RANGE_PARTIAL", admitted.groups[0].id)


def _unread(group: Group) -> bool:
    return any(rule.unread or rule.protocol is None for rule in group.rules)


def _said(walk: Walk, segment: Segment, direction: Direction) -> str:
    header = segment.header(FORWARD)
    other = f"to {header.destination}" if direction == "egress" else f"from {header.source}"
    return f"{walk.flow.said} {walk.flow.port} {other}"


def way_back(walk: Walk, segment: Segment, place: Place, routes: Routes | None = None) -> None:
    """Find the route of the answer: it must leave by where the packet came in."""
    walk.replied_from = place.subnet
    routes = routes or walk.routes(place, RETURN)
    if routes is None:
        return
    passed: list[Box] = []
    unsure: list[Box] = []
    bad: tuple[str, Way | None] | None = None
    used: Way | None = None
    for low, high, first, last in segment.boxes:
        hidden = routes.hidden(walk.flow.family, low)
        for start, end, way in routes.pieces(low, high):
            box = (start, end, first, last)
            code = "UNKNOWN_RESOURCE" if hidden and (way is None or way.target != "local") else _back_by(way, place)
            if code is None:
                passed.append(box)
                used = way
            elif code in _UNSURE:
                unsure.append(box)
                bad = bad or (code, way)
            else:
                bad = bad or (code, way)
    verdict = walk.keep(segment, passed, unsure)
    code = bad[0] if bad else ""
    deciding = bad[1] if bad else used
    rule, evidence = (deciding.words, deciding.evidence) if deciding else ("no route", "")
    walk.hop(routes.id, "route-table", segment, RETURN, "egress", verdict, rule, code, evidence)
    if bad:
        detail = f"replies to {segment.header(FORWARD).source} need a route to {place.back}, found: {rule}"
        walk.block(routes.id, code, verdict, detail, stage=RETURN)


_UNSURE = ("UNSUPPORTED_COMPONENT", "UNKNOWN_RESOURCE")


def _back_by(way: Way | None, place: Place) -> str | None:
    """What is wrong with a route for the answer; ``None``: nothing."""
    if way is None:
        return "NO_ROUTE_TO_DESTINATION"
    if way.state == "blackhole":
        return "BAD_STATE_ROUTE"
    if way.target == place.back:
        return None if way.state == "active" else "UNKNOWN_RESOURCE"
    return (
        "UNSUPPORTED_COMPONENT" if way.target.startswith(_APPLIANCES) or not way.target else "NO_ROUTE_TO_DESTINATION"
    )
