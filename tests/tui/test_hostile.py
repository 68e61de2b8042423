"""Whatever an account's names hold is shown as text: no markup, no control sequence, no crash."""

import json
import tempfile
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from doctor.report.lines import ASCII, UNICODE, plain
from doctor.report.lines.spans import line_width
from tests.tui import samples
from tests.tui.recording import recording
from tests.tui.stage import stage
from tests.unit.report.pages import PAGES

PIECES = [
    "[",
    "]",
    "[/]",
    "[bold]",
    "[@click=app.quit]x[/]",
    "\\",
    "\x1b[31m",
    "\x1b]52;c;eA==\x07",
    "\r",
    "\t",
    "\x00",
    "\u202e",
    "漢",
    "$x",
]
TURNING = {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
"""What makes a terminal write the other way."""
WORDS = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=8).map("".join)


def _row(number: int, name: str, why: str, tag: str):
    row = samples.ROWS[1]
    return replace(row, arn=f"{row.arn}-{number}", name=name or "-", why=why, tags=((tag, why),), runtime=tag)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=1, max_size=12))
@pytest.mark.asyncio
async def test_the_app_survives_every_name(said: list[tuple[str, str, str]]) -> None:
    rows = [_row(number, *texts) for number, texts in enumerate(said)]
    detail = replace(samples.SLOW, row=rows[0], passed=tuple(why for _, why, _ in said))
    answers = {
        "load": [*(("row", row) for row in rows), ("done", samples.OVERVIEW)],
        "detail": {row.name: detail for row in rows},
    }
    with tempfile.TemporaryDirectory() as folder:
        async with stage(Path(folder), answers=answers, size=(80, 24)) as on:
            await on.see("worst first", "10:42")
            for keys in (("space", "G", "y"), ("escape", "escape", "ctrl+p"), ("escape", "enter")):
                await on.press(*keys)
            await on.see("WHY IT FAILS")
            await on.press("p", "6", "7", "c", "q", "r")
            await on.see("REPRODUCED")
            await on.press("q", "q", "slash")
            await on.write("[b]\\")
            on.app.say(rows[0].why)

            assert on.app.is_running
            assert "\x1b" not in on.text


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
@settings(max_examples=30, deadline=None)
@given(name=WORDS, why=WORDS, cells=st.integers(40, 200))
def test_every_list_shows_every_name_as_it_is(glyphs, name: str, why: str, cells: int) -> None:
    from doctor.report.lines import functions

    lines = functions.table([_row(1, name, why, why)], cells, glyphs)

    assert all(line_width(line) <= cells for line in lines)
    controls = {sign for sign in plain(lines) if unicodedata.category(sign) == "Cc" or sign in TURNING}
    assert controls <= {"\n"}


def test_every_page_has_its_plain_twin() -> None:
    for page in PAGES.values():
        assert plain(page(78, UNICODE)).strip()


HOSTILE = {
    "markup": "[red]x[/] [/] [@click=app.quit]y[/]",
    "controls": "a\x1b[31mb\x07c\x00d\u202ee\u2066f\x9bg",
    "wide": "漢字🚀e\u0301\u200b\u05d0\u05d1" + "👩\u200d👩\u200d👧",
    "long": "n" * 500,
}


def _renamed(said: str) -> dict[str, Any]:
    """The recording, in which every name of ours and every sentence is a hostile one."""
    text = json.dumps(recording())
    for ours in ("report-export", "timeout-too-low", "deploy-role", "reports-inline", "the handler needs", "us-east-1"):
        text = text.replace(ours, json.dumps(said)[1:-1])
    return json.loads(text)  # type: ignore[no-any-return]


TOUR = (
    ("functions", "j", "space", "s", "slash", "x", "escape", "escape"),
    ("diagnosis", "enter", "2", "3", "4", "w", "5", "6", "7", "1", "p", "y", "escape", "v"),
    ("compare", "c", "p", "v"),
    ("incidents", "i", "tab", "j", "tab"),
    ("rules", "colon", *"rules", "enter", "enter", "escape", "x", "enter"),
    ("regions", "a", "j"),
    ("palette", "ctrl+p", "n", "down"),
    ("help", "question_mark", "x", "escape"),
    ("jobs", "at", "p"),
)
"""A screen, and the keys that lead through it from the list."""


@pytest.mark.parametrize(
    ("name", "size"), [("markup", (120, 36)), ("controls", (40, 10)), ("wide", (40, 10)), ("long", (120, 36))]
)
@pytest.mark.asyncio
async def test_every_screen_shows_whatever_things_are_called(tmp_path: Path, name: str, size: tuple[int, int]) -> None:
    async with stage(tmp_path, size=size, answers=_renamed(HOSTILE[name])) as on:
        await on.see("10:42")
        for screen, *keys in TOUR:
            for key in keys:
                await on.press(key)
                assert on.app.is_running, (screen, key)
                assert on.app._exception is None, (screen, key)
                wrong = {sign for sign in on.text if unicodedata.category(sign) == "Cc" or sign in TURNING} - {"\n"}
                assert not wrong, (screen, key)
            while len(on.app.screen_stack) > 1:
                await on.press("escape")
