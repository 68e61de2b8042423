"""What the log of a function shows."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import pairwise
from typing import Self

from doctor.engine.facts.fact import Fact
from doctor.engine.world import World
from doctor.logs.symptoms import symptom
from doctor.model.function import Function
from doctor.model.telemetry import Invocation, LogLine, Symptom, SymptomKind

_LEAK_INVOCATIONS = 20
_LEAK_GROWTH = 1.2
"""Last over first ``Max Memory Used`` of an environment."""
_LEAK_STEP = 0.5
"""The largest share of the growth that a single invocation may have: a large event is no leak."""


class Invocations(Fact):
    """What the log of one version shows, oldest first."""

    reads = ("logs:FilterLogEvents",)
    sure = True

    all: tuple[Invocation, ...]
    changed: datetime | None = None
    """When the version was last changed, by its LastModified; ``None``: not told."""
    symptoms: tuple[tuple[Invocation, Symptom], ...] = ()
    """Those that failed, and what each shows."""
    texts: tuple[str, ...] = ()
    """All that is told of each of these: its error's message and its lines."""
    said: str = ""
    """The same of all of them together: what is not in it is in none."""

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Take the version's invocations; raises ``Unseen`` when its log was not read."""
        for read in world.gapped(cls.reads):
            world.require(read, subject.log_group_arn)
        ran = world.invocations(subject)
        symptoms = tuple((one, seen) for one in ran if (seen := symptom(one)) is not None)
        texts = tuple("\n".join(_texts(one)) for one, _ in symptoms)
        return cls(
            all=ran, changed=_moment(subject.last_modified), symptoms=symptoms, texts=texts, said="\n".join(texts)
        )

    @property
    def are_there(self) -> bool:
        """Whether any was seen."""
        return bool(self.all)

    @property
    def succeeded(self) -> tuple[Invocation, ...]:
        """Those that are known to have gone through."""
        return tuple(one for one in self.all if one.succeeded)

    @property
    def failed(self) -> tuple[Invocation, ...]:
        """Those that ended in an error, a time-out included."""
        return tuple(one for one, _ in self.symptoms)

    @property
    def timed_out(self) -> tuple[Invocation, ...]:
        """Those that were stopped at their deadline."""
        return tuple(one for one in self.failed if one.status == "timeout")

    @property
    def cold(self) -> tuple[Invocation, ...]:
        """Those whose REPORT tells of an initialisation before them."""
        return tuple(one for one in self.all if one.init_duration is not None)

    def hurried(self, timeout: int) -> tuple[Invocation, ...]:
        """Those that went through and took more than half of the version's timeout, in seconds."""
        return tuple(one for one in self.all if one.succeeded and (one.duration or 0.0) > 500 * timeout)

    @property
    def reporting_inits(self) -> tuple[Invocation, ...]:
        """Those of whose initialisation a line of its own tells."""
        return tuple(one for one in self.all if one.inits)

    def started_in(self, milliseconds: float) -> tuple[Invocation, ...]:
        """Those whose initialisation took so long, or longer."""
        return tuple(one for one in self.all if (one.init_duration or 0.0) >= milliseconds)

    def kept_waiting(self, milliseconds: float) -> tuple[Invocation, ...]:
        """Those that went through, and whose caller waited longer than that."""
        return tuple(one for one in self.all if one.succeeded and one.waited > milliseconds)

    def telling(self, text: str) -> tuple[tuple[Invocation, LogLine], ...]:
        """The lines that hold a text, each with its invocation, whether that failed or not."""
        return tuple((one, line) for one in self.all for line in one.lines if text in line.message)

    def showing(self, kind: SymptomKind, detail: str = "") -> tuple[Invocation, ...]:
        """Those that show a symptom of that kind; of any detail when none is given."""
        wanted = Symptom(kind=kind, detail=detail)
        return tuple(one for one, seen in self.symptoms if wanted.covers(seen))

    def unmended(self, those: Iterable[Invocation]) -> tuple[Invocation, ...]:
        """Of ``those``, the ones after the last that went through: what fails always and was mended since is left out."""
        found = tuple(those)
        mended = max((one.at for one in self.succeeded), default=None) if found else None
        return tuple(one for one in found if mended is None or one.at > mended)

    def since_change(self, those: Iterable[Invocation]) -> tuple[Invocation, ...]:
        """Of ``those``, the ones that ran what the version is now, not what it was before its last change."""
        return tuple(one for one in those if self.changed is None or one.at >= self.changed)

    def before(self, one: Invocation) -> tuple[Invocation, ...]:
        """The earlier invocations of the same environment that were seen."""
        return tuple(early for early in self.all if early.log_stream == one.log_stream and early.at < one.at)

    def is_first(self, one: Invocation) -> bool:
        """Tell whether an invocation is known to be its environment's first: its initialisation was seen with it."""
        return (one.init_duration is not None or bool(one.inits)) and not self.before(one)

    def leaking(self) -> tuple[Invocation, ...]:
        """Invocations of one environment over which its memory rose and rose; empty when no environment's did.

        The figure never falls while an environment lives, so only many small steps tell of a leak: one large event is one step.
        """
        return next((those for _, those in sorted(self.environments().items()) if _rises(those)), ())

    def of_type(self, *error_types: str) -> tuple[Invocation, ...]:
        """Those that failed with one of these error types: ``Runtime.OutOfMemory``, ``KeyError``."""
        return tuple(one for one in self.failed if one.error_type in error_types)

    def saying(self, *texts: str) -> tuple[Invocation, ...]:
        """Those that failed and one of whose error message or lines holds one of these texts."""
        if not any(text in self.said for text in texts):
            return ()
        told = zip(self.symptoms, self.texts, strict=True)
        return tuple(one for (one, _), whole in told if any(text in whole for text in texts))

    def matching(self, pattern: re.Pattern[str], *marks: str) -> tuple[Invocation, ...]:
        """Those that failed and whose error message or a line of whose own matches; the pattern is tied to no line's end.

        ``marks``: every match holds one of these texts. To look for them first is a hundred times as fast, and few hold any.
        """
        if marks and not any(mark in self.said for mark in marks):
            return ()
        told = zip(self.symptoms, self.texts, strict=True)
        hits = ((one, text) for (one, _), text in told if not marks or any(mark in text for mark in marks))
        found = (one for one, text in hits if pattern.search(text))  # one search for most, which do not match
        return tuple(one for one in found if any(pattern.search(text) for text in _texts(one)))

    def environments(self) -> dict[str, tuple[Invocation, ...]]:
        """By log stream, which is one execution environment: its invocations, oldest first."""
        found: dict[str, list[Invocation]] = {}
        for one in self.all:
            found.setdefault(one.log_stream, []).append(one)
        return {stream: tuple(those) for stream, those in found.items()}


def _moment(text: str) -> datetime | None:
    """A time as Lambda writes it; ``None`` for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _rises(those: tuple[Invocation, ...]) -> bool:
    used = [one.max_memory_used for one in those if one.max_memory_used]
    if len(used) < _LEAK_INVOCATIONS or used[-1] <= _LEAK_GROWTH * used[0]:
        return False
    steps = [later - early for early, later in pairwise(used)]
    late = steps[-len(steps) // 3 :]
    return min(steps) >= 0 and any(late) and max(steps) <= _LEAK_STEP * sum(steps)


def _texts(one: Invocation) -> Iterator[str]:
    yield one.error_message
    yield from (line.message for line in one.lines)
