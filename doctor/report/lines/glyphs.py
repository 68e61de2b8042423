"""The signs that lines are drawn with: one set in Unicode, one in ASCII.

Every sign of the Unicode set takes one cell in a western locale. Most are of East Asian *ambiguous* width, so a terminal
that draws those two cells wide is served by the ASCII set, as is one that cannot encode them.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Glyphs(NamedTuple):
    """One set of signs; each is one cell wide except ``arrow`` and the tree branches."""

    critical: str
    warning: str
    info: str
    ok: str
    unknown: str
    none: str
    """Not applicable, ruled out."""
    root: str
    """Marks a root cause."""
    running: str
    waiting: str
    done: str
    """A step or check that went through."""
    pointer: str
    """The chosen one of several."""
    ellipsis: str
    arrow: str
    times: str
    rule: str
    """Horizontal line."""
    divider: str
    """Vertical line."""
    branch: str
    last: str
    trunk: str
    full: str
    """A filled cell of a bar."""
    empty: str
    """An empty cell of a bar."""
    levels: str
    """The steps of a sparkline, lowest first."""


UNICODE = Glyphs(
    critical="✖",
    warning="▲",
    info="○",
    ok="●",
    unknown="?",
    none="─",
    root="◆",
    running="↻",
    waiting="…",
    done="✔",
    pointer="▸",
    ellipsis="…",
    arrow="→",
    times="\N{MULTIPLICATION SIGN}",
    rule="─",
    divider="│",
    branch="├─",
    last="└─",
    trunk="│ ",
    full="█",
    empty="░",
    levels="▁▂▃▄▅▆▇█",
)

ASCII = Glyphs(
    critical="X",
    warning="!",
    info="i",
    ok=".",
    unknown="?",
    none="-",
    root="*",
    running="~",
    waiting=":",
    done="+",
    pointer=">",
    ellipsis="~",
    arrow="->",
    times="x",
    rule="-",
    divider="|",
    branch="|-",
    last="`-",
    trunk="| ",
    full="#",
    empty=".",
    levels="_.-=+*%#",
)

_SPELT = str.maketrans({UNICODE.ellipsis: "...", UNICODE.arrow: "->", UNICODE.times: "x"})


def in_ascii(text: str) -> str:
    """``text`` for what takes no other signs: the usual ones are spelt, any other becomes ``?``."""
    return text if text.isascii() else text.translate(_SPELT).encode("ascii", "replace").decode()


def has_unicode(environment: Mapping[str, str]) -> bool:
    """Whether the locale is UTF-8. Python itself sets ``LC_CTYPE=C.UTF-8`` beside ``LANG=C``: that is not the user's word."""
    every, kind, lang = (environment.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    if not every and lang in ("C", "POSIX") and kind in ("", "C.UTF-8"):
        return False
    return (every or kind or lang).lower().replace("-", "").endswith("utf8")
