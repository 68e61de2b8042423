"""Ctrl-C while an account is being changed: no further call is sent, and what was sent is told."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from doctor.cli.talk import tell


@contextmanager
def stoppable() -> Iterator[Callable[[], bool]]:
    """Inside, the first Ctrl-C is a wish that is asked for before each call; the second ends the command at once."""
    wished = False

    def wish(*_: object) -> None:
        nonlocal wished
        if wished:
            tell("what was sent is in the journal: 'doctor history' lists it, 'doctor undo' takes it back")
            raise KeyboardInterrupt
        wished = True
        tell("no further call will be sent; waiting for the one under way (Ctrl-C again: do not wait)")

    before = signal.signal(signal.SIGINT, wish)
    try:
        yield lambda: wished
    finally:
        signal.signal(signal.SIGINT, before)
