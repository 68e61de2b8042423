"""A snapshot while it is being collected. Many threads add to it; every read that fails becomes a gap."""

import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from doctor.aws.decode import Decoders, decode
from doctor.aws.session import Aws, AwsError, extend
from doctor.engine.suspects import is_suspect
from doctor.model import arns
from doctor.model.call import Call, Gap, Reason
from doctor.model.function import Function
from doctor.model.record import Shape
from doctor.model.redacted import Redacted
from doctor.model.redaction import redact, redact_text
from doctor.model.snapshot import AccountLimit, AccountUsage, Identity, Resource, Scope, Snapshot
from doctor.model.telemetry import Change, Invocation, MetricSeries, RefusedCall, TracedCall

S = TypeVar("S", bound=Shape)
R = TypeVar("R", bound=Shape)


class Draft:
    """What was found so far.

    Attributes:
        aws: Where it is read from.
        key: The key of this machine's redaction digests.
        services: Those of which a function's variables name a host, also where the value itself is redacted.
        packages: By a function's ARN, what ``GetFunction`` answered: where its package lies, for some minutes. Never written.
        stop: Set when no further call is to be sent: what waits for its turn then gives up.
    """

    def __init__(self, aws: Aws, scope: Scope, now: datetime, key: bytes) -> None:
        self.aws = aws
        self.scope = scope
        self.now = now
        self.key = key
        self.resources: dict[str, Resource] = {}
        self.invocations: dict[str, tuple[Invocation, ...]] = {}
        self.metrics: dict[str, tuple[MetricSeries, ...]] = {}
        self.changes: dict[str, Change] = {}
        self.refused: dict[str, RefusedCall] = {}
        self.traced: list[TracedCall] = []
        self.account_limit: AccountLimit | None = None
        self.account_usage: AccountUsage | None = None
        self.services: set[str] = set()
        self.read_at: dict[str, datetime] = {}
        self.packages: dict[str, dict[str, Any]] = {}
        self.stop = threading.Event()
        self._gaps: list[Gap] = []
        self._lock = threading.Lock()

    def add(self, *resources: Resource) -> None:
        """Add resources, in place of their namesakes."""
        with self._lock:
            self.resources.update({one.arn: one for one in resources})

    def gap(self, reason: Reason, call: Call, resource: str = "", error: str = "") -> None:
        """Note what was not seen."""
        self.note(Gap(reason=reason, call=call, resource=resource, error=error))

    def note(self, *gaps: Gap) -> None:
        """Note gaps as they are; of an error's words what looks like a secret is replaced."""
        with self._lock:
            self._gaps += [self._told(one) for one in gaps]

    def _told(self, gap: Gap) -> Gap:
        """A gap as it is kept: five hundred queries for metrics are not worth a line each, and nobody needs times."""
        parameters = {name: value for name, value in gap.call.parameters.items() if isinstance(value, str | int)}
        return replace(gap, error=redact_text(gap.error, self.key), call=replace(gap.call, parameters=parameters))

    def missed(self, call: str) -> bool:
        """Whether a call (``service:Operation``) that is about the whole account failed."""
        with self._lock:
            return any(gap.call.name == call and not gap.resource for gap in self._gaps)

    def noted(self, call: str, resource: str) -> bool:
        """Whether a call (``service:Operation``) about a resource failed."""
        with self._lock:
            return any(gap.call.name == call and gap.resource == resource for gap in self._gaps)

    def recorded(self, *events: Change | RefusedCall) -> None:
        """Add what CloudTrail recorded, each event once."""
        with self._lock:
            self.changes.update({one.event_id: one for one in events if isinstance(one, Change)})
            self.refused.update({one.event_id: one for one in events if isinstance(one, RefusedCall)})

    def trace(self, *calls: TracedCall) -> None:
        """Add calls that X-Ray recorded."""
        with self._lock:
            self.traced += calls

    def measure(self, arn: str, series: MetricSeries) -> None:
        """Add a metric of what an ARN names."""
        with self._lock:
            self.metrics[arn] = (*self.metrics.get(arn, ()), series)

    def arrange(self, rank: Callable[[MetricSeries], int]) -> None:
        """Put the metrics of each resource in order."""
        with self._lock:
            for arn, series in self.metrics.items():
                self.metrics[arn] = tuple(sorted(series, key=rank))

    def all(self, kind: type[R]) -> list[R]:
        """The resources of a type that were found so far, by ARN."""
        with self._lock:
            return [self.resources[arn] for arn in sorted(self.resources) if isinstance(self.resources[arn], kind)]  # type: ignore[misc]

    def troubled(self, function: Function) -> bool:
        """Whether what was read so far tells of trouble with a function."""
        arn = arns.unqualified(function.arn)
        return is_suspect(function, self.invocations.get(arn, ()), self.metrics.get(arn, ()))

    def read(
        self,
        service: str,
        operation: str,
        *,
        about: str = "",
        absent: Iterable[str] = (),
        region: str = "",
        pages: int = 0,
        **parameters: Any,
    ) -> dict[str, Any] | None:
        """Send a reading call; ``None`` when it failed, and the gap is noted.

        Of an answer in pages those before the failing one are returned: what is there was seen, and the gap says that
        there may be more.

        Args:
            service: botocore's name of the service.
            operation: AWS's name of the operation.
            about: ARN of the resource that the answer is about; empty for the whole account.
            absent: AWS's error codes that mean "there is none", which is an answer and no gap.
            region: Where to ask, if not where everything else is: what is global answers in one region only.
            pages: How many pages are enough; what lies behind them is a gap, except in IAM's listings. 0: all.
            parameters: The operation's parameters.

        Raises:
            Stopped: the collecting was stopped.
        """
        call = self.to(service, operation, region=region, **parameters)
        whole: dict[str, Any] | None = None
        try:
            for number, page in enumerate(self.aws.pages(call, self.stop), 1):
                whole = {} if whole is None else whole
                extend(whole, page)
                if number == pages:
                    if any(page.get(token) for token in _MORE):
                        self.gap("not_asked", call, about, f"more than {pages} pages")
                    break
        except AwsError as error:
            if error.code not in absent:
                self.note(error.gap(about))
        return whole

    def listed(self, service: str, operation: str, key: str, *, about: str = "", **parameters: Any) -> list[Any]:
        """The list in the answer of a reading call; an answer without it is a gap, for nothing is not what was said.

        Args:
            service: botocore's name of the service.
            operation: AWS's name of the operation.
            key: AWS's name of the list.
            about: As for ``read``.
            parameters: As for ``read``, whose other options go here too.
        """
        answer = self.read(service, operation, about=about, **parameters)
        if answer is None:
            return []
        found = answer.get(key)
        if isinstance(found, list | tuple):
            return list(found)
        self.gap("failed", self.to(service, operation), about, f"unexpected answer: it does not tell {key}")
        return []

    def to(self, service: str, operation: str, *, region: str = "", **parameters: Any) -> Call:
        """A call to the account and region that is being read."""
        return Call(
            service=service,
            operation=operation,
            parameters=parameters,
            account=self.aws.account,
            region=region or self.aws.region,
        )

    def values(self, plain: Mapping[str, str] | None) -> dict[str, str | Redacted]:
        """Values that somebody chose (variables, tags), each kept or replaced by classification."""
        return {name: redact(value, self.key) for name, value in (plain or {}).items()}

    def decode(
        self,
        kind: type[S],
        raw: Mapping[str, Any],
        source: str,
        *,
        about: str = "",
        decoders: Decoders | None = None,
        **ours: Any,
    ) -> S | None:
        """Make a shape of an answer of ``source`` (``service:Operation``); one that is not what AWS's model says is a gap."""
        try:
            return decode(kind, scrubbed(raw, self.key), decoders, **ours)
        except (ValueError, TypeError, AttributeError) as error:  # msgspec's errors and json's are ValueErrors
            service, operation = source.split(":")
            self.gap("failed", Call(service=service, operation=operation), about, f"unexpected answer: {error}")
            return None

    def add_all(self, kind: type[S], raws: Iterable[Mapping[str, Any]], source: str) -> list[S]:
        """Decode and add the resources of a listing; returns those that could be read."""
        found = [one for raw in raws if (one := self.decode(kind, raw, source)) is not None]
        self.add(*found)  # type: ignore[arg-type]  # a shape that is listed is a resource
        return found

    def finish(self, identity: Identity, changes: tuple[Change, ...]) -> Snapshot:
        """The snapshot, with everything in a fixed order, and with those of the changes that matter."""
        with self._lock:
            resources, invocations, metrics = dict(self.resources), dict(self.invocations), dict(self.metrics)
            read_at, refused, gaps = dict(self.read_at), list(self.refused.values()), list(self._gaps)
            traced = list(self.traced)
        return Snapshot(
            taken_at=self.now,
            scope=self.scope,
            identity=identity,
            account_limit=self.account_limit,
            account_usage=self.account_usage,
            resources={arn: resources[arn] for arn in sorted(resources)},
            invocations={arn: invocations[arn] for arn in sorted(invocations) if invocations[arn]},
            metrics={arn: metrics[arn] for arn in sorted(metrics)},
            changes=changes,
            refused=tuple(sorted(refused, key=lambda one: (one.event_time, one.event_id))),
            traced=tuple(
                sorted(traced, key=lambda one: (one.function, one.service, one.operation, str(one.parameters)))
            ),
            gaps=tuple(sorted(gaps, key=lambda gap: (gap.call.name, gap.resource, gap.error))),
            read_at={arn: read_at[arn] for arn in sorted(read_at)},
        )


_MORE = ("NextToken", "nextToken", "NextMarker")
"""Under which names an answer tells that there is more; IAM's is left out."""


def scrubbed(raw: Any, key: bytes) -> Any:
    """An answer with what looks like a secret replaced, in whatever text of it, and tags by classification."""
    if isinstance(raw, str):
        return redact_text(raw, key)
    if isinstance(raw, Mapping):
        tag = set(raw) == _TAG
        return {
            name: _classified(value, key) if name in _TAGS or (tag and name == "Value") else scrubbed(value, key)
            for name, value in raw.items()
        }
    if isinstance(raw, list | tuple):
        return [scrubbed(one, key) for one in raw]
    return raw


_TAG = {"Key", "Value"}
"""The members of a tag in a list of tags."""
_TAGS = ("Tags", "tags")


def _classified(raw: Any, key: bytes) -> Any:
    """A tag's value, or tags by name, as JSON carries them."""
    if isinstance(raw, str):
        return msgspec.to_builtins(redact(raw, key))
    if isinstance(raw, Mapping):
        return {name: _classified(value, key) for name, value in raw.items()}
    return scrubbed(raw, key)
