"""One packet's walk: from an interface to the destination, and its answer back.

Routing is deterministic, so the walk is a recursion and no search: each component hands the packet to the next one, and
when that returns, deals with the answer. A filter that drops the packet does not end the walk, so that every blocker is
found; where there is no way to go on, it ends.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from doctor.model.call import Gap
from doctor.model.network import RouteTable, Subnet
from doctor.model.trace import Blocker, Direction, Hop, Notice, Passage, Stage, Verdict
from doctor.network.boxes import Box, same, shared
from doctor.network.codes import MEANING
from doctor.network.routes import Routes, Way
from doctor.network.segment import Flow, Segment
from doctor.network.states import out
from doctor.network.tables import Node, Tables

FORWARD: Stage = "forward"
RETURN: Stage = "return"


class Place(NamedTuple):
    """Where a packet is: in a VPC, at a subnet (a regional NAT gateway has none), having come from somewhere."""

    vpc: str
    subnet: Subnet | None
    back: str = "local"
    """The target that the way back must have: ``local``, or the gateway by which the packet came into the VPC."""


Handler: TypeAlias = Callable[["Walk", Segment, Place, Way], bool]
"""What a kind of route target does with a packet: carries it on, and its answer back; whether it was delivered."""


class Walk:
    """What is known about one flow while it is followed.

    Attributes:
        expected: Who is at an address of a VPC, for resources whose interface was not seen.
        replied_from: The subnet that the answer left from, for components on the way back that care about its zone.
    """

    def __init__(self, tables: Tables, flow: Flow, handlers: Mapping[str, Handler]) -> None:
        self.tables = tables
        self.catalogue = tables.catalogue
        self.flow = flow
        self.handlers = handlers
        self.expected: Node | None = None
        self.replied_from: Subnet | None = None
        self.segments: list[Segment] = []
        self.forward: list[Hop] = []
        self.back: list[Hop] = []
        self.blockers: list[Blocker] = []
        self.notices: list[Notice] = []
        self._seen: list[Segment | None] = [None, None]
        self.visited: set[str] = set()
        self.endpoint = ""
        self._stopped = self._unknown = False

    @property
    def verdict(self) -> Verdict:
        """What became of it: certain failure first, then doubt, then the share that gets through."""
        if self._stopped or any(not one.passing for one in self.segments):
            return "unreachable"
        if self._unknown:
            return "unknown"
        return "reachable" if all(one.complete for one in self.segments) else "partial"

    def begin(self, segment: Segment) -> None:
        """A new stretch: packets have this source from here on."""
        self.segments.append(segment)

    def hop(  # noqa: PLR0917 -- called for every component of every flow: keywords cost a tenth of the walk
        self,
        component: str,
        kind: str,
        segment: Segment | None = None,
        stage: Stage = FORWARD,
        direction: Direction = "egress",
        verdict: Passage = "pass",
        rule: str = "",
        code: str = "",
        evidence: str = "",
    ) -> Hop:
        """Note a component on the path; the packet is written down where it begins to look like this."""
        back = stage == RETURN
        header = None
        if segment is not None and self._seen[back] is not segment:
            self._seen[back] = segment
            header = segment.header(stage)
        found = self.tables.hop((component, kind, direction, stage, verdict, rule, code, evidence), header)
        (self.back if back else self.forward).append(found)
        return found

    def again(self, segment: Segment, stage: Stage, hop: Hop | None) -> bool:
        """Note a hop that was made before, if the packet is written down already; ``None``: there is none to note."""
        back = stage == RETURN
        if hop is not None:
            if self._seen[back] is not segment:
                return False
            (self.back if back else self.forward).append(hop)
        return True

    def stop(
        self,
        component: str,
        code: str,
        detail: str = "",
        *,
        stage: Stage = FORWARD,
        direction: Direction = "egress",
    ) -> bool:
        """Nothing gets past this component; returns ``False``: not delivered."""
        self._stopped = True
        self.block(component, code, "drop", detail, stage=stage, direction=direction)
        return False

    def lose(
        self,
        component: str,
        code: str,
        detail: str = "",
        *,
        stage: Stage = FORWARD,
        gap: Gap | None = None,
    ) -> bool:
        """What happens from this component on cannot be seen; returns ``False``: not known to be delivered."""
        self._unknown = True
        self.block(component, code, "unknown", detail, stage=stage, gap=gap)
        return False

    def broken(self, component: str, state: str, code: str, what: str, *, stage: Stage = FORWARD) -> bool:
        """A component is not in a state in which it works; one that nobody knows is no proof. Returns ``False``."""
        if out(state):
            return self.stop(component, code, f"{what} is {state.lower()}", stage=stage)
        detail = (
            f"{what} is in state {state}, which doctor does not know" if state else f"the state of {what} was not seen"
        )
        return self.lose(component, "UNKNOWN_RESOURCE", detail, stage=stage)

    def miss(self, component: str, kind: type, what: str, stage: Stage = FORWARD) -> bool:
        """A resource that decides was not seen; returns ``False``."""
        gap = self.catalogue.gap(kind)
        code = "DR_MISSING_DATA" if gap else "UNKNOWN_RESOURCE"
        return self.lose(component, code, f"{what} was not seen", stage=stage, gap=gap)

    def doubt(self) -> None:
        """Something that was not seen may drop the packet."""
        self._unknown = True

    def block(
        self,
        component: str,
        code: str,
        verdict: Passage,
        detail: str = "",
        *,
        stage: Stage = FORWARD,
        direction: Direction = "egress",
        gap: Gap | None = None,
    ) -> None:
        """Note what stops the packet, or part of it."""
        self.blockers.append(
            Blocker(
                component=component,
                code=code,
                direction=direction,
                stage=stage,
                verdict=verdict,
                detail=detail or MEANING[code],
                gap=gap,
            )
        )

    def notice(self, code: str, component: str, detail: str = "") -> None:
        """Note something that a person should know."""
        self.notices.append(self.tables.notice(code, component, detail or MEANING[code]))

    def keep(self, segment: Segment, passed: list[Box], unsure: list[Box]) -> Passage:
        """Let only some packets of a stretch go on; says what that means for all of them."""
        if not unsure and (passed == [*segment.boxes] or same(passed, segment.boxes)):
            return "pass"
        segment.passing = shared(segment.passing, passed + unsure)
        if unsure:
            self.doubt()
            return "unknown"
        return "partial" if passed else "drop"

    def node_at(self, vpc: str) -> Node | None:
        """Who has the destination address in a VPC."""
        found = self.tables.node(vpc, self.flow.family, self.flow.destination)
        if found is None and self.expected is not None and self.expected.vpc == vpc:
            return self.expected
        return found

    def routes(self, place: Place, stage: Stage = FORWARD) -> Routes | None:
        """The route table of the subnet that the packet is in; ``None``, and the loss is noted, when it was not seen."""
        subnet = place.subnet
        found = self.tables.routes_of(subnet, self.flow.family) if subnet else None
        if found is None:
            self.miss(subnet.subnet_id if subnet else place.vpc, RouteTable, "its route table", stage)
        return found

    def unique(self) -> tuple[tuple[Blocker, ...], tuple[Notice, ...]]:
        """Blockers and notices, each once, in the order in which they were met."""
        blockers = {(one.component, one.code, one.direction, one.stage): one for one in reversed(self.blockers)}
        notices = {(one.component, one.code): one for one in reversed(self.notices)}
        return tuple(reversed(blockers.values())), tuple(reversed(notices.values()))
