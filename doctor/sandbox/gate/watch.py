"""A run as a watcher sees it: between its own events what the gate meets, and what it still waits for."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TypeVar

from doctor.model.events import Event, Gated, Gauge, Job, Line, Progress
from doctor.model.gate import Connection
from doctor.sandbox.gate.keeper import Keeper

T = TypeVar("T")
_TOLD = (2.0, 5.0, 10.0, 20.0, 30.0)
"""Seconds of silence after which it is told what is waited for; later once a minute."""
_MINUTE = 60.0


class Silence:
    """How long nothing was heard of the handler, and what it met last.

    Args:
        clock: Seconds that pass.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._hanging: Connection | None = None
        self._since = clock()
        self._told = 0

    def hear(self, event: Event) -> None:
        """Take in what happened: every sign of life ends the silence, a connection that is dropped explains the next."""
        if isinstance(event, Gauge | Progress):
            return
        met = event.connection if isinstance(event, Gated) else None
        self._hanging = met if met is not None and met.way == "dropped" and met.protocol == "tcp" else None
        self._since, self._told = self._clock(), 0

    def due(self, where: str) -> Iterator[Line]:
        """The line that is due by now, if any; ``where`` tells what the handler does, as far as that is known."""
        wanted = _TOLD[self._told] if self._told < len(_TOLD) else _MINUTE * (self._told - len(_TOLD) + 1)
        if self._clock() - self._since < wanted:
            return
        self._told += 1
        one = self._hanging
        if one is not None:
            about = f" {where}" if where else ""
            text = f"still waiting {wanted:g} s for {one.host}:{one.port}{about}"
            yield Line(text=text, role="warning", at=datetime.now(UTC))
        elif where:
            yield Line(text=f"still at work after {wanted:g} s {where}", role="info", at=datetime.now(UTC))


def watched(job: Job[T], keeper: Keeper, where: Callable[[], str]) -> Job[T]:
    """A job of a sandbox, and between its events what its gate meets, and in a silence ``where`` the handler is."""
    silence = Silence()
    try:
        while True:
            event = next(job)
            for one in (event, *keeper.news()):
                silence.hear(one)
                yield one
            yield from silence.due(where())
    except StopIteration as end:
        yield from keeper.news()
        return end.value  # type: ignore[no-any-return]  # a generator's return value is not typed
    finally:
        job.close()
