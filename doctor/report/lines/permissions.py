"""What a function's code asks for, and which statement decides about each request."""

from collections.abc import Iterator, Sequence

from doctor.model.answers import Asked, Permitting
from doctor.model.decision import Verdict
from doctor.report.lines import decision, words
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import heading, item, join, measure
from doctor.report.lines.spans import BLANK, Line, Span


def page(function: str, found: Permitting, cells: int, glyphs: Glyphs) -> list[Line]:
    """The requests, what decides about each that is not simply allowed, and what was not seen."""
    room = measure(cells)
    lines = join([_summary(function, found, room, glyphs)])
    for one in found.asked:
        if one.decision.result != "allowed" or one.refused:
            lines += [BLANK, *_one(one, room, glyphs)]
    rest = list(_unseen(found.unseen, room, glyphs))
    return [*lines, BLANK, *rest] if rest else lines


def _summary(function: str, found: Permitting, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    yield heading("WHAT ITS CODE ASKS FOR", cells, glyphs, ((f"as {words.resource(found.role)}", "dim"),))
    for one in found.asked:
        text = f"{one.decision.action}  {_short(one.decision.resource)}"
        yield from item(sign(one.decision.result, glyphs), (text, "bold"), cells, _told(one, glyphs))
    if not found.asked:
        text = f"nothing tells what {function} asks for: no request was refused, and no call in its source is known"
        yield from item((glyphs.unknown, "unknown"), (text, "text"), cells)


def sign(result: Verdict, glyphs: Glyphs) -> Span:
    """A verdict's sign."""
    signs: dict[Verdict, Span] = {
        "allowed": (glyphs.done, "ok"),
        "denied": (glyphs.critical, "critical"),
        "depends": (glyphs.unknown, "unknown"),
    }
    return signs[result]


def _short(arn: str) -> str:
    """A resource without what all of an account's have in common."""
    return arn.split(":", 5)[5] if arn.count(":") > 4 else arn  # noqa: PLR2004 -- six parts make an ARN


def _told(one: Asked, glyphs: Glyphs) -> str:
    refused = f"refused {glyphs.times}{one.refused}" if one.refused else ""
    last = f"last {words.moment(one.last)}" if one.last else ""
    return ", ".join(filter(None, (refused, last, *one.places)))


def _one(one: Asked, cells: int, glyphs: Glyphs) -> Sequence[Line]:
    differs = list(item((glyphs.warning, "warning"), (one.differs, "text"), cells)) if one.differs else []
    return [*decision.page(one.decision, cells, glyphs), *differs]


def _unseen(texts: Sequence[str], cells: int, glyphs: Glyphs) -> Iterator[Line]:
    if texts:
        yield heading("NOT SEEN", cells, glyphs)
    for text in texts:
        yield from item((glyphs.unknown, "unknown"), (text, "text"), cells)
