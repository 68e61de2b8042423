"""The README's pictures: the terminal UI on the embedded account, as a terminal shows it, written as SVG into ``.github``.

``python -m tests.pictures`` makes them anew; look at them before they are kept.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from html import escape
from itertools import groupby
from pathlib import Path

import pyte

from tests.e2e.terminal import Terminal

FOLDER = Path(__file__).parents[1] / ".github"
SIZE = (112, 30)
CELL, LINE, MARGIN = 8.4, 18, 12
FOREGROUND, BACKGROUND = "#dadada", "#121212"
ENTER = "\r"
Style = tuple[str, str, bool]
"""Foreground, background, bold."""


def _color(name: str, default: str) -> str:
    return default if name == "default" else f"#{name}"


def _style(cell: pyte.screens.Char) -> Style:
    front, back = _color(cell.fg, FOREGROUND), _color(cell.bg, BACKGROUND)
    return (back, front, cell.bold) if cell.reverse else (front, back, cell.bold)


def _line(cells: list[pyte.screens.Char], y: int) -> Iterator[str]:
    """The runs of one style: a box where the background differs, and the text stretched to its cells."""
    column = 0
    for (front, back, bold), run in groupby(cells, key=_style):
        text = "".join(cell.data for cell in run)
        x, wide = MARGIN + column * CELL, len(text) * CELL
        if back != BACKGROUND:
            yield f'<rect x="{x:.1f}" y="{y - 13}" width="{wide:.1f}" height="{LINE}" fill="{back}"/>'
        shown = text.strip()
        if shown:
            x += (len(text) - len(text.lstrip())) * CELL
            weight = ' font-weight="bold"' if bold else ""
            color = "" if front == FOREGROUND else f' fill="{front}"'
            yield f'<text x="{x:.1f}" y="{y}" textLength="{len(shown) * CELL:.1f}"{weight}{color}>{escape(shown)}</text>'
        column += len(text)


def svg(screen: pyte.Screen) -> str:
    """A terminal's screen as a picture."""
    width, height = SIZE[0] * CELL + 2 * MARGIN, SIZE[1] * LINE + 2 * MARGIN
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" font-size="14" fill="{FOREGROUND}" '
        'font-family="DejaVu Sans Mono,Menlo,Consolas,monospace" xml:space="preserve">'
        f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>'
    )
    lines = (
        "".join(_line([screen.buffer[row][column] for column in range(SIZE[0])], MARGIN + 14 + row * LINE))
        for row in range(SIZE[1])
    )
    return head + "\n".join(line for line in lines if line) + "</svg>\n"


def _keep(terminal: Terminal, name: str) -> None:
    """Write the screen once nothing moves any more."""
    terminal.rest()
    while "Ctrl+X cancel" in terminal.text:
        terminal.rest()
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name}.svg"
    path.write_text(svg(terminal.screen), encoding="utf-8")
    print(f"{path.relative_to(FOLDER.parent)}  {path.stat().st_size / 1024:.0f} KiB")


def main() -> None:
    """The way from a red row to a proved fix."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "DOCTOR_HOME": home, "COLORTERM": "truecolor"}
        environment.pop("NO_COLOR", None)
        command = [sys.executable, "-m", "doctor", "demo", "--allow-changes"]
        with Terminal(command, environment, *SIZE) as terminal:
            terminal.wait_for("invoice-render", "(now)", "worst first")
            _keep(terminal, "functions")
            terminal.press("/crm-sync" + ENTER)
            terminal.wait_for("1 of 24")
            terminal.press(ENTER)
            terminal.wait_for("WHY IT FAILS", "EVIDENCE")
            _keep(terminal, "diagnosis")
            terminal.press("2")
            terminal.wait_for("IN THE WAY")
            _keep(terminal, "network")
            terminal.press("r")
            terminal.wait_for("REPRODUCED", "COMPARE")
            _keep(terminal, "reproduce")
            terminal.press("f")
            terminal.wait_for("Enter proves it first")
            terminal.press(ENTER)
            terminal.wait_for("PROVED", "local run")
            _keep(terminal, "fix")
            terminal.press("q" * 5)
            terminal.ended()


if __name__ == "__main__":
    main()
