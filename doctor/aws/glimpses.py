"""Showing an account while it is being read: seldom enough that the reading is not held up."""

import time
from collections.abc import Callable

from doctor.model.snapshot import Snapshot

_PAUSE = 3.0
"""Seconds between two looks, at least."""
_SHARE = 20
"""How many times as long as a look took is waited for the next one."""


class Glimpses:
    """Lets somebody see what was read so far, now and then.

    Args:
        see: Is given it; ``None``: nobody wants to.
        so_far: Makes it.
        clock: Seconds that only ever grow.
    """

    def __init__(
        self,
        see: Callable[[Snapshot], None] | None,
        so_far: Callable[[], Snapshot],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._see = see
        self._so_far = so_far
        self._clock = clock
        self._next = clock() + _PAUSE

    def maybe(self) -> None:
        """Show it, if it is time."""
        before = self._clock()
        if self._see is None or before < self._next:
            return
        self._see(self._so_far())
        after = self._clock()
        self._next = after + max(_PAUSE, _SHARE * (after - before))
