"""Every screen at every size, the ways between them, and what must never be lost."""

from pathlib import Path

import pytest

from doctor.report.lines import ASCII
from doctor.tui.themes import THEMES
from tests.tui import samples
from tests.tui.stage import TERMINAL, Stage, stage

pytestmark = pytest.mark.asyncio
SIZES = [(40, 10), (60, 16), (80, 24), (110, 30), (200, 60)]
STORED = {"rows": samples.ROWS, "overview": samples.OVERVIEW}


async def _tour(on: Stage) -> None:
    """Through every screen and back."""
    await on.see("report-e")
    await on.press("j", "enter")
    await on.see("WHY IT FAILS")
    for number in "234567":
        await on.press(number)
    await on.press("1", "i")
    await on.see("WHOM IT CONCERNS")
    await on.press("z", "z", "q", "c")
    await on.see("TIME LINE")
    await on.press("q", "1", "tab", "tab", "f")
    await on.see("FIX FOR")
    await on.press("enter")
    await on.see("PROVED")
    await on.press("q", "r")
    await on.see("REPRODUCED")
    await on.press("question_mark")
    await on.see("KEYS ON THIS SCREEN")
    await on.press("q", "q", "q")
    await on.see("FUNCTION")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_screen_works_at_every_size(tmp_path: Path, size: tuple[int, int]) -> None:
    async with stage(tmp_path, size=size) as on:
        await _tour(on)

        assert samples.ACCOUNT in on.text
        assert samples.REGION in on.text


@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
async def test_every_theme_gives_every_meaning_a_look(tmp_path: Path, theme: str) -> None:
    async with stage(tmp_path) as on:
        on.app.theme = theme
        await _tour(on)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
async def test_the_ascii_set_draws_ascii_only(tmp_path: Path, size: tuple[int, int]) -> None:
    async with stage(tmp_path, size=size, terminal=TERMINAL._replace(glyphs=ASCII)) as on:
        await on.see("report-export", "10:42")
        seen = [on.text]
        for key in (
            "j",
            "enter",
            "2",
            "3",
            "4",
            "5",
            "6",
            "7",
            "1",
            "c",
            "p",
            "q",
            "y",
            "escape",
            "question_mark",
            "q",
        ):
            await on.press(key)
            await on.pilot.pause(0.05)
            seen.append(on.text)
        for place in ("rules", "incidents", "jobs", "region all"):
            await on.press("colon", *place, "enter")
            await on.pilot.pause(0.05)
            seen.append(on.text)

        drawn = {sign for text in seen for sign in text if not sign.isascii()}
        assert drawn <= set("漢字")


async def test_a_terminal_that_is_too_small_says_so_and_can_be_left(tmp_path: Path) -> None:
    async with stage(tmp_path, size=(32, 8)) as on:
        await on.see("doctor needs 40x10 (now 32x")
        await on.press("j", "enter", "slash")
        await on.press("q")

        await on.until(lambda: not on.app.is_running)


async def test_growing_and_shrinking_keeps_the_place(tmp_path: Path) -> None:
    async with stage(tmp_path, size=(120, 36)) as on:
        await on.see("report-export")
        await on.press("j", "enter")
        await on.see("WHY IT FAILS")
        await on.pilot.resize_terminal(80, 24)
        await on.see("Tab 1 finding")
        await on.pilot.resize_terminal(120, 36)

        await on.see("3 rules looked and found nothing")


async def test_the_mode_is_on_every_screen(tmp_path: Path) -> None:
    async with stage(tmp_path, allow_changes=True) as on:
        await on.see("report-export")
        for key, text in (("j", ""), ("enter", "WHY IT FAILS"), ("f", "FIX FOR"), ("question_mark", "KEYS ON")):
            await on.press(key)
            await on.see(text, "CHANGES ALLOWED")


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("fn report-export", "WHY IT FAILS"),
        ("fn nobody", "no function is called nobody"),
        ("unseen", "logs:FilterLogEvents denied once"),
        ("nowhere", "there is no :nowhere"),
        ("help", "KEYS ON THIS SCREEN"),
    ],
)
async def test_going_to_a_place_by_name(tmp_path: Path, place: str, text: str) -> None:
    async with stage(tmp_path) as on:
        await on.see("Functions 7")
        await on.press("colon")
        await on.write(place)
        await on.press("enter")

        await on.see(text)


async def test_a_function_can_be_opened_from_the_start(tmp_path: Path) -> None:
    async with stage(tmp_path, function="report-export") as on:
        await on.see("WHY IT FAILS", "timeout-too-low")


async def test_a_function_that_is_not_there_is_told(tmp_path: Path) -> None:
    async with stage(tmp_path, function="nobody", **STORED) as on:
        await on.see("no function is called nobody")


async def test_a_search_finds_and_goes_on(tmp_path: Path) -> None:
    async with stage(tmp_path, size=(80, 24)) as on:
        await on.see("report-export")
        await on.press("j", "enter")
        await on.see("WHY IT FAILS")
        view = on.app.screen.view
        await on.press("slash")
        await on.write("timeout")
        await on.press("enter")
        first = view._match
        await on.press("n")
        second = view._match
        await on.press("N")

        assert 0 <= first < second
        assert view._match == first


async def test_copying_a_page_copies_its_plain_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCTOR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SSH_CONNECTION", "there")  # no tool of this machine is asked
    async with stage(tmp_path) as on:
        await on.see("report-export")
        await on.press("j", "enter")
        await on.see("WHY IT FAILS")
        await on.press("y", *"this page", "enter")
        await on.see("copied")

        text = (tmp_path / "home" / "last-copy.txt").read_text(encoding="utf-8")
        assert "timeout-too-low" in text
        assert "\x1b" not in text


async def _with_a_faulty_handler(folder: Path) -> None:
    def fail(_overview: object) -> None:
        raise ZeroDivisionError

    async with stage(folder) as on:
        on.app.session._loaded = fail
        on.app.session.load()
        await on.until(lambda: not on.app.is_running)


async def test_a_fault_in_a_job_s_handler_is_not_lost(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        await _with_a_faulty_handler(tmp_path)


async def test_the_keys_are_found_by_typing_and_left_as_they_were_opened(tmp_path: Path) -> None:
    async with stage(tmp_path, size=(80, 24)) as on:
        await on.see("report-export")
        await on.press("question_mark")
        await on.see("KEYS ON THIS SCREEN", "type to filter")
        await on.write("incid")
        await on.miss("sort by the next column")
        await on.see("incidents: root causes")
        await on.write("zzz")
        await on.see("no key is called incidzzz")
        await on.press("escape")
        await on.see("sort by the next column")
        await on.press("question_mark")

        await on.see("WHY (worst finding)")


async def test_control_c_and_q_say_and_do_what_they_do_here(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.see("report-export")
        await on.press("ctrl+c")
        await on.see("q goes back, :quit leaves doctor")
        await on.press("ctrl+q")

        await on.until(lambda: not on.app.is_running)
