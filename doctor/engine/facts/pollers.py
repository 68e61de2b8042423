"""Pollers, whatever they read."""

from typing import Self

from doctor.engine.facts.fact import Fact
from doctor.engine.world import World
from doctor.model.function import EventSourceMapping, Function


class Pollers(Fact):
    """The event source mappings that invoke one version, directly or by an alias."""

    reads = ("lambda:ListEventSourceMappings",)
    sure = True

    those: tuple[EventSourceMapping, ...]

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find them; raises ``Unseen`` when they were not read."""
        world.require("lambda:ListEventSourceMappings")
        return cls(those=tuple(world.mappings(subject)))
