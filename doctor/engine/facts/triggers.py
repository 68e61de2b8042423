"""Pollers and their sources."""

from typing import Self

from doctor.engine.facts.fact import Fact
from doctor.engine.world import World
from doctor.model.function import EventSourceMapping, Function
from doctor.model.triggers import Queue


class Triggers(Fact):
    """The pollers of one version, and the queues that they read."""

    reads = ("lambda:ListEventSourceMappings", "sqs:GetQueueAttributes")

    mappings: tuple[EventSourceMapping, ...]
    queues: tuple[Queue, ...]
    """Those that exist."""

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find the mappings and their queues; raises ``Unseen`` when either was not read."""
        world.require("lambda:ListEventSourceMappings")
        mappings = tuple(world.mappings(subject))
        sources = dict.fromkeys(one.event_source_arn for one in mappings if ":sqs:" in one.event_source_arn)
        found = [world.queue(source) for source in sources]
        return cls(mappings=mappings, queues=tuple(queue for queue in found if queue is not None))

    def mapping_of(self, queue: Queue) -> EventSourceMapping:
        """The poller that reads a queue of this fact."""
        return next(mapping for mapping in self.mappings if mapping.event_source_arn == queue.arn)
