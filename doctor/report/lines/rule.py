"""A rule's page, as its author wrote it."""

from collections.abc import Iterator

from doctor.model.report import RuleCard
from doctor.report.lines import words
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import join, measure
from doctor.report.lines.spans import Line, wrap


def _logical(block: str) -> Iterator[str]:
    """The lines of a paragraph as they were meant: source lines are joined, but for a ``Word: …`` that begins its own."""
    current = ""
    for line in block.strip("\n").split("\n"):
        label, colon, rest = line.partition(": ")
        if current and not (colon and label.isalpha() and label[0].isupper() and rest):
            current += " " + line.strip()
            continue
        if current:
            yield current
        current = line.strip()
    yield current


def _paragraphs(text: str, cells: int) -> Iterator[Line]:
    """Blank lines part paragraphs; ``Word: …`` is a field, its text indented below the word."""
    for block in text.split("\n\n"):
        for line in _logical(block):
            label, colon, rest = line.partition(": ")
            if colon and label.isalpha():
                pieces = wrap(rest, cells - len(label) - 2)
                yield ((f"{label}: ", "dim"), (pieces[0], "text"))
                yield from ((((" " * (len(label) + 2) + piece), "text"),) for piece in pieces[1:])
            else:
                yield from (((piece, "text"),) for piece in wrap(line, cells))
        yield ()


def page(card: RuleCard, cells: int, glyphs: Glyphs) -> list[Line]:
    """Name, severity and page."""
    room = measure(cells)
    title: Line = ((card.name, "title"), ("  ", "text"), words.severity(card.severity, glyphs))
    return join([iter([title]), _paragraphs(card.page.strip(), room)])[:-1]
