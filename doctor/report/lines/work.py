"""The trust panel: what doctor did, and every request that it sent to AWS."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from doctor.model.events import ApiCall
from doctor.model.record import Record
from doctor.report.lines import words
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import heading, item, join, measure
from doctor.report.lines.spans import Line, Span, cut_line, pad

_NAME = 36
_ROOMY = 60
"""From so many cells on, there is room for times in full."""
_SHOWN = 2000
"""So many calls are listed, the latest first."""


class Job(Record):
    """One job, as it is told."""

    verb: str
    about: str = ""
    began: datetime
    ended: datetime | None = None
    """``None``: it runs."""
    error: str = ""


_VERBS = {
    "load": "read and diagnose the account",
    "reproduce": "run the failing invocation here",
    "rehearse": "prove a fix",
    "apply": "apply a fix",
    "undo": "take a fix back",
}


_DOING = {
    "load": "starting the worker",
    "reproduce": "running {} here",
    "rehearse": "proving a fix for {}",
    "apply": "applying a fix to {}",
    "undo": "taking a fix back",
}


def doing(verb: str, about: str) -> str:
    """What runs, in words, until it says more itself."""
    return _DOING.get(verb, verb).format(about)


def page(
    jobs: Sequence[Job], calls: Sequence[ApiCall], cells: int, glyphs: Glyphs, *, writes: bool = False
) -> list[Line]:
    """Jobs, then calls, each the latest first; ``writes`` leaves out the reads."""
    room = measure(cells)
    return join([_jobs(jobs, room, glyphs), _calls(calls, room, glyphs, writes=writes)])


def _jobs(jobs: Sequence[Job], cells: int, glyphs: Glyphs) -> Iterator[Line]:
    yield heading("JOBS", cells, glyphs, ((f"{sum(one.ended is None for one in jobs)} running", "dim"),))
    for one in reversed(jobs):
        sign: Span = (glyphs.critical, "critical") if one.error else (glyphs.done, "ok")
        sign = (glyphs.running, "info") if one.ended is None else sign
        took = f"{words.duration((one.ended - one.began).total_seconds() * 1000)}" if one.ended else "running"
        what = " ".join(filter(None, (_VERBS.get(one.verb, one.verb), one.about)))
        text = f"{words.clock(one.began)}  {what}{f': {one.error}' if one.error else ''}"
        yield from item(sign, (text, "text"), cells, took)


def _calls(calls: Sequence[ApiCall], cells: int, glyphs: Glyphs, *, writes: bool) -> Iterator[Line]:
    wrote = sum(one.write for one in calls)
    note = f"{words.count(len(calls) - wrote, 'read')}, {words.count(wrote, 'write')} in this session"
    yield heading("API CALLS", cells, glyphs, ((note, "bold" if wrote else "dim"),))
    shown = sorted((one for one in calls if one.write or not writes), key=lambda one: one.at, reverse=True)
    for one in shown[:_SHOWN]:
        yield _call(one, cells, glyphs)
    if not shown:
        text = "nothing was sent to change anything" if writes else "nothing was sent to AWS from here yet"
        yield from item((glyphs.info, "info"), (text, "text"), cells)
    if len(shown) > _SHOWN:
        yield ((f" {len(shown) - _SHOWN:,} earlier ones are not shown", "dim"),)


def _named(about: str) -> str:
    """A resource by its name: an account's ARNs and URLs all begin alike."""
    return words.resource(about) if about.startswith("arn:") else about.rsplit("/", 1)[-1] if "://" in about else about


def _call(one: ApiCall, cells: int, glyphs: Glyphs) -> Line:
    good = one.status == "200"
    roomy = cells >= _ROOMY
    at = words.clock(one.at) + (f".{one.at.microsecond // 1000:03d}" if roomy else "")
    sign: Span = (glyphs.done, "ok") if good else (glyphs.critical, "critical")
    kind: Span = ("WRITE", "alarm") if one.write else ("read ", "dim")
    refused: Line = () if good else ((f"{one.status}  ", "critical"),)
    head: Line = (
        (f" {at} ", "dim"),
        sign,
        (" ", "text"),
        kind,
        (f" {one.took:>6.0f} ms  ", "dim") if roomy else (" ", "text"),
    )
    name = pad(one.name, _NAME, glyphs.ellipsis) if roomy else one.name
    return cut_line((*head, (f"{name}  ", "text"), *refused, (_named(one.about), "dim")), cells, glyphs.ellipsis)
