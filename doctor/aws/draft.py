"""A snapshot while it is being collected. Many threads add to it; every read that fails becomes a gap."""

import threading
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from doctor.aws.decode import Decoders, decode
from doctor.aws.session import Aws, AwsError
from doctor.model.call import Call, Gap, Reason
from doctor.model.record import Shape
from doctor.model.snapshot import AccountLimit, Identity, Resource, Scope, Snapshot
from doctor.model.telemetry import Change, Invocation, MetricSeries

S = TypeVar("S", bound=Shape)


class Draft:
    """What was found so far.

    Attributes:
        aws: Where it is read from.
        key: The key of this machine's redaction digests.
    """

    def __init__(self, aws: Aws, scope: Scope, now: datetime, key: bytes) -> None:
        self.aws = aws
        self.scope = scope
        self.now = now
        self.key = key
        self.resources: dict[str, Resource] = {}
        self.invocations: dict[str, tuple[Invocation, ...]] = {}
        self.metrics: dict[str, tuple[MetricSeries, ...]] = {}
        self.changes: tuple[Change, ...] = ()
        self.account_limit: AccountLimit | None = None
        self._gaps: list[Gap] = []
        self._lock = threading.Lock()

    def add(self, *resources: Resource) -> None:
        """Add resources, in place of their namesakes."""
        with self._lock:
            self.resources.update({one.arn: one for one in resources})

    def gap(self, reason: Reason, call: Call, resource: str = "", error: str = "") -> None:
        """Note what was not seen."""
        with self._lock:
            self._gaps.append(Gap(reason=reason, call=call, resource=resource, error=error))

    def read(
        self,
        service: str,
        operation: str,
        *,
        about: str = "",
        absent: Iterable[str] = (),
        **parameters: Any,
    ) -> dict[str, Any] | None:
        """Send a reading call; ``None`` when it failed, and the gap is noted.

        Args:
            service: botocore's name of the service.
            operation: AWS's name of the operation.
            about: ARN of the resource that the answer is about; empty for the whole account.
            absent: AWS's error codes that mean "there is none", which is an answer and no gap.
            parameters: The operation's parameters.
        """
        call = Call(
            service=service,
            operation=operation,
            parameters=parameters,
            account=self.aws.account,
            region=self.aws.region,
        )
        try:
            return self.aws.read(call)
        except AwsError as error:
            if error.code not in absent:
                with self._lock:
                    self._gaps.append(error.gap(about))
            return None

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
            return decode(kind, raw, decoders, **ours)
        except ValueError as error:  # msgspec's errors and json's are both of this kind
            service, operation = source.split(":")
            self.gap("failed", Call(service=service, operation=operation), about, f"unexpected answer: {error}")
            return None

    def add_all(self, kind: type[S], raws: Iterable[Mapping[str, Any]], source: str) -> list[S]:
        """Decode and add the resources of a listing; returns those that could be read."""
        found = [one for raw in raws if (one := self.decode(kind, raw, source)) is not None]
        self.add(*found)  # type: ignore[arg-type]  # a shape that is listed is a resource
        return found

    def finish(self, identity: Identity) -> Snapshot:
        """The snapshot, with everything in a fixed order."""
        return Snapshot(
            taken_at=self.now,
            scope=self.scope,
            identity=identity,
            account_limit=self.account_limit,
            resources={arn: self.resources[arn] for arn in sorted(self.resources)},
            invocations={arn: self.invocations[arn] for arn in sorted(self.invocations) if self.invocations[arn]},
            metrics={arn: self.metrics[arn] for arn in sorted(self.metrics) if self.metrics[arn]},
            changes=self.changes,
            gaps=tuple(sorted(self._gaps, key=lambda gap: (gap.call.name, gap.resource, gap.error))),
        )
