"""How many functions an account has in each region."""

from doctor.model.answers import RegionCount
from doctor.report.lines import words
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.spans import Line, cut_line

_NAME = 16


def entry(one: RegionCount, cells: int, glyphs: Glyphs) -> Line:
    """One region: its name, and what is there."""
    name = f"{one.region:<{_NAME}}"
    if one.error:
        line: Line = ((f" {glyphs.unknown} ", "unknown"), (name, "text"), (one.error, "unknown"))
    elif one.functions:
        line = ((f" {glyphs.ok} ", "ok"), (name, "bold"), (words.count(one.functions, "function"), "text"))
    else:
        line = ((f" {glyphs.none} ", "dim"), (name, "text"), ("no functions", "dim"))
    return cut_line(line, cells, glyphs.ellipsis)
