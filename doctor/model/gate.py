"""What the gate of a local run saw of its handler: connections and AWS calls, and what was decided on each. No payload."""

from typing import Any, Literal

from doctor.model.call import Call
from doctor.model.decision import Decision
from doctor.model.record import Record

_ERRORS = 400
Way = Literal["open", "dropped", "refused", "unreachable"]
"""What becomes of a connection: it opens; it hangs, as behind a security group; it is refused, as by a closed port; it fails at
once, for the function has no IPv6."""


class Connection(Record):
    """A destination that the handler connected to, or tried to."""

    host: str
    """The name that it asked for, or the address."""
    port: int
    way: Way
    why: str = ""
    """What stops it, or what the answer rests on."""
    components: tuple[str, ...] = ()
    """What stops it, by AWS's ids."""
    protocol: Literal["tcp", "udp", "dns"] = "tcp"
    """``dns``: it got no further than a name that does not resolve."""
    answered: bool = True
    """Whether somebody here spoke where it opened: what a handler does without an answer says nothing about the cloud."""
    attempts: int = 1
    ipv6: bool = False
    """Whether it went by IPv6."""

    @property
    def place(self) -> str:
        """Host and port, as people write them: ``db.example.com:5432``, ``[2001:db8::1]:443``."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class GatedCall(Record):
    """AWS calls of the handler that were alike: of one operation on the same resources, with the same end."""

    call: str
    """``dynamodb:PutItem``."""
    region: str = ""
    resources: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()
    """One for each action and resource; empty when the request was not understood."""
    verdict: Literal["allowed", "denied", "depends", "unknown"]
    """By the policies; ``unknown``: the request was not understood."""
    answered: Literal["embedded", "live", "recorded", "denied", "throttled", "nobody"]
    """By whom: the embedded account, the real one, an answer that was recorded, doctor.iam or a throttle with AWS's words, or nobody."""
    status: int = 0
    """Of the HTTP answer; 0: none was given."""
    error: str = ""
    """AWS's error code."""
    note: str = ""
    """Why the real account was not asked, where it was to answer reads."""
    times: int = 1

    @property
    def doubtful(self) -> bool:
        """Whether its answer was not AWS's own: none at all, or an error of a copy that holds no data."""
        return self.answered == "nobody" or (self.answered == "embedded" and self.status >= _ERRORS)


class RecordedAnswer(Record):
    """What AWS answered to a call once, or what a person says that it answers."""

    call: str
    """``dynamodb:GetItem``."""
    parameters: dict[str, Any] = {}
    """Those that the call must have, in AWS's spelling; it may have more."""
    status: int = 200
    headers: dict[str, str] = {}
    body: Any = ""
    """A JSON value, or the text of another protocol."""

    def fits(self, call: Call) -> bool:
        """Whether it is an answer to a call."""
        return call.name == self.call and all(
            name in call.parameters and call.parameters[name] == value for name, value in self.parameters.items()
        )


class Injection(Record):
    """What a person wants to see the handler meet: calls that are throttled, or that take longer."""

    call: str
    """``dynamodb:PutItem``, or ``dynamodb:*``."""
    throttled: int | None = None
    """How many of the calls, the first ones; 0: all; ``None``: none."""
    latency: float = 0.0
    """Milliseconds that each call takes longer."""

    def fits(self, call: Call) -> bool:
        """Whether it is about a call."""
        return self.call in (call.name, f"{call.service}:*")

    def __str__(self) -> str:
        """As an assumption: ``dynamodb:PutItem was throttled, the first 2 times``."""
        if self.throttled is None:
            return f"{self.call} took {self.latency:g} ms longer, as was asked for"
        return f"{self.call} was throttled{f', the first {self.throttled} times' if self.throttled else ''}, as was asked for"


class Seen(Record):
    """All of it, in order."""

    connections: tuple[Connection, ...] = ()
    calls: tuple[GatedCall, ...] = ()
    assumptions: tuple[str, ...] = ()
    """What the run leaned on because nothing that was read could tell."""
    presumptions: tuple[str, ...] = ()
    """What nobody could tell from inside an account, such as a service control policy that denies nothing."""
