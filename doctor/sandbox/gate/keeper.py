"""What becomes of each connection and each AWS call of a handler, and what is recorded of it.

It decides nothing by itself: policies, network and answers are functions that are handed in. What cannot be told is let
through and recorded as an assumption; what is recorded holds no payload.
"""

import json
import re
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from msgspec.structs import replace

from doctor.iam import catalogue, refusal
from doctor.iam.http_requests import HttpRequest, UnknownRequest, identify
from doctor.model.call import Call
from doctor.model.decision import Decision
from doctor.model.events import Gated
from doctor.model.gate import Connection, GatedCall, Injection, Seen, Way
from doctor.model.trace import Symptom, Trace
from doctor.network import destinations
from doctor.network.addresses import V4, V6, address
from doctor.network.destinations import NotADestination
from doctor.sandbox.gate.names import Families
from doctor.sandbox.gate.reads import kept_from
from doctor.sandbox.gate.views import Answer, Views
from doctor.sandbox.variables import ACCESS_KEY

_SIGNER = re.compile(r"Credential=([^/,%]+)(?:/|%2F)")
_HTTPS = 443
_NOT_IMPLEMENTED = 501
_ERRORS = 400
_READING = ("Read", "List")
_SETTINGS = frozenset(
    {
        "dynamodb:DescribeTable",
        "kinesis:DescribeStream",
        "kinesis:DescribeStreamSummary",
        "kms:DescribeKey",
        "sns:GetTopicAttributes",
        "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl",
        "sts:GetCallerIdentity",
    }
)
"""Reads of what a copy knows as well as the account does: settings, not contents."""
_WAYS: dict[Symptom, Way] = {"connection_refused": "refused", "network_unreachable": "unreachable"}
"""What becomes of a connection that does not open, where it does not hang."""
_NO_SUCH_ADDRESS = "NO_POSSIBLE_DESTINATION"
"""What stops packets to a name that has no address of their version."""
_PLATFORM = "169.254.100.1"
"""Where the X-Ray daemon listens on Lambda: nobody waits for its answer."""


class Keeper:
    """Decides by views, and keeps a record. Its methods may be called from several threads.

    Args:
        views: The function's world.
    """

    def __init__(self, views: Views) -> None:
        self._views = views
        self._lock = threading.RLock()
        self._connections: dict[tuple[str, int, str, bool], Connection] = {}
        self._calls: dict[GatedCall, int] = {}
        self._throttled: dict[Injection, int] = {}
        self._assumptions: dict[str, None] = {}
        self._presumptions: dict[str, None] = {}
        self._news: deque[Gated] = deque()

    @property
    def seen(self) -> Seen:
        """Everything so far."""
        with self._lock:
            return Seen(
                connections=tuple(self._connections.values()),
                calls=tuple(replace(call, times=times) for call, times in self._calls.items()),
                assumptions=tuple(self._assumptions),
                presumptions=tuple(self._presumptions),
            )

    def news(self) -> Iterator[Gated]:
        """What was met since this was asked last; a connection that opened is none: what comes of it is."""
        while self._news:
            yield self._news.popleft()

    def _tell(self, call: GatedCall | None = None, connection: Connection | None = None) -> None:
        self._news.append(Gated(at=datetime.now(UTC), call=call, connection=connection))

    def _assume(self, what: str) -> None:
        with self._lock:
            self._assumptions[what] = None

    def _connected(self, one: Connection) -> None:
        with self._lock:
            key = one.host, one.port, one.protocol, one.ipv6
            known = self._connections.get(key)
            if known is not None:
                one = replace(one, attempts=known.attempts + 1)
            self._connections[key] = one
        if one.way != "open":
            self._tell(connection=one)

    def _trace(self, host: str, port: int, version: int = V4) -> Trace | None:
        """What becomes of packets of a version of IP; ``None``: the host is nothing that a packet could be sent to."""
        views = self._views
        try:
            destination = destinations.parse(host, port=port)
            by_name = version == V6 and destination.kind != "address"
            with self._lock:
                return (views.trace6 if by_name and views.trace6 else views.trace)(destination)
        except NotADestination:
            return None

    @property
    def ipv6(self) -> bool:
        """Whether the function has IPv6."""
        return self._views.ipv6

    def families(self, name: str) -> Families:
        """The versions of IP of which a name has addresses for the function's resolver; none: it is not known there."""
        if not self.resolves(name):
            return frozenset()
        trace = self._trace(name, _HTTPS, V6) if self._views.trace6 else None
        if trace is None or any(one.code == _NO_SUCH_ADDRESS for one in trace.blockers):
            return frozenset({V4})
        named = trace.destination.kind == "service" and destinations.dual_stack(trace.destination.host)
        if not named and not any(_is_v6(path.target) for path in trace.paths):
            if self._views.ipv6 and trace.destination.kind == "host" and not destinations.looks_private(name):
                self._assume(f"{name} was given an IPv4 address only: whether it has an IPv6 one was not looked up")
            return frozenset({V4})
        first = self._trace(name, _HTTPS)
        only = first is not None and any(one.code == _NO_SUCH_ADDRESS for one in first.blockers)
        return frozenset({V6} if only else {V4, V6})

    def resolves(self, name: str) -> bool:
        """Whether a name is known to the function's resolver."""
        if name.rpartition(".")[2].isdigit():
            return False  # the C library tries a name again below its machine's, which is an address on Lambda
        trace = self._trace(name, _HTTPS)
        if trace is None:
            return False
        private = trace.verdict == "unknown" and destinations.looks_private(name)
        if private:
            self._assume(
                f"{name} did not resolve: nothing that was read has that name, and private zones were not read"
            )
        elif trace.symptom != "dns_error":
            return True
        blocker = next(iter(trace.blockers), None)
        why = blocker.detail if blocker is not None else ""
        components = (blocker.component,) if blocker is not None else ()
        self._connected(Connection(host=name, port=0, way="dropped", why=why, components=components, protocol="dns"))
        return False

    def way(self, host: str, port: int, version: int = V4) -> Way:
        """What becomes of a connection to a host, which is a name or an address, by a version of IP."""
        trace = self._trace(host, port, version)
        way: Way = "open"
        why = ""
        components: tuple[str, ...] = ()
        if trace is None:
            self._assume(f"{host}:{port} was refused: it is no host name or address")
            way = "refused"
        elif trace.verdict != "reachable":
            why = next((one.detail for one in trace.blockers), "")
            components = tuple(dict.fromkeys(one.component for one in trace.blockers))
            if trace.verdict == "unreachable":
                way = _WAYS.get(trace.symptom, "dropped")
            else:
                self._assume(f"{host}:{port} is reached: {why or 'the network was not seen'}")
        ipv6 = version == V6
        self._connected(Connection(host=host, port=port, way=way, why=why, components=components, ipv6=ipv6))
        return way

    def ignored(self, host: str, port: int) -> None:
        """Record a UDP packet that was dropped."""
        if host == _PLATFORM:
            return
        self._connected(Connection(host=host, port=port, way="dropped", protocol="udp"))
        self._assume(f"packets to {host}:{port} (UDP) were dropped: doctor models no UDP but the resolver's")

    def answers(self, host: str, port: int) -> bool:
        """Whether somebody here answers in the place of a host: of AWS's services only."""
        if destinations.parse(host, port=port).kind == "service":
            return True
        self.unanswered(host, port, "doctor connects to nothing outside")
        return False

    def unanswered(self, host: str, port: int, why: str) -> None:
        """Record that a connection opened, and that nobody answered on it."""
        with self._lock:
            opened = [
                one for key, one in self._connections.items() if key[:3] == (host, port, "tcp") and one.way == "open"
            ]
            for known in opened or [Connection(host=host, port=port, way="open")]:
                silent = self._connections[host, port, "tcp", known.ipv6] = replace(known, answered=False, why=why)
                self._tell(connection=silent)
        self._assume(f"{host}:{port} was not answered ({why}): what the handler did then says nothing about the cloud")

    def answer(self, host: str, port: int, request: HttpRequest) -> Answer | None:
        """Judge a request, and answer it or refuse it in AWS's words."""
        try:
            call = identify(request, self._views.account)
        except UnknownRequest:
            self.unanswered(host, port, "no AWS operation that doctor knows is like this request")
            return None
        decisions = self._decisions(call, request)
        verdict = next(
            (one for one in ("denied", "depends") if any(each.result == one for each in decisions)), "allowed"
        )
        record = GatedCall(
            call=call.name,
            region=call.region,
            resources=tuple(dict.fromkeys(one.resource for one in decisions)),
            decisions=decisions,
            verdict=verdict,  # type: ignore[arg-type]
            answered="nobody",
        )
        if verdict == "denied":
            denied = next(one for one in decisions if one.result == "denied")
            written = refusal.refusal(call, denied, request)
            self._called(replace(record, answered="denied", status=written.status, error=written.code))
            return Answer(written.status, dict(written.headers), written.body)
        if self._throttles(call):
            written = refusal.throttle(call, request)
            self._called(replace(record, answered="throttled", status=written.status, error=written.code))
            return Answer(written.status, dict(written.headers), written.body)
        recorded = next((one for one in self._views.recorded if one.fits(call)), None)
        if recorded is None:
            return self._from_account(host, request, call, record)
        self._leans_on(call, decisions, f"{call.name} is answered by AWS as it was recorded")
        self._called(replace(record, answered="recorded", status=recorded.status))
        body = recorded.body if isinstance(recorded.body, str) else json.dumps(recorded.body)
        kind = {"Content-Type": request.headers.get("content-type", "application/json")}
        return Answer(recorded.status, {**kind, **recorded.headers}, body.encode())

    def _from_account(self, host: str, request: HttpRequest, call: Call, record: GatedCall) -> Answer:
        """Have the real account answer a read, where the user wants that; everything else is for the copy."""
        live = self._live(host, request, call, record.decisions)
        if isinstance(live, Answer):
            self._leans_on(call, record.decisions, f"{call.name} is answered by the real account as it is now")
            self._called(replace(record, answered="live", status=live.status))
            return live
        self._leans_on(call, record.decisions)
        return self._fulfilled(host, request, call, replace(record, note=live))

    def _live(self, host: str, request: HttpRequest, call: Call, decisions: Sequence[Decision]) -> Answer | str:
        """The real account's answer, or why it was not asked or gave none; empty: nobody wants it to be asked."""
        if self._views.live is None:
            return ""
        why = kept_from(call, decisions)
        if why:
            return why
        with self._lock:
            wrote = [
                one.call
                for one in self._calls
                if one.answered == "embedded" and one.resources[:1] == (decisions[0].resource,)
            ]
        if wrote:
            return f"{wrote[0]} of this run went to the copy alone"
        request = HttpRequest(request.method, request.target, {**request.headers, "host": host}, request.body)
        return self._views.live(call, request)

    def _throttles(self, call: Call) -> bool:
        """Hold a call up as was asked for; tell whether it is to be throttled."""
        throttled = False
        for one in self._views.injected:
            if not one.fits(call):
                continue
            with self._lock:
                done = self._throttled.get(one, 0)
                now = one.throttled is not None and (one.throttled == 0 or done < one.throttled)
                self._throttled[one] = done + now
                throttled |= now
                self._assumptions[str(one)] = None
            time.sleep(one.latency / 1000)
        return throttled

    def _decisions(self, call: Call, request: HttpRequest) -> tuple[Decision, ...]:
        """What the role's policies say; of a call that was signed by somebody else they say nothing."""
        with self._lock:
            decisions = tuple(self._views.decide(call))
        signer = _SIGNER.search(request.headers.get("authorization") or request.target)
        if signer is not None and signer[1] == ACCESS_KEY:
            return decisions
        who = "other credentials than the role's" if signer else "no signature"
        foreign = f"whom it was made as: it came with {who}"
        return tuple(
            replace(one, result="depends", explicit=False, layers=(), assumptions=(foreign,)) for one in decisions
        )

    def _fulfilled(self, host: str, request: HttpRequest, call: Call, record: GatedCall) -> Answer:
        """Have the account answer that stands in for AWS."""
        views = self._views
        if views.answer is None:
            self._assume(f"{call.name} is allowed, and nobody here could answer it: {views.nobody}")
            message = "doctor has no account that could answer this call"
            written = refusal.write(call.service, request, "NotImplemented", message, _NOT_IMPLEMENTED)
            self._called(replace(record, status=written.status, error=written.code))
            return Answer(written.status, dict(written.headers), written.body)
        answer = views.answer(host, request)
        self._called(replace(record, answered="embedded", status=answer.status))
        if answer.status >= _ERRORS:
            self._assume(f"{call.name} was answered with an error ({answer.status}) by a copy that holds no data")
        return answer

    def _called(self, record: GatedCall) -> None:
        with self._lock:
            self._calls[record] = self._calls.get(record, 0) + 1
        self._tell(call=record)

    def _leans_on(self, call: Call, decisions: Sequence[Decision], presumed: str = "") -> None:
        """Record what a call that is let through rests on; ``presumed``: on AWS's own answer, else on a copy's contents."""
        for one in decisions:
            if one.result == "depends":
                what = ", ".join((*one.unknown_keys, *one.assumptions)) or "what was not seen"
                self._assume(f"{one.action} on {one.resource} was let through: whether it is allowed depends on {what}")
                continue
            with self._lock:
                self._presumptions |= dict.fromkeys(one.assumptions)
                if presumed:
                    self._presumptions[presumed] = None
            if presumed:
                continue
            action = catalogue.action(one.action)
            if one.resource != "*" and not self._views.known(one.resource):
                self._assume(f"{one.resource} was not read: {call.name} was answered by an empty copy")
            elif action is not None and action.access_level in _READING and one.action not in _SETTINGS:
                self._assume(f"what {call.name} reads was not read from the account: a copy without data answered")


def _is_v6(target: str) -> bool:
    """Whether a path leads to an IPv6 address that is known, with or without the name of who has it."""
    found = address(target.partition(" ")[0])
    return found is not None and found[0] == V6
