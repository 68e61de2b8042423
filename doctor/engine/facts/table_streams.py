"""Pollers of DynamoDB streams, with the tables whose changes these tell."""

from typing import ClassVar, Self

from doctor.engine.facts.fact import Fact
from doctor.engine.world import Unseen, World
from doctor.model.call import Gap
from doctor.model.function import EventSourceMapping, Function
from doctor.model.record import Record
from doctor.model.triggers import Table


class TableStream(Record):
    """A poller of a DynamoDB stream, and its table."""

    mapping: EventSourceMapping
    table: Table

    @property
    def written(self) -> str:
        """ARN of the stream that the table writes now; empty: none."""
        on = self.table.extra.get("StreamSpecification", {}).get("StreamEnabled")
        return str(self.table.extra.get("LatestStreamArn", "")) if on else ""


class TableStreams(Fact):
    """The pollers of one version that read DynamoDB streams of tables that were seen."""

    reads = ("lambda:ListEventSourceMappings",)
    parts: ClassVar[tuple[str, ...]] = ("dynamodb:DescribeTable",)
    sure = True

    those: tuple[TableStream, ...]
    unseen: Gap | None = None
    """Why a table was not read."""

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find them; raises ``Unseen`` when the mappings were not read."""
        world.require("lambda:ListEventSourceMappings")
        found: list[TableStream] = []
        unseen: Gap | None = None
        for mapping in world.mappings(subject):
            if ":dynamodb:" in mapping.event_source_arn:
                whose = "/".join(mapping.event_source_arn.split("/")[:2])
                table = world.get(whose, Table)
                if table is not None:
                    found.append(TableStream(mapping=mapping, table=table))
                else:
                    unseen = unseen or world.gap("dynamodb:DescribeTable", whose)
        return cls(those=tuple(found), unseen=unseen)

    def require_all(self) -> None:
        """Raise ``Unseen`` when a table was not read whose stream is polled."""
        if self.unseen is not None:
            raise Unseen(self.unseen)
