"""Kleene's three truth values, ordered so that ``and`` is ``min`` and ``or`` is ``max``."""

from typing import Final

NO: Final = 0
MAYBE: Final = 1
"""Hangs on something that is not known."""
YES: Final = 2


def negate(value: int) -> int:
    """The opposite; of unknown, unknown."""
    return YES - value
