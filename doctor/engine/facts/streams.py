"""Pollers of streams."""

from typing import Self

from doctor.engine.facts.fact import Fact
from doctor.engine.world import World
from doctor.model.function import EventSourceMapping, Function
from doctor.model.record import Record
from doctor.model.sources import Stream

_DYNAMODB_HOURS = 24
"""See https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html"""


class Polled(Record):
    """A poller and how long its stream keeps a record."""

    mapping: EventSourceMapping
    retention_hours: int | None
    """``None``: the stream is not there, or is of another kind."""


class Streams(Fact):
    """The pollers that take records from Kinesis or from a DynamoDB stream to one version."""

    reads = ("lambda:ListEventSourceMappings", "kinesis:DescribeStreamSummary")
    sure = True

    those: tuple[Polled, ...]

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find them; raises ``Unseen`` when pollers or a stream were not read."""
        world.require("lambda:ListEventSourceMappings")
        those = []
        for mapping in world.mappings(subject):
            source = mapping.event_source_arn
            if ":kinesis:" in source:
                world.require("kinesis:DescribeStreamSummary", source)
                stream = world.get(source, Stream)
                those.append(Polled(mapping=mapping, retention_hours=stream.retention_period_hours if stream else None))
            elif ":dynamodb:" in source:
                those.append(Polled(mapping=mapping, retention_hours=_DYNAMODB_HOURS))
        return cls(those=tuple(those))
