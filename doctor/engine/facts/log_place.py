"""The log group that a function writes to."""

from typing import Self

from doctor.engine.facts.fact import Fact
from doctor.engine.world import World
from doctor.model.function import Function
from doctor.model.triggers import LogGroup


class LogPlace(Fact):
    """Where a function's log lines go."""

    reads = ("logs:DescribeLogGroups",)
    sure = True

    group: LogGroup | None
    """``None``: there is no such log group."""

    @property
    def is_there(self) -> bool:
        """Whether the log group exists."""
        return self.group is not None

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find it; raises ``Unseen`` when log groups were not read."""
        place = subject.log_group_arn
        world.require("logs:DescribeLogGroups", place)
        return cls(group=world.get(place, LogGroup))
