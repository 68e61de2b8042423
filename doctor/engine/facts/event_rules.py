"""EventBridge rules that invoke a function."""

from typing import Self

from doctor.engine.facts.fact import Fact
from doctor.engine.world import World
from doctor.model.function import Function
from doctor.model.triggers import EventRule


class EventRules(Fact):
    """The rules that have one version, or an alias that leads to it, for a target."""

    reads = ("events:ListRules", "events:ListTargetsByRule")
    sure = True

    those: tuple[EventRule, ...]

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find the rules; raises ``Unseen`` when rules or targets were not read."""
        for call in cls.reads:
            world.require_whole(call)  # a rule whose targets were not read may be about any function
        return cls(those=tuple(world.event_rules(subject)))
