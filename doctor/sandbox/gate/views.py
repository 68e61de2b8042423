"""What a gate is handed: the function's world as functions, and the form of an answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from doctor.iam.http_requests import HttpRequest
from doctor.model.call import Call
from doctor.model.decision import Decision
from doctor.model.gate import Injection, RecordedAnswer
from doctor.model.trace import Destination, Trace


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Views:
    """The function's world, as functions.

    Attributes:
        account: Its account's id.
        decide: By its policies, whether a call is allowed.
        trace: By its network, what becomes of packets to a destination.
        trace6: The same of a name's IPv6 address; ``None``: no name has one.
        ipv6: Whether the function has IPv6.
        known: Whether the account that answers has the resource of an ARN.
        answer: By the account that stands in for AWS; ``None`` where there is none, and then why.
        nobody: Why there is none.
        live: By the real account, of reads alone, where the user wants that; or why it gave no answer.
        injected: Throttles and latencies that were asked for.
        recorded: Answers that go before that account's: the first that fits.
    """

    account: str
    decide: Callable[[Call], Sequence[Decision]]
    trace: Callable[[Destination], Trace]
    known: Callable[[str], bool]
    answer: Callable[[str, HttpRequest], Answer] | None = None
    nobody: str = ""
    trace6: Callable[[Destination], Trace] | None = None
    ipv6: bool = False
    live: Callable[[Call, HttpRequest], Answer | str] | None = None
    injected: Sequence[Injection] = ()
    recorded: Sequence[RecordedAnswer] = ()
