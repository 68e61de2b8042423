"""Which way callers take to a version."""

from typing import Self

from doctor.engine.facts.fact import Fact
from doctor.engine.world import World
from doctor.model import arns
from doctor.model.function import Alias, Function


class Traffic(Fact):
    """The aliases of a function, and which of them lead to this version."""

    reads = ("lambda:ListAliases",)
    sure = True

    aliases: tuple[Alias, ...]
    """All of the function's."""
    leading_here: tuple[Alias, ...]
    latest: Function | None = None
    """``$LATEST``, which becomes the next version; ``None``: not read."""

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find the aliases; raises ``Unseen`` when they were not read."""
        world.require("lambda:ListAliases", arns.unqualified(subject.arn))
        return cls(
            aliases=tuple(world.aliases(subject)),
            leading_here=tuple(world.routes_to(subject)),
            latest=world.get(arns.unqualified(subject.arn), Function),
        )
