"""The path of a packet from a function to a destination and back, and everything that stops it."""

from typing import Literal

from doctor.model.call import Gap
from doctor.model.finding import Evidence
from doctor.model.record import Record

Verdict = Literal["reachable", "unreachable", "partial", "unknown"]
"""``partial``: some connections get through (some subnets, ports, source addresses or nodes); ``unknown``: not everything was seen."""

Direction = Literal["egress", "ingress"]
Stage = Literal["forward", "return"]
Passage = Literal["pass", "partial", "drop", "unknown"]

DestinationKind = Literal["address", "host", "service", "resource"]

Symptom = Literal[
    "none",
    "timeout",
    "intermittent_timeout",
    "dns_error",
    "connection_refused",
    "network_unreachable",
    "http_403",
    "efs_mount_error",
    "function_not_invocable",
    "unknown",
]
"""What a handler sees: a silent drop is a timeout, a closed port a refusal, an endpoint policy an HTTP 403."""


class Destination(Record, gc=False):
    """Where a packet is to go. Its addresses are those that are known; a name is never looked up."""

    kind: DestinationKind
    value: str
    """The address, the host name, the service's endpoint name (``sts``), or a resource's ARN or identifier."""
    host: str = ""
    """The name that the SDK or the driver connects to."""
    region: str = ""
    """Of a service: the region in its name."""
    addresses: tuple[str, ...] = ()
    """Public addresses of the name, or private ones of the resource, that something else told."""
    port: int | None = None
    """Where it was written with the destination."""
    protocol: str = "tcp"


class Header(Record, gc=False):
    """Addresses and ports of a packet: ranges where any value is possible."""

    source: str
    source_ports: str
    destination: str
    destination_ports: str
    protocol: str


class Hop(Record, gc=False):
    """A component that handles the packet, and what it does with it."""

    component: str
    """AWS's id, or the name of a resource that has none."""
    kind: str
    """What it is: ``security-group``, ``network-acl``, ``route-table``, ``nat-gateway``, …."""
    direction: Direction
    stage: Stage
    verdict: Passage
    rule: str = ""
    """The rule, entry or route that decides, in words."""
    code: str = ""
    """The explanation code, when it does not simply pass."""
    evidence: str = ""
    """JSON pointer into the snapshot: ``/resources/<arn>/Entries/2``."""
    header: Header | None = None
    """The packet as it arrives here; ``None``: as at the hop before."""


class Blocker(Record, gc=False):
    """What stops a packet, or hides whether it is stopped."""

    component: str
    code: str
    direction: Direction
    stage: Stage
    verdict: Passage
    """``drop``: nothing passes; ``partial``: some of it does; ``unknown``: cannot be told."""
    detail: str
    """One line for a person: what is dropped, and why."""
    subnets: tuple[str, ...] = ()
    """The subnets of the source that it concerns."""
    arn: str = ""
    leg: str = ""
    """When it stops a connection that the destination or the name needs in turn, the code of the failure there."""
    gap: Gap | None = None
    """The read that failed, when that is why it is unknown."""


class Notice(Record, gc=False):
    """Something that does not stop the packet, but that a person should know."""

    code: str
    component: str
    detail: str


class Path(Record, gc=False):
    """One flow: from one subnet to one address, and back."""

    subnet: str
    """Empty for a function outside a VPC."""
    target: str
    """The address, with the component that has it where that is known."""
    verdict: Verdict
    forward: tuple[Hop, ...] = ()
    back: tuple[Hop, ...] = ()
    blockers: tuple[Blocker, ...] = ()
    notices: tuple[Notice, ...] = ()


class Trace(Record, gc=False):
    """Whether a packet gets there and back, from every subnet it may start in."""

    source: str
    destination: Destination
    port: int
    protocol: str
    family: Literal["ipv4", "ipv6"]
    verdict: Verdict
    subnets: dict[str, Verdict] = {}
    """By subnet of the source; empty outside a VPC."""
    paths: tuple[Path, ...] = ()
    blockers: tuple[Blocker, ...] = ()
    """All of them, each once, over all paths."""
    notices: tuple[Notice, ...] = ()
    assumptions: tuple[str, ...] = ()
    """What was taken for granted because nothing in a snapshot can tell."""
    unseen: tuple[Gap, ...] = ()
    """The reads behind what is unknown."""
    symptom: Symptom = "none"
    application: Literal["allowed", "denied", "unknown"] = "unknown"
    """Whether the policy of the endpoint on the path admits the call; a refusal is an HTTP 403, not a timeout."""


class Needed(Record):
    """A destination that a function is known to need, and every place that tells."""

    destination: Destination
    told: tuple[Evidence, ...]


class Traced(Record):
    """A known destination with what becomes of the packets to it."""

    needed: Needed
    trace: Trace | None
    """``None``: packets could not be followed, and ``why`` says what is missing."""
    why: str = ""

    @property
    def verdict(self) -> Verdict:
        """The trace's; unknown without one."""
        return self.trace.verdict if self.trace is not None else "unknown"
