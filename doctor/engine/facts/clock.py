"""The moment that everything is judged at."""

from datetime import datetime
from typing import Self

from doctor.engine.facts.fact import Fact
from doctor.engine.world import World
from doctor.model.function import Function


class Clock(Fact):
    """When the snapshot was taken: the only ``now`` there is."""

    reads = ()
    sure = True

    now: datetime

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:  # noqa: ARG003 -- the moment is the same for every subject
        """Take the snapshot's moment."""
        return cls(now=world.now)

    def seconds_since(self, moment: str) -> float | None:
        """How long ago a time as Lambda writes it was; ``None`` for anything else."""
        try:
            then = datetime.fromisoformat(moment)
        except ValueError:
            return None
        return (self.now - then).total_seconds() if then.tzinfo else None
