"""The function list: one line for each function, worst first; columns drop out as the width shrinks."""

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, NamedTuple, get_args

from doctor.model.finding import Health, Severity
from doctor.model.report import FunctionRow
from doctor.report.lines import words
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import paragraph
from doctor.report.lines.spans import Line, Role, Span, cut_line, pad, width

_HEALTHS: dict[Health, int] = {health: rank for rank, health in enumerate(get_args(Health))}
_SEVERITIES = {severity: severity.rank for severity in Severity}
"""Both as tables: ten thousand rows are sorted between two key presses."""
_WHY = 44
"""The Why column keeps at least this many cells before another column is added."""
_NAMES = (12, 32)
"""Narrowest and widest name column."""


class Column(NamedTuple):
    """A column of the list; ``numeric`` ones are flush right."""

    title: str
    cells: int
    span: Callable[[FunctionRow, Glyphs], Span]
    numeric: bool = False

    @property
    def gap(self) -> int:
        """Blanks before the column; what is flush right brings its own."""
        return 1 if self.numeric else 2


def _role(row: FunctionRow) -> Role:
    role = words.HEALTH_ROLES[row.health]
    return "dim" if role == "ok" else role


def _setting(number: int) -> Span:
    return (str(number) if number else "", "text")


def _seen(text: str) -> Span:
    return text, "unknown" if text == "?" else "text"


_HEALTH = Column("HEALTH", 6, words.health)
MARK = _HEALTH.cells
"""The cell in which a mark stands: the gap before the second column."""
_OPTIONAL = (
    Column("ERR/h", 5, lambda row, _: _seen(words.rate(row.errors_per_hour)), numeric=True),
    Column("P95", 6, lambda row, _: _seen(words.short_duration(row.p95)), numeric=True),
    Column("T/O", 3, lambda row, _: _setting(row.timeout), numeric=True),
    Column("MB", 5, lambda row, _: _setting(row.memory_size), numeric=True),
    Column("RUNTIME", 10, lambda row, _: (row.runtime, "text")),
)
"""The most wanted first; they are drawn in the opposite order, so that the settings stand left of what was seen."""


def rank(row: FunctionRow) -> tuple[int, int, float, str]:
    """Sort key of the list: worst health, worst severity, most errors, then the name."""
    severity = _SEVERITIES[row.worst] if row.worst else len(_SEVERITIES)
    return _HEALTHS[row.health], severity, -(row.errors_per_hour or 0.0), row.name


def columns(rows: Iterable[FunctionRow], cells: int) -> tuple[Column, ...]:
    """The columns that fit into ``cells`` cells, with their widths."""
    longest = max((width(row.name) for row in rows), default=0)
    narrow, wide = _NAMES
    name = max(narrow, min(longest, wide, cells // 3))
    left = cells - _HEALTH.cells - name - 4
    chosen: list[Column] = []
    for column in _OPTIONAL:
        if left - column.cells - column.gap < _WHY:
            break
        chosen.insert(0, column)
        left -= column.cells + column.gap
    return (
        _HEALTH,
        Column("FUNCTION", name, lambda row, _: (row.name, "bold")),
        Column("WHY (worst finding)", max(0, left), lambda row, _: (words.local(row.why, row.arn), _role(row))),
        *chosen,
    )


def _cell(text: str, column: Column, glyphs: Glyphs) -> str:
    if column.numeric and width(text) <= column.cells:
        return " " * (column.cells - width(text)) + text
    return pad(text, column.cells, glyphs.ellipsis)


def header(chosen: Sequence[Column], glyphs: Glyphs) -> Line:
    """The titles of the columns."""
    cells = (" " * column.gap + _cell(column.title, column, glyphs) for column in chosen)
    return (("".join(cells)[chosen[0].gap :], "title"),)


def row(one: FunctionRow, chosen: Sequence[Column], glyphs: Glyphs) -> Line:
    """One function's line."""
    spans: list[Span] = []
    for column in chosen:
        text, role = column.span(one, glyphs)
        spans += [(" " * column.gap, "text"), (_cell(text, column, glyphs), role)]
    return tuple(spans[1:])


def tally(rows: Iterable[FunctionRow]) -> Line:
    """How many functions are in which health, the worst by their severity: ``1 critical  2 high  2 warnings``."""
    nouns: dict[Health | Literal["high"], str] = {
        "critical": "critical",
        "high": "high",
        "warning": "warning",
        "unexplained": "unexplained",
        "partial": "partly observed",
        "ok": "ok",
    }
    counted = dict.fromkeys(nouns, 0)
    for one in rows:
        counted["high" if one.health == "critical" and one.worst is Severity.HIGH else one.health] += 1
    spans: list[Span] = []
    for health, number in counted.items():
        noun = nouns[health] + ("s" if health == "warning" and number != 1 else "")
        role = words.HEALTH_ROLES["critical" if health == "high" else health]
        spans += [(f"{number:,} {noun}", role), ("  ", "text")] if number else []
    return tuple(spans[:-1])


def more(one: FunctionRow, cells: int, glyphs: Glyphs) -> list[Line]:
    """The two lines below the list: why, whole, of the row under the cursor; where that leaves room, whose role and VPC it has."""
    sign, role = words.health(one, glyphs)
    lead: Line = ((f" {sign[:1]} ", role), (f"{one.name}  ", "bold"))
    said = words.local(one.why, one.arn)
    lines = list(paragraph(lead, (("   ", "text"),), (said, "text"), cells))
    if len(lines) > _MORE:
        lines[_MORE - 1 :] = [cut_line((*lines[_MORE - 1], (" ", "text"), *lines[_MORE][1:]), cells, glyphs.ellipsis)]
    tags = ", ".join(f"{name}={value}" if value else name for name, value in one.tags)
    facts = (("rule", ", ".join(one.rules)), ("role", one.role), ("vpc", one.vpc), ("tags", tags))
    if len(lines) < _MORE:
        told: list[Span] = [("   ", "text")]
        for name, value in facts:
            told += [(f"{name} ", "dim"), (f"{value}  ", "text")] if value else []
        lines.append(cut_line(tuple(told), cells, glyphs.ellipsis))
    return lines


_MORE = 2
_ALL = "all"


def views(names: Sequence[str], chosen: str | None, cells: int, glyphs: Glyphs) -> Line:
    """The saved filters as tabs, ``all`` first; ``chosen`` is the one that is open, if any is."""
    spans: list[Span] = [(" ", "text")]
    for number, name in enumerate((_ALL, *names), 1):
        spans += [(f" {number} {name} ", "chosen" if (name if number > 1 else "") == chosen else "dim")]
    return cut_line(tuple(spans), cells, glyphs.ellipsis)


def table(rows: Sequence[FunctionRow], cells: int, glyphs: Glyphs) -> list[Line]:
    """The whole list with its titles, worst first."""
    chosen = columns(rows, cells)
    return [header(chosen, glyphs), *(row(one, chosen, glyphs) for one in sorted(rows, key=rank))]
