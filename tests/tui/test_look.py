"""How the screens look, as SVG: only once the app is known to live, since a picture of a crash is a picture too.

``DOCTOR_UPDATE_GOLDENS=1`` makes them anew; look at them before they are kept. Each release of Textual draws a little
differently, so that they are compared under the release that made them alone.
"""

import os
import re
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.tui import samples
from tests.tui.stage import Stage, stage

pytestmark = pytest.mark.asyncio
FOLDER = Path(__file__).parents[1] / "golden" / "screens"
MADE_BY = FOLDER / "textual.txt"
Way = tuple[tuple[str, ...], tuple[str, ...]]
"""Keys, and what is on the screen after them."""
SCREENS: dict[str, tuple[tuple[int, int], tuple[Way, ...]]] = {
    "functions-120x36": ((120, 36), ()),
    "functions-80x24": ((80, 24), ()),
    "diagnosis-120x36": ((120, 36), ((("j", "enter"), ("WHY IT FAILS",)),)),
    "diagnosis-80x24": ((80, 24), ((("j", "enter"), ("WHY IT FAILS",)),)),
    "fix-80x24": ((80, 24), ((("j", "enter"), ("WHY IT FAILS",)), (("f",), ("FIX FOR",)), (("enter",), ("PROVED",)))),
    "reproduce-80x24": ((80, 24), ((("j", "r"), ("REPRODUCED",)),)),
    "keys-80x24": ((80, 24), ((("question_mark",), ("KEYS ON THIS SCREEN",)),)),
}


class _Then(datetime):
    """Three minutes after the snapshot, always."""

    @classmethod
    def now(cls, tz=None) -> datetime:
        return samples.NOW.astimezone(tz) + timedelta(minutes=3)


def _alive(on: Stage) -> None:
    assert on.app.is_running
    assert on.app._exception is None
    assert on.app.return_code in (None, 0)


def _picture(on: Stage) -> str:
    """The screen without the number that Textual gives each picture by chance."""
    return re.sub(r"terminal-\d+", "terminal", on.app.export_screenshot(title="doctor"))


@pytest.mark.parametrize("name", SCREENS)
async def test_a_screen_lives_and_looks_as_it_did(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("doctor.tui.session.datetime", _Then)
    size, way = SCREENS[name]
    async with stage(tmp_path, size=size) as on:
        await on.see("report-export", "10:42")
        for keys, texts in way:
            await on.press(*keys)
            await on.see(*texts)
        await on.until(lambda: not on.app.session.jobs.running)
        await on.pilot.pause(0.2)
        _alive(on)
        made = _picture(on)
    path = FOLDER / f"{name}.svg"
    if os.environ.get("DOCTOR_UPDATE_GOLDENS"):
        path.write_text(made, encoding="utf-8")
        MADE_BY.write_text(version("textual") + "\n", encoding="utf-8")
    if version("textual") != MADE_BY.read_text(encoding="utf-8").strip():
        pytest.skip("the pictures were made by another release of Textual")

    assert made == path.read_text(encoding="utf-8")


async def test_a_crash_is_seen_before_any_picture_is_made(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="broken on purpose"):  # noqa: PT012 -- the app raises it when it is left
        async with stage(tmp_path) as on:
            await on.see("report-export")
            on.app._crashed(RuntimeError("broken on purpose"))
            await on.until(lambda: on.app._exception is not None)
            with pytest.raises(AssertionError):
                _alive(on)


async def test_no_picture_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.svg")} == set(SCREENS)
