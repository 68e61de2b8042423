"""What the log of a function shows."""

from collections.abc import Iterable, Iterator
from typing import Self

from doctor.engine.facts.fact import Fact
from doctor.engine.world import World
from doctor.logs.symptoms import symptom
from doctor.model.function import Function
from doctor.model.telemetry import Invocation, Symptom, SymptomKind


class Invocations(Fact):
    """What the log of one version shows, oldest first."""

    reads = ("logs:FilterLogEvents",)

    all: tuple[Invocation, ...]

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Take the version's invocations; raises ``Unseen`` when its log was not read."""
        world.require("logs:FilterLogEvents", subject.log_group_arn)
        return cls(all=world.invocations(subject))

    @property
    def succeeded(self) -> tuple[Invocation, ...]:
        """Those that are known to have gone through."""
        return tuple(one for one in self.all if one.succeeded)

    @property
    def failed(self) -> tuple[Invocation, ...]:
        """Those that ended in an error, a time-out included."""
        return tuple(one for one in self.all if one.status != "success")

    @property
    def timed_out(self) -> tuple[Invocation, ...]:
        """Those that were stopped at their deadline."""
        return tuple(one for one in self.all if one.status == "timeout")

    @property
    def cold(self) -> tuple[Invocation, ...]:
        """Those whose REPORT tells of an initialisation before them."""
        return tuple(one for one in self.all if one.init_duration is not None)

    def showing(self, kind: SymptomKind, detail: str = "") -> tuple[Invocation, ...]:
        """Those that show a symptom of that kind; of any detail when none is given."""
        wanted = Symptom(kind=kind, detail=detail)
        return tuple(one for one in self.all if (seen := symptom(one)) is not None and wanted.covers(seen))

    def unmended(self, those: Iterable[Invocation]) -> tuple[Invocation, ...]:
        """Of ``those``, the ones after the last that went through: what fails always and was mended since is left out."""
        mended = max((one.at for one in self.succeeded), default=None)
        return tuple(one for one in those if mended is None or one.at > mended)

    def of_type(self, *error_types: str) -> tuple[Invocation, ...]:
        """Those that failed with one of these error types: ``Runtime.OutOfMemory``, ``KeyError``."""
        return tuple(one for one in self.all if one.error_type in error_types)

    def saying(self, *texts: str) -> tuple[Invocation, ...]:
        """Those that failed and one of whose error message or lines holds one of these texts."""
        return tuple(one for one in self.failed if any(text in line for line in _texts(one) for text in texts))

    def environments(self) -> dict[str, tuple[Invocation, ...]]:
        """By log stream, which is one execution environment: its invocations, oldest first."""
        found: dict[str, list[Invocation]] = {}
        for one in self.all:
            found.setdefault(one.log_stream, []).append(one)
        return {stream: tuple(those) for stream, those in found.items()}


def _texts(one: Invocation) -> Iterator[str]:
    yield one.error_message
    yield from (line.message for line in one.lines)
