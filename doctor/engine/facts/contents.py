"""What is in the package of a version, for rules of which only a part hangs on it."""

from typing import ClassVar, Self

from doctor.engine.facts.fact import Fact
from doctor.engine.facts.foreseen import PACKAGE
from doctor.engine.world import Unseen, World
from doctor.model.call import Gap
from doctor.model.function import Function
from doctor.model.package import Package


class Contents(Fact):
    """The package of one version: asking for it raises ``Unseen`` where it was not read, so that nothing in it is never "empty"."""

    reads = ()
    parts: ClassVar[tuple[str, ...]] = (PACKAGE,)
    sure = True

    read: Package | None = None
    unseen: Gap | None = None

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Take it; that it was not read is told when it is asked for."""
        package = subject.package
        return cls(read=package, unseen=world.gap(PACKAGE, subject.arn) if package is None else None)

    @property
    def package(self) -> Package | None:
        """The package; ``None``: it is a container image. Raises ``Unseen`` when it was not read."""
        if self.unseen is not None:
            raise Unseen(self.unseen)
        return self.read
