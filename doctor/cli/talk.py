"""What a command says while it works: to stderr, and only progress that a person can see."""

import io
import os
import sys
from collections.abc import Iterable
from typing import TypeVar

from doctor.errors import UsageError
from doctor.model.events import Gated, Gauge, Job, Line, Phase, Progress
from doctor.report.lines.glyphs import ASCII, UNICODE, Glyphs, has_unicode, in_ascii
from doctor.report.lines.spans import Line as Row
from doctor.report.lines.spans import styled

T = TypeVar("T")
_GAUGE = 46
"""Cells of each of two gauges beside each other."""
PIPED = 100
"""Cells of a line when stdout is not a terminal: the same bytes whoever reads them."""


def glyphs() -> Glyphs:
    """Signs that stdout can encode, and whoever reads it can show: ``LC_ALL=C`` asks for ASCII."""
    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    plain = any(os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG")) and not has_unicode(os.environ)
    return UNICODE if encoding.startswith("utf") and not plain else ASCII


def cells() -> int:
    """How wide a line may be."""
    if not sys.stdout.isatty():
        return PIPED
    import shutil

    return shutil.get_terminal_size((PIPED, 24)).columns


def colored() -> bool:
    """Whether stdout takes colour: a terminal, without ``NO_COLOR``."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def show(lines: Iterable[Row]) -> None:
    """Write lines to stdout, in the signs that it takes."""
    text = styled(lines, color=colored())
    sys.stdout.write(in_ascii(text) if glyphs() is ASCII else text)
    sys.stdout.flush()


def give(text: str) -> None:
    """Write a document to stdout, in UTF-8 whatever a terminal would want: JSON and XML say that they are."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(text)
    sys.stdout.flush()


def give_json(value: object) -> None:
    """Write a value as indented JSON."""
    import msgspec

    give(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")


def tell(text: str) -> None:
    """Write one line to stderr."""
    _erase()
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def follow(job: Job[T], *, lines: bool = True) -> T:
    """Run a job to its end, with its progress on stderr, and return its result."""
    try:
        while True:
            event = next(job)
            if isinstance(event, Progress):
                _progress(event)
            elif isinstance(event, Gauge):
                _gauge(event)
            elif lines and isinstance(event, Line):
                tell(f"  {event.text}")
            elif lines and isinstance(event, Gated):
                _gated(event)
            elif lines and isinstance(event, Phase) and event.state != "started":
                took = "" if event.duration is None else f" {event.duration / 1000:.2f} s"
                tell(f"  {event.name} {event.state}{took}")
    except StopIteration as end:
        _erase()
        return end.value  # type: ignore[no-any-return]  # a generator's return value is not typed
    finally:
        job.close()


def _gated(event: Gated) -> None:
    """A call or a connection of the handler's, as its gate meets it."""
    from doctor.report.lines.gate import met  # only a run pays for it
    from doctor.report.lines.spans import plain

    tell(f"  {' '.join(plain(met(event, 10_000, glyphs())).split())}")


def _gauge(event: Gauge) -> None:
    """Time and memory of a local run against their limits, on one line that is written over."""
    if _lively():
        from doctor.report.lines.gauges import gauges  # only a run pays for it
        from doctor.report.lines.spans import plain

        shown = plain(gauges(event, _GAUGE, glyphs()))
        one = "   ".join(" ".join(text.split()) for text in shown.splitlines())
        sys.stderr.write(f"\r\x1b[K{one}")
        sys.stderr.flush()


def _progress(event: Progress) -> None:
    if _lively():
        counted = f" {event.done}/{event.total}" if event.total else ""
        waiting = f" ({event.waiting})" if event.waiting else ""
        sys.stderr.write(f"\r\x1b[K{event.what}{counted}{waiting}")
        sys.stderr.flush()


def _lively() -> bool:
    """Whether a line on stderr can be written over: a terminal that knows how to erase."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def _erase() -> None:
    if _lively():
        sys.stderr.write("\r\x1b[K")


def confirm(name: str, what: str) -> None:
    """Ask for a name before something is changed; a pipe cannot answer.

    Raises:
        UsageError: it was not typed; nothing was sent.
    """
    if not sys.stdin or not sys.stdin.isatty():
        raise UsageError("a confirmation is asked for, and stdin is no terminal: add --yes")
    sys.stderr.write(f"Type {name} to {what}: ")
    sys.stderr.flush()
    if sys.stdin.readline().strip() != name:
        raise UsageError("not confirmed; nothing was sent")
