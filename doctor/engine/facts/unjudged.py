"""What AWS refused where the policies that decide were not seen."""

from typing import Self

from doctor.engine.facts.denials import Denials, Denied
from doctor.engine.facts.fact import Fact
from doctor.engine.facts.permissions import Permissions
from doctor.engine.world import Unseen, World
from doctor.model.function import Function


class UnjudgedDenials(Fact):
    """The denials of one version that nobody can hold against its role: of a log alone, or of a role that was not read."""

    reads = Denials.reads
    after = (Denials,)
    sure = True

    those: tuple[Denied, ...] = ()
    """Those whose text tells which action was refused."""

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find them; raises ``Unseen`` when the log was not read."""
        told = tuple(one for one in world.fact(Denials, subject).all if one.denial.action)
        return cls(those=told if told and not _is_seen(world, subject) else ())


def _is_seen(world: World, subject: Function) -> bool:
    try:
        return world.fact(Permissions, subject).unseen is None
    except Unseen:
        return False
