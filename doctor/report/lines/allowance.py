"""What a role lets a function do: statement by statement, what of it was seen to be needed, and what never was."""

from collections.abc import Iterable, Iterator

from doctor.model import arns
from doctor.model.allowance import Allowance, Grant, SeenNeed
from doctor.report.lines.decision import statement
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import heading, item, join, measure, paragraph
from doctor.report.lines.spans import Line, Span

_SHOWN = 12
"""Actions of a statement that are named; the JSON form has them all."""
_INDENT: Line = (("  ", "text"),)


def page(allowance: Allowance, cells: int, glyphs: Glyphs) -> list[Line]:
    """The verdict, every statement, and what the verdict rests on."""
    room = measure(cells)
    refused = frozenset(one.action for one in allowance.refused)
    return join(
        [
            _verdict(allowance, room, glyphs),
            *(_grant(grant, refused, room, glyphs) for grant in allowance.grants),
            _list(
                "NEEDED, AND ALLOWED BY NO STATEMENT OF THE ROLE",
                map(_need, allowance.unmet),
                (glyphs.warning, "warning"),
                room,
                glyphs,
            ),
            _list(
                "NEEDED, ALLOWED BY THE ROLE, AND DENIED BY ANOTHER POLICY",
                map(_need, allowance.refused),
                (glyphs.critical, "critical"),
                room,
                glyphs,
            ),
            _list("NOT SEEN", allowance.unseen, (glyphs.unknown, "unknown"), room, glyphs),
        ]
    )


def _verdict(allowance: Allowance, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    name, role = arns.name(allowance.function), arns.name(allowance.role)
    count = sum(one.count for one in allowance.grants)
    if allowance.spare:
        sign: Span = (glyphs.warning, "warning")
        words = f"{role} lets {name} do {count:,} {'thing' if count == 1 else 'things'} that it was never seen to need"
    elif allowance.grants and allowance.unseen:
        sign = (glyphs.unknown, "unknown")
        words = f"whether {role} lets {name} do more than it needs is not known: not all that would tell was seen"
    elif allowance.grants:
        short = allowance.unmet or allowance.refused
        sign = (glyphs.warning, "warning") if short else (glyphs.done, "ok")
        words = f"{role} lets {name} do nothing that it was not seen to need"
        words += ", and not all that it needs: see below" if short else ""
    else:
        sign, words = (glyphs.unknown, "unknown"), f"{role} allows nothing that was seen"
    yield from paragraph((sign, (" ", "text")), _INDENT, (words, "bold"), cells)
    if allowance.unseen and allowance.spare:
        yield from paragraph(
            _INDENT, _INDENT, ("what is below was not seen, and may show that it needs more", "dim"), cells
        )


def _grant(grant: Grant, refused: frozenset[str], cells: int, glyphs: Glyphs) -> Iterator[Line]:
    yield heading(statement(grant.statement), cells, glyphs)
    yield from paragraph(_INDENT, _INDENT, (f"on {', '.join(grant.resources)}", "dim"), cells)
    for action, those in _by_action(grant.needed).items():
        sign: Span = (glyphs.critical, "critical") if action in refused else (glyphs.done, "ok")
        yield from item(sign, (f"{action}: {', '.join(those)}", "text"), cells)
    if grant.count:
        more = len(grant.unneeded) - _SHOWN
        rest = f" and {more:,} more" if more > 0 else ""
        names = ", ".join(grant.unneeded[:_SHOWN])
        yield from item((glyphs.warning, "warning"), (f"never seen to be needed: {names}{rest}", "warning"), cells)


def _by_action(needed: Iterable[SeenNeed]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in needed:
        places = found.setdefault(one.action, [])
        if one.told not in places:
            places.append(one.told)
    return found


def _need(one: SeenNeed) -> str:
    return f"{one.action}{f' on {one.resource}' if one.resource else ''} ({one.told})"


def _list(title: str, texts: Iterable[str], sign: Span, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    rows = list(dict.fromkeys(texts))
    if rows:
        yield heading(title, cells, glyphs)
    for text in rows:
        yield from item(sign, (text, "text"), cells)
