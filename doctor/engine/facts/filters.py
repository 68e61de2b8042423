"""Pollers that hand on only what their filters let through."""

import json
from collections.abc import Iterator
from typing import Any, ClassVar, Self

from doctor.engine.facts.counted import queues_unread
from doctor.engine.facts.fact import Fact
from doctor.engine.world import Unseen, World
from doctor.model import arns
from doctor.model.call import Gap
from doctor.model.function import EventSourceMapping, Function
from doctor.model.record import Record
from doctor.model.telemetry import MetricSeries
from doctor.model.triggers import Queue

_ENVELOPE = frozenset({"awsRegion", "eventSource", "eventSourceARN"})
_RECORD_FIELDS = {
    "sqs": _ENVELOPE
    | {"messageId", "receiptHandle", "body", "attributes", "messageAttributes", "md5OfBody", "md5OfMessageAttributes"},
    "kinesis": _ENVELOPE
    | {"kinesis", "data", "partitionKey", "sequenceNumber", "kinesisSchemaVersion", "approximateArrivalTimestamp"}
    | {"eventID", "eventName", "eventVersion", "invokeIdentityArn"},
    "dynamodb": _ENVELOPE | {"dynamodb", "eventID", "eventName", "eventVersion", "userIdentity"},
    "kafka": frozenset({"topic", "partition", "offset", "timestamp", "timestampType", "key", "value", "headers"}),
}
"""The fields of a record, by the service that its source's ARN names.

See https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
"""


class Filtered(Record):
    """A poller with filters, and what CloudWatch counted of it."""

    mapping: EventSourceMapping
    unknown: tuple[str, ...]
    """A field for each filter that no record of the source has, so that the filter matches nothing; empty: one may match."""
    polled: float = 0.0
    """Records that it took over the window; 0 also where nobody counts them (see ``MetricsConfig``)."""
    dropped: float = 0.0
    """Of these, the ones that no filter matched."""
    counted: MetricSeries | None = None
    """The count of what was polled."""
    queue: Queue | None = None
    """Its source, where that is a queue that was seen."""
    deleted: MetricSeries | None = None
    """The count of messages that were deleted from that queue."""


class Filters(Fact):
    """The pollers of one version that have filters and are switched on."""

    reads = ("lambda:ListEventSourceMappings", "cloudwatch:GetMetricData")
    parts: ClassVar[tuple[str, ...]] = ("sqs:GetQueueAttributes",)
    sure = True

    those: tuple[Filtered, ...]
    unseen: Gap | None = None
    """Why the queue of one of them was not read."""

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find them; raises ``Unseen`` when pollers or metrics were not read."""
        world.require("lambda:ListEventSourceMappings")
        found = [one for one in world.mappings(subject) if one.state == "Enabled" and _patterns(one)]
        if found:
            world.require("cloudwatch:GetMetricData")
        return cls(those=tuple(_filtered(world, one) for one in found), unseen=queues_unread(world, found))

    def require_queues(self) -> None:
        """Raise ``Unseen`` when the queue of one of them was not read: nothing is known of its messages."""
        if self.unseen is not None:
            raise Unseen(self.unseen)


def _filtered(world: World, mapping: EventSourceMapping) -> Filtered:
    counts = {one.metric_name: one for one in world.metrics(mapping.arn) if one.stat == "Sum"}
    source = world.get(mapping.event_source_arn, Queue)
    theirs = {one.metric_name: one for one in world.metrics(source.arn)} if source else {}
    dropped = counts.get("FilteredOutEventCount")
    return Filtered(
        mapping=mapping,
        unknown=tuple(_unknown(mapping)),
        polled=sum(counts["PolledEventCount"].values) if "PolledEventCount" in counts else 0.0,
        dropped=sum(dropped.values) if dropped else 0.0,
        counted=counts.get("PolledEventCount"),
        queue=source,
        deleted=theirs.get("NumberOfMessagesDeleted"),
    )


def _patterns(mapping: EventSourceMapping) -> list[Any]:
    """The patterns of its filters, ``None`` for one that is no JSON; none where the filters are encrypted and not told."""
    found = []
    for one in mapping.filter_criteria.get("Filters") or ():
        try:
            found.append(json.loads(one.get("Pattern", "{}")))
        except ValueError:
            found.append(None)
    return found


def _unknown(mapping: EventSourceMapping) -> Iterator[str]:
    """The first field of each filter that a record must have and cannot; nothing unless that is so of every filter."""
    fields = _RECORD_FIELDS.get(arns.service(mapping.event_source_arn))
    if fields is None:
        return
    wrong = [
        next((name for name, wanted in one.items() if name not in fields and not _may_lack(name, wanted)), "")
        if isinstance(one, dict)
        else ""
        for one in _patterns(mapping)
    ]
    if all(wrong):
        yield from wrong


def _may_lack(name: str, wanted: Any) -> bool:
    """Whether a record without the field may match: it is asked not to have it, or there is an alternative."""
    return name.startswith("$") or {"exists": False} in (wanted if isinstance(wanted, list) else [])
