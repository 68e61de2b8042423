"""What the records of a batch cost in time, by the lines that the code writes for each."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import pairwise
from typing import Self

from doctor.engine.facts.fact import Fact
from doctor.engine.facts.invocations import Invocations
from doctor.engine.world import World
from doctor.model.function import EventSourceMapping, Function
from doctor.model.record import Record
from doctor.model.telemetry import Invocation, LogLine

_CHANGING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\b0x[0-9a-f]+|\b[\w-]*\d[\w.:-]*|'[^']*'|\"[^\"]*\"")
"""What differs from record to record: numbers, identifiers, quoted values."""
_FEWEST = 5
"""Lines of one kind in an invocation from which on they tell a pace."""
_STEADY = 2.0
"""How many times the usual pause between two of them the longest may take: a hang is no pace."""
_LONGEST = 512
"""Characters of a line that are compared."""
ENOUGH = 0.9
"""Share of the timeout from which on a whole batch does not fit."""


class Paced(Record):
    """A poller whose whole batches take longer than the function may run."""

    mapping: EventSourceMapping
    per_record: float
    """Milliseconds between two lines that are written for a record each."""
    seen: int
    """How many records the invocation got through until it was stopped."""
    stopped: Invocation
    """The latest that was."""

    @property
    def whole(self) -> float:
        """Milliseconds that a whole batch would take."""
        return self.per_record * self.mapping.batch_size


class Batches(Fact):
    """The pollers of one version whose batches are too big for its timeout, as far as its log shows a pace."""

    reads = ("logs:FilterLogEvents",)
    after = (Invocations,)
    sure = True

    too_big: tuple[Paced, ...] = ()
    smaller_since: tuple[Paced, ...] = ()
    """Those that were, until their poller was changed: nothing was stopped since."""

    @property
    def to_blame(self) -> str:
        """Why a time-out is a batch's and not the work's for one record; empty: it is not."""
        for one in self.too_big[:1]:
            return f"smaller batches go through: {one.mapping.batch_size} records are too many at once"
        for one in self.smaller_since[:1]:
            return f"batches were larger then: {one.mapping.batch_size} records, as now, fit"
        return ""

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find them among the pollers that were seen; raises ``Unseen`` when the log was not read."""
        ran = world.fact(Invocations, subject)
        mappings = [one for one in world.mappings(subject) if one.state == "Enabled" and one.batch_size > 1]
        if not mappings or not ran.timed_out:
            return cls()
        paced = tuple(_paced(ran, mappings))
        mended = tuple(one for one in paced if _changed(one.mapping, one.stopped.at))
        enough = ENOUGH * subject.timeout * 1000
        return cls(
            too_big=tuple(
                one for one in paced if one not in mended and one.seen < one.mapping.batch_size and one.whole >= enough
            ),
            smaller_since=tuple(one for one in mended if one.whole < enough),
        )


def _paced(ran: Invocations, mappings: Iterable[EventSourceMapping]) -> Iterator[Paced]:
    """The pollers with the pace of the latest invocation that was stopped at one."""
    for stopped in reversed(ran.timed_out):
        kind, pace, seen = _pace(stopped)
        if seen and _is_cheaper(kind, seen, ran.succeeded):
            yield from (Paced(mapping=one, per_record=pace, seen=seen, stopped=stopped) for one in mappings)
            return


def _changed(mapping: EventSourceMapping, since: datetime) -> bool:
    """Whether a poller was changed after a moment."""
    try:
        changed = datetime.fromisoformat(str(mapping.extra.get("LastModified")))
    except ValueError:
        return False
    return changed.tzinfo is not None and changed > since


def _pace(one: Invocation) -> tuple[str, float, int]:
    """The kind of line that an invocation wrote most often, its usual pause, and how often; steady until it was stopped."""
    kinds: dict[str, list[LogLine]] = {}
    for line in one.own_lines:
        kinds.setdefault(_kind(line.message), []).append(line)
    if one.started is None or not kinds:
        return "", 0.0, 0
    kind, lines = max(kinds.items(), key=lambda item: len(item[1]))
    pauses = [(later.at - early.at).total_seconds() * 1000 for early, later in pairwise(lines)]
    usual = sorted(pauses)[len(pauses) // 2] if pauses else 0.0
    left = (one.duration or 0.0) - (lines[-1].at - one.started).total_seconds() * 1000
    if len(lines) < _FEWEST or not usual or max(*pauses, left) > _STEADY * usual:
        return "", 0.0, 0
    return kind, usual, len(lines)


def _kind(message: str) -> str:
    return _CHANGING.sub("#", message[:_LONGEST].lower())


def _is_cheaper(kind: str, seen: int, succeeded: Iterable[Invocation]) -> bool:
    """Whether an invocation with fewer such lines went through: it is their number that takes the time."""
    counts = (Counter(_kind(line.message) for line in one.own_lines)[kind] for one in succeeded)
    return any(0 < count < seen for count in counts)
