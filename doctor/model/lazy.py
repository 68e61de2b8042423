"""Regular expressions that are compiled when they are first used: a short run uses few of the many that are written down."""

import re
from typing import Any, cast


class _Lazy:
    """In the place of a pattern until something is asked of it."""

    def __init__(self, text: str, flags: int) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        """What the compiled pattern has of that name; kept, so that it is asked for once."""
        made = getattr(re.compile(self._text, self._flags), name)  # ``re`` keeps what it compiled
        self.__dict__[name] = made
        return made


def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """What ``re.compile`` returns, compiled when it is first used; the functions of ``re`` do not take it."""
    return cast("re.Pattern[str]", _Lazy(text, flags))
