"""What every fact is."""

from typing import ClassVar, Self

from doctor.engine.world import World
from doctor.model.function import Function
from doctor.model.record import Record


class Fact(Record):
    """Something derived from a world for one version of a function.

    ``reads`` names the AWS operations behind it, from which the policy that collecting needs is derived.
    """

    reads: ClassVar[tuple[str, ...]]
    parts: ClassVar[tuple[str, ...]] = ()
    """More reads, each of which brings a part: what the others bring stands without it, and that it is missing is said."""
    after: ClassVar[tuple[type, ...]] = ()
    """Facts that it asks for before anything else: where one of them lies behind a gap, it lies behind the same."""
    sure: ClassVar[bool] = False
    """Whether it can always be made where none of its reads left a gap."""

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Derive the fact; raises ``Unseen`` when it lies behind a gap."""
        raise NotImplementedError  # every fact says how
