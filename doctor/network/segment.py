"""A stretch of the path between two translations of the source address."""

from functools import cache
from typing import NamedTuple

from doctor.model.trace import Header
from doctor.network.addresses import span, written
from doctor.network.boxes import EPHEMERAL, Box, same

_number = cache(str)
_EPHEMERAL = f"{EPHEMERAL[0]}-{EPHEMERAL[1]}"
NOBODY: frozenset[str] = frozenset()


class Flow(NamedTuple):
    """What is sent: one destination address, one port."""

    family: int
    protocol: int
    port: int
    destination: int
    client_ports: tuple[int, int] = EPHEMERAL
    said: str = "tcp"
    """The protocol, in words."""
    there: str = ""
    """The destination in words, where the address only stands for others."""


class Segment:
    """Every packet that may be under way on one stretch, and those of them that get through in both directions.

    Attributes:
        boxes: All packets, as ranges of source address and port.
        passing: Those that nothing dropped so far.
        groups: The sender's security groups, as far as the path preserves them.
        lost: Those that it hides, and by which code that is known.
        public: The public addresses that an internet gateway puts in place of the source; ``None``: some, not known.
        by_nat: Whether a NAT gateway sends them.
        zone: The sender's availability zone.
    """

    __slots__ = ("_headers", "boxes", "by_nat", "flow", "groups", "lost", "lost_by", "passing", "public", "zone")

    def __init__(
        self,
        flow: Flow,
        spans: tuple[tuple[int, int], ...],
        *,
        groups: frozenset[str] = NOBODY,
        public: tuple[int, ...] | None = (),
        zone: str = "",
    ) -> None:
        self.flow = flow
        self.boxes: tuple[Box, ...] = tuple((low, high, *flow.client_ports) for low, high in spans)
        self.passing: list[Box] = list(self.boxes)
        self.groups = groups
        self.lost = NOBODY
        self.lost_by = ""
        self.public = public
        self.zone = zone
        self.by_nat = False
        self._headers: tuple[Header, Header] | None = None

    def hide(self, code: str) -> None:
        """From here on, rules that refer to the sender's security groups do not match."""
        self.lost, self.groups, self.lost_by = self.lost | self.groups, NOBODY, self.lost_by or code

    @property
    def complete(self) -> bool:
        """Whether every packet gets through."""
        return same(self.passing, self.boxes)

    def header(self, stage: str) -> Header:
        """The packet in words, on its way there or back."""
        if self._headers is None:
            flow = self.flow
            source = ", ".join(span(flow.family, one[0], one[1]) for one in self.boxes) or "unknown"
            first, last = flow.client_ports
            ports = _EPHEMERAL if flow.client_ports == EPHEMERAL else f"{first}-{last}"
            there = flow.there or written(flow.family, flow.destination)
            self._headers = (
                Header(
                    source=source,
                    source_ports=ports,
                    destination=there,
                    destination_ports=_number(flow.port),
                    protocol=flow.said,
                ),
                Header(
                    source=there,
                    source_ports=_number(flow.port),
                    destination=source,
                    destination_ports=ports,
                    protocol=flow.said,
                ),
            )
        return self._headers[stage == "return"]
