"""What the terminal can show, decided once from the environment, before Textual is imported: it reads its settings then."""

import io
import os
from collections.abc import Iterable, Mapping
from typing import IO, Literal, NamedTuple

from doctor.report.lines.glyphs import ASCII, UNICODE, Glyphs, has_unicode

Shade = Literal["dark", "light"]


_SIXTEEN = frozenset(
    {"linux", "screen", "tmux", "xterm", "rxvt", "vt100", "vt220", "ansi", "xterm-16color", "xterm-color"}
)
"""Terminals that promise no more than sixteen colours: their own are clearer than the nearest to ours."""


class Terminal(NamedTuple):
    """What is drawn, and how."""

    usable: bool
    """Whether it is a terminal that can be drawn on at all."""
    glyphs: Glyphs
    shade: Shade
    own_colors: bool
    """Our colours; otherwise the terminal's own sixteen, which are fewer bytes and follow its palette."""
    mouse: bool
    """Whether mouse reporting starts switched on; over SSH it would take text selection away."""
    settings: dict[str, str]
    """Textual's environment variables."""


def detect(environment: Mapping[str, str], *, ttys: bool, ascii_only: bool = False) -> Terminal:
    """Read the environment: ``TERM``, the locale, ``NO_COLOR``, ``COLORFGBG``, SSH; ASCII alone where that is asked for."""
    kind = environment.get("TERM", "")
    remote = bool(environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"))
    colorless = "NO_COLOR" in environment
    rate = (
        "30" if remote else "120"
    )  # Textual waits for the next tick before it draws: half a tick is what every key pays
    return Terminal(
        usable=ttys and kind not in ("", "dumb", "unknown"),
        glyphs=UNICODE if has_unicode(environment) and kind != "linux" and not ascii_only else ASCII,
        shade=_shade(environment),
        own_colors=not (remote or colorless) and not (kind in _SIXTEEN and "COLORTERM" not in environment),
        mouse=not remote,
        settings={"ESCDELAY": "25" if remote else "10", "TEXTUAL_ANIMATIONS": "none", "TEXTUAL_FPS": rate},
    )


def _shade(environment: Mapping[str, str]) -> Shade:
    """``COLORFGBG`` is ``foreground;background``; 7 and 15 are light backgrounds."""
    return "light" if environment.get("COLORFGBG", "").rpartition(";")[2] in ("7", "15") else "dark"


def all_ttys(streams: Iterable[IO[str] | None]) -> bool:
    """Whether each of the standard streams is a terminal."""
    return all(stream is not None and stream.isatty() for stream in streams)


def prepare(terminal: Terminal, stderr: IO[str] | None) -> None:
    """Set what Textual reads at import; a sign that the terminal's encoding lacks becomes ``?`` instead of an escape."""
    os.environ.update(terminal.settings)
    if isinstance(stderr, io.TextIOWrapper):
        stderr.reconfigure(encoding="utf-8" if terminal.glyphs is UNICODE else "ascii", errors="replace")
