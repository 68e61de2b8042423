"""What changed between two snapshots, in words."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from doctor.model import arns
from doctor.model.difference import Difference, Unread
from doctor.report.lines import words
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import item, measure
from doctor.report.lines.spans import Line, cut


def page(found: Sequence[Difference], unread: Sequence[Unread], cells: int, glyphs: Glyphs) -> list[Line]:
    """A heading for each resource, a line for each field, what was not compared, and the sum."""
    room = measure(cells)
    lines: list[Line] = []
    for arn, those in groupby(found, key=lambda one: one.resource):
        lines += [*_resource(arn, list(those), room, glyphs), ()]
    resources = len({one.resource for one in found})
    total = f"{words.count(len(found), 'difference')} in {words.count(resources, 'resource')}"
    lines += [((not_read(one), "dim"),) for one in unread]
    return [*lines, ((total if found else "no difference", "bold"),)]


def not_read(one: Unread) -> str:
    """What was not compared: ``not read in NEW: 3 resources, Package of 2 resources``."""
    return f"not read in {one.snapshot}, so not compared: {lacking(one)}"


def lacking(one: Unread) -> str:
    """How much of a snapshot was not read: ``3 resources, Package of 2 resources``."""
    parts = [words.count(one.resources, "resource")] if one.resources else []
    parts += [f"{name} of {words.count(number, 'resource')}" for name, number in one.fields.items()]
    return ", ".join(parts)


def _resource(arn: str, those: list[Difference], cells: int, glyphs: Glyphs) -> Iterator[Line]:
    one = those[0]
    name = arns.name(arn) if arns.qualifier(arn) == "$LATEST" or ":function:" not in arn else words.resource(arn)
    yield ((name, "bold"), (f"  {one.kind}", "dim"))
    for difference in those:
        yield from _field(difference, cells, glyphs)


def _field(one: Difference, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    who = f"{one.at:%d %b %H:%M} {one.by}" if one.at else ""
    if not one.field:
        sign = ("+", "added") if one.before is None else ("-", "removed")
        yield from item(sign, (change(one, glyphs), "text"), cells, who)  # type: ignore[arg-type]  # both are roles
        return
    yield from item(("~", "warning"), (change(one, glyphs), "text"), cells, who)


def change(one: Difference, glyphs: Glyphs, most: int = 0) -> str:
    """A difference in words: ``Timeout: 60 → 30``, ``is new``; with ``most``, values are cut to so many cells."""
    if not one.field:
        return "is new" if one.before is None else "is gone"
    values = (_value(one.before), _value(one.after))
    before, after = (cut(text, most, glyphs.ellipsis) if most else text for text in values)
    return f"{one.field}: {before} {glyphs.arrow} {after}"


def _value(value: Any) -> str:
    return "nothing" if value is None else words.value(value)
