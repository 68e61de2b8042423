"""Line producers: pure functions ``(model, width, glyphs) -> lines`` behind every screen and every plain page.

They import the model and nothing else, so that ``doctor check`` prints what the terminal UI shows.
"""

from doctor.report.lines.glyphs import ASCII, UNICODE, Glyphs
from doctor.report.lines.spans import Line, Role, Span, plain, styled

__all__ = ["ASCII", "UNICODE", "Glyphs", "Line", "Role", "Span", "plain", "styled"]
