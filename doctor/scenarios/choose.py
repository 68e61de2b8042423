"""Every place where a function's event may be had, in order, and which one is taken."""

import json
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import msgspec

from doctor.engine.invokers import invokers
from doctor.engine.logged_events import logged_event
from doctor.engine.world import World
from doctor.errors import UsageError
from doctor.model.events import Job, Line, Progress
from doctor.model.function import Function
from doctor.model.record import Record
from doctor.model.sourced import Chosen, EventKind, FoundEvent, Looked
from doctor.model.telemetry import Invocation
from doctor.sandbox.events.generated import ASYNCHRONOUS, KINDS, generated
from doctor.sandbox.events.stamp import Stamp
from doctor.scenarios.letters import places, read, way_of
from doctor.store.malformed import why_no_json

if TYPE_CHECKING:
    from doctor.aws.session import Aws

SEARCHED: tuple[EventKind, ...] = ("dead-letter", "destination", "logs", "test-event", "generated", "empty")
"""What is looked for when nobody gave an event, in this order."""
_ORDER = {kind: number for number, kind in enumerate(get_args(EventKind))}
STDIN = Path("-")
EMPTY = FoundEvent(kind="empty", source="none was found: an empty one", event=msgspec.Raw(b"{}"))


class Search(Record):
    """What an event is looked for with."""

    world: World
    function: Function
    aws: "Aws | None" = None
    """Where to read what is not in a snapshot; ``None``: nowhere."""
    failed: Invocation | None = None
    """The invocation whose event is wanted."""
    wanted: str = ""
    """A kind, or ``kind:name``; empty: the surest that is found."""


def given(path: Path) -> FoundEvent:
    """The event of a file, or of stdin.

    Raises:
        UsageError: it cannot be read, or is no JSON.
    """
    content = _stdin() if path == STDIN else _content(path)
    try:
        msgspec.json.decode(content)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{'stdin' if path == STDIN else path}: not an event: {why_no_json(content)}") from error
    return FoundEvent(kind="given", source="stdin" if path == STDIN else str(path), event=msgspec.Raw(content))


@cache
def _stdin() -> bytes:
    """All of stdin, read once: a run asks for its event again and again."""
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError("--event -: stdin is a terminal; give the event through a pipe, or name a file")
    return sys.stdin.buffer.read()


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error


def search(asked: Search, *, everything: bool = False) -> Job[Chosen]:
    """Look for the event of a failed invocation, as far as it must, or everywhere.

    Raises:
        UsageError: what was wanted is not there; the message says what is.
    """
    kind, _, name = asked.wanted.partition(":")
    if kind and kind not in SEARCHED:
        raise UsageError(f"--event-from {kind}: write one of {', '.join(SEARCHED)}, and :NAME to choose among several")
    found: list[FoundEvent] = []
    looked: list[Looked] = []
    for kinds in (("dead-letter", "destination", "logs"), ("test-event",), ("generated",)):
        if kind and kind not in kinds:
            continue
        yield from _look(asked, kinds, found, looked)
        if found and not everything:
            break
    ordered = sorted(found, key=lambda one: _rank(one, asked.failed))
    fitting = [one for one in ordered if not kind or (one.kind == kind and name in (one.name, "", _short(one)))]
    if kind and kind != "empty" and not fitting:
        raise UsageError(f"--event-from {asked.wanted}: {_nothing(ordered, looked)}")
    chosen = EMPTY if kind == "empty" or not fitting else fitting[0]
    return Chosen(event=chosen, others=tuple(one for one in ordered if one is not chosen), looked=tuple(looked))


def _short(one: FoundEvent) -> str:
    """A way in by its service alone."""
    return one.name.partition(":")[0] if one.kind == "generated" else one.name[:8]


def _rank(one: FoundEvent, failed: Invocation | None) -> tuple[bool, bool, int, float]:
    """The surest first: the very event, whole; then by kind; the latest before earlier ones."""
    same = failed is not None and bool(one.request_id) and one.request_id == failed.request_id
    made = one.kind in ("test-event", "generated")
    latest = 0.0 if one.at is None else -one.at.timestamp()
    return made, not same or bool(one.note), _ORDER[one.kind], latest


def _nothing(found: Sequence[FoundEvent], looked: Sequence[Looked]) -> str:
    if found:
        return f"there is no such one; there is {', '.join(f'{one.kind}:{one.name}' for one in found[:6])}"
    return "; ".join(f"{one.place}: {one.result}" for one in looked) or "the function has no such place"


def _look(asked: Search, kinds: Sequence[str], found: list[FoundEvent], looked: list[Looked]) -> Job[None]:
    """Look in the places of some kinds."""
    world, function = asked.world, asked.function
    if "dead-letter" in kinds:
        for place in places(world, function):
            if asked.aws is None:
                looked.append(Looked(place=place.words, result="not read: a snapshot has no messages"))
                continue
            yield Progress(what=f"looking into {place.words}")
            those, where = read(asked.aws, world, function, place)
            found += those
            looked.append(where)
            yield Line(text=f"{where.place}: {where.result}", role="dim")
    if "logs" in kinds:
        logged = list(_logged(asked))
        found += logged
        looked.append(Looked(place="the function's log", result=_counted(len(logged))))
    if "test-event" in kinds:
        yield Progress(what="looking for shared test events")
        _shared(asked, found, looked)
    if "generated" in kinds:
        made = list(_made(asked))
        found += made
        looked.append(Looked(place="its triggers", result=_counted(len(made), "an event can be made for")))


def _counted(number: int, how: str = "") -> str:
    if how:
        return f"{how} {number} of them" if number else "none was seen whose events doctor knows"
    return f"{number} event{'s' * (number != 1)}" if number else "no event: its handler does not write it"


def _logged(asked: Search) -> Iterator[FoundEvent]:
    """The events that failed invocations wrote, that of the wanted one first."""
    failed = [one for one in asked.world.invocations(asked.function) if one.status != "success"]
    if asked.failed is not None:
        failed = [asked.failed, *(one for one in reversed(failed) if one.request_id != asked.failed.request_id)]
    for one in failed:
        logged = logged_event(one)
        if logged is not None:
            yield FoundEvent(
                kind="logs",
                source=f"logged by the failed invocation {one.request_id}",
                event=msgspec.Raw(json.dumps(logged.event).encode()),
                name=one.request_id,
                at=one.at,
                request_id=one.request_id,
                note="secrets in it were redacted when the log was read" if logged.redacted else "",
            )


def _shared(asked: Search, found: list[FoundEvent], looked: list[Looked]) -> None:
    """The test events that somebody shared in the console."""
    place = "shared test events"
    if asked.aws is None:
        looked.append(Looked(place=place, result="not read: a snapshot has none"))
        return
    from doctor.aws.letters import test_events
    from doctor.aws.refusals import AwsError

    try:
        kept = test_events(asked.aws, asked.function.function_name)
    except (AwsError, ValueError) as error:
        looked.append(Looked(place=place, result=str(error)))
        return
    looked.append(Looked(place=place, result=_counted(len(kept)) if kept else "nobody shared one"))
    for name, value in sorted(kept.items()):
        raw = msgspec.Raw(json.dumps(value).encode())
        found.append(FoundEvent(kind="test-event", source=f"shared test event {name}", event=raw, name=name))


def _made(asked: Search) -> Iterator[FoundEvent]:
    """An event for each way in."""
    stamp = Stamp(now=asked.world.now, function=asked.function.arn)
    for one in invokers(asked.world, asked.function):
        if one.kind in KINDS:
            yield FoundEvent(
                kind="generated",
                source=f"generated for {one.words}",
                event=msgspec.Raw(json.dumps(generated(one, stamp)).encode()),
                name=way_of(one),
                invocation_type="Event" if one.kind in ASYNCHRONOUS else "RequestResponse",
            )
