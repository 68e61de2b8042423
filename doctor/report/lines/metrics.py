"""Metrics as small charts in blocks."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby, pairwise
from operator import itemgetter

from msgspec.structs import replace

from doctor.model.report import FunctionDetail
from doctor.model.telemetry import MetricSeries
from doctor.report.lines import words
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import heading, item, join, measure
from doctor.report.lines.spans import Line, Role, Span

_MILLISECONDS = frozenset({"Duration", "PostRuntimeExtensionsDuration", "IteratorAge"})
HEIGHT = 3
"""Rows of a chart."""
_AXIS = 8
"""Cells for the values beside a chart."""


def spread(series: MetricSeries) -> list[float | None]:
    """One value for each period from the first to the last; CloudWatch leaves out periods without data."""
    if not series.timestamps:
        return []
    start = series.timestamps[0]
    places = [round((at - start).total_seconds() / series.period) for at in series.timestamps]
    values: list[float | None] = [None] * (places[-1] + 1)
    for place, value in zip(places, series.values, strict=True):
        values[place] = value
    return values


def resample(values: Sequence[float | None], cells: int) -> list[float | None]:
    """The highest value of each of at most ``cells`` equal parts, so that a peak is never averaged away."""
    if len(values) <= cells:
        return list(values)
    edges = [len(values) * step // cells for step in range(cells + 1)]
    parts = [[one for one in values[start:stop] if one is not None] for start, stop in pairwise(edges)]
    return [max(part, default=None) for part in parts]


def _column(share: float | None, glyphs: Glyphs) -> list[str]:
    """One column of the chart, from the top: full, partial and empty cells; all empty where there is no data."""
    steps = len(glyphs.levels)
    filled = 0 if share is None else max(1, round(share * HEIGHT * steps))
    cells = [
        glyphs.levels[min(steps, filled - row * steps) - 1] if filled > row * steps else " " for row in range(HEIGHT)
    ]
    return cells[::-1]


def _value(series: MetricSeries, value: float) -> str:
    return words.duration(value) if series.metric_name in _MILLISECONDS else f"{value:g}"


def _title(series: MetricSeries, limit: float, cells: int, glyphs: Glyphs) -> Line:
    last = f"latest {_value(series, series.values[-1])}, per {series.period} s" if series.values else "no data points"
    if series.values and not any(series.values):
        last = "0 throughout"
    note: list[Span] = [(last, "dim")]
    note += [(f"   timeout {_value(series, limit)}", "critical")] if limit else []
    return heading(f"{series.metric_name} {series.stat}", cells, glyphs, tuple(note))


def chart(series: MetricSeries, limit: float, cells: int, glyphs: Glyphs) -> Iterator[Line]:
    """A column for each part, three cells high; parts at the limit are marked."""
    yield _title(series, limit, cells, glyphs)
    top = max(series.values, default=0.0)
    if not top:
        return
    sampled = resample(spread(series), cells - _AXIS - 2)
    columns = [_column(None if one is None else one / top, glyphs) for one in sampled]
    roles: list[Role] = ["critical" if limit and one is not None and one >= limit else "bar" for one in sampled]
    labels = (_value(series, top), _value(series, top / 2), "0")
    for row, label in enumerate(labels):
        spans = [(column[row], role) for column, role in zip(columns, roles, strict=True)]
        grouped = [("".join(text for text, _ in run), role) for role, run in groupby(spans, key=itemgetter(1))]
        yield ((f"{label:>{_AXIS}} {glyphs.divider}", "dim"), *grouped)
    start, stop = words.minute(series.timestamps[0]), words.minute(series.timestamps[-1])
    gap = max(1, len(sampled) - len(start) - len(stop))
    yield (((" " * (_AXIS + 2) + start + " " * gap + stop), "dim"),)


def since(series: MetricSeries, start: datetime) -> MetricSeries:
    """The part of a series that is not older."""
    kept = [(at, one) for at, one in zip(series.timestamps, series.values, strict=True) if at >= start]
    return replace(series, timestamps=tuple(at for at, _ in kept), values=tuple(one for _, one in kept))


def page(detail: FunctionDetail, cells: int, glyphs: Glyphs, *, start: datetime | None = None) -> list[Line]:
    """Every series that was collected; with ``start`` what is not older."""
    room = measure(cells)
    if not detail.metrics:
        return list(item((glyphs.unknown, "unknown"), ("No metric of this function was collected.", "text"), room))
    timeout = detail.row.timeout * 1000.0
    shown = [since(one, start) if start else one for one in detail.metrics]
    limits = [timeout if one.metric_name == "Duration" else 0.0 for one in shown]
    head = [iter([heading("SINCE", room, glyphs, ((words.minute(start), "dim"),))])] if start else []
    return join([*head, *(chart(one, limit, room, glyphs) for one, limit in zip(shown, limits, strict=True))])
