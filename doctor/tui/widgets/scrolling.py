"""Scrollbars of whole cells, for terminals that draw ASCII alone."""

from textual.scrollbar import ScrollBar, ScrollBarRender

from doctor.report.lines.glyphs import ASCII, Glyphs


class _WholeCells(ScrollBarRender):
    """Textual's own draws the ends of a bar with eighths of a block."""

    VERTICAL_BARS = (" ",)  # type: ignore[assignment]  # it is only read
    HORIZONTAL_BARS = (" ",)  # type: ignore[assignment]


def draw_with(glyphs: Glyphs) -> None:
    """Have every scrollbar drawn with signs that the terminal has."""
    ScrollBar.renderer = _WholeCells if glyphs is ASCII else ScrollBarRender
