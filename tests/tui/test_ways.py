"""From the list straight to a fix, from a comparison to another time, and menus that hold nothing."""

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from doctor.model.snapshot import Scope, Snapshot
from doctor.store.snapshots import put
from tests.tui import samples
from tests.tui.recording import heard
from tests.tui.stage import stage

pytestmark = pytest.mark.asyncio


async def test_f_in_the_list_opens_the_fix_even_of_a_function_that_was_never_looked_at(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.see("report-export", "10:42")
        await on.press("j", "f")
        await on.see("FIX FOR timeout-too-low")
        await on.press("q")

        await on.see("WHY (worst finding)")


async def test_a_function_without_a_fix_stays_in_the_list_and_says_so(tmp_path: Path) -> None:
    healthy = {row.name: samples.DETAILS[row.name] for row in samples.ROWS if row.name in samples.DETAILS}
    async with stage(tmp_path, answers={"detail": healthy}) as on:
        await on.see("report-export", "10:42")
        await on.press("G", "f")

        await on.see("no function is called")
        assert "WHY (worst finding)" in on.text


async def test_whoever_went_on_is_not_pulled_to_the_fix(tmp_path: Path) -> None:
    async with stage(tmp_path, answers={"hang": "detail"}) as on:
        await on.see("report-export", "10:42")
        await on.press("j", "f")
        await on.see("reading report-export")
        await on.press("question_mark")
        await on.see("KEYS ON THIS SCREEN")
        known = on.app.session.known
        known._answers["detail", frozenset({("function", "report-export")})] = samples.SLOW
        on.app.session.changed()
        await on.pilot.pause(0.3)

        assert "KEYS ON THIS SCREEN" in on.text


async def test_a_comparison_says_what_was_not_read_and_is_there_as_json(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.see("report-export", "10:42")
        await on.press("j", "c")
        await on.see("NOT READ", "in the earlier snapshot: 2 resources, Package of 1 resource")
        await on.press("v")

        await on.see('"function": "report-export"')


async def test_a_comparison_can_be_made_with_any_snapshot_that_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCTOR_HOME", str(tmp_path / "home"))
    target = {"profile": "prod", "region": "eu-west-1"}
    for day in (3, 2, 1):
        at = samples.NOW - timedelta(days=day)
        kept = Snapshot(taken_at=at, scope=Scope(account=samples.ACCOUNT, region=samples.REGION))
        put(target, kept, replace(samples.OVERVIEW, taken_at=at), [])
    async with stage(tmp_path, target=target) as on:
        await on.see("report-export", "10:42")
        await on.press("j", "c")
        await on.see("TIME LINE")
        await on.press("t")
        await on.see("Compare with", "as doctor chooses", "20 Nov 10:42:00")
        await on.press("down", "down", "enter")
        await on.until(lambda: "20261120T" in str(heard(tmp_path)[-1]["arguments"].get("against")))


async def test_without_a_kept_snapshot_the_comparison_says_where_one_comes_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCTOR_HOME", str(tmp_path / "home"))
    async with stage(tmp_path) as on:
        await on.see("report-export", "10:42")
        await on.press("j", "c")
        await on.see("TIME LINE")
        await on.press("t")

        await on.see("no earlier snapshot is kept")


async def test_a_menu_in_which_nothing_matches_says_so(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.see("report-export")
        await on.press("ctrl+p", *"zzzz")
        await on.see("match zzzz", "0 of ")
        await on.press("enter")
        await on.press(*["backspace"] * 4)

        await on.miss("match zzzz")
        assert "Do or go to" in on.text


async def test_a_filter_is_saved_as_a_tab_that_outlives_the_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCTOR_HOME", str(tmp_path / "home"))
    async with stage(tmp_path) as on:
        await on.see("report-export", "10:42")
        await on.press("colon", *"save mine", "enter")
        await on.see("type a filter first")
        await on.press("slash", *"report", "enter", "colon", *"save mine", "enter")
        await on.see("1 all", "2 mine", "mine is a tab from now on")
        await on.press("1")
        await on.see("payments-reconcile")
    async with stage(tmp_path) as on:
        await on.see("payments-reconcile", "2 mine", "10:42")
        await on.press("right_square_bracket")
        await on.miss("payments-reconcile")
        await on.press("1", "colon", *"save mine", "enter")
        await on.see("the tab mine is gone")

        await on.miss("1 all")


async def test_a_rule_is_tried_on_a_function(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.see("report-export", "10:42")
        await on.press("colon", *"rules", "enter")
        await on.see("timeout-too-low")
        await on.press("x")
        await on.see("timeout-too-low on which function?")
        await on.press(*"report-export", "enter")

        await on.see("timeout-too-low  on  report-export", "the handler needs about 4.2 s")


async def test_the_policy_for_the_denied_reads_is_there_to_be_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCTOR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SSH_CONNECTION", "there")  # no tool of this machine is asked
    overview = replace(samples.OVERVIEW, denied=("logs:FilterLogEvents",))
    async with stage(tmp_path, rows=samples.ROWS, overview=overview, answers={"load": []}) as on:
        await on.see("report-export", "10:42")
        await on.press("y", *"policy", "enter")
        await on.see("copied")

    assert '"logs:FilterLogEvents"' in (tmp_path / "home" / "last-copy.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("way", [("a",), ("colon", *"region all", "enter")], ids=["a", ":region all"])
async def test_the_functions_of_every_region_are_counted_and_one_is_gone_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: tuple[str, ...]
) -> None:
    monkeypatch.setenv("DOCTOR_HOME", str(tmp_path / "home"))
    async with stage(tmp_path) as on:
        await on.see("report-export", "10:42")
        await on.press(*way)
        await on.see("Regions 4", "us-east-1", "1 function", "no functions", "not enabled")
        await on.press("j", "enter")
        await on.until(lambda: heard(tmp_path)[-1]["arguments"].get("target", {}).get("region") == "us-east-1")


async def test_regions_that_cannot_be_counted_say_why_and_are_counted_again(tmp_path: Path) -> None:
    async with stage(tmp_path, answers={"regions": [("error", "nobody is there")]}) as on:
        await on.see("report-export", "10:42")
        await on.press("a")
        await on.see("nobody is there", "R tries again.")
        await on.press("R")
        await on.until(lambda: [one["verb"] for one in heard(tmp_path)].count("regions") == 2)


@pytest.mark.parametrize(
    ("key", "said"), [("n", "nothing was searched yet"), ("w", "w wraps the lines of Logs"), ("t", "t limits the time")]
)
async def test_a_key_that_has_nothing_to_do_here_says_so(tmp_path: Path, key: str, said: str) -> None:
    async with stage(tmp_path) as on:
        await on.see("report-export", "10:42")
        await on.press("j", "enter")
        await on.see("WHY IT FAILS")
        await on.press(key)

        await on.see(said)


async def test_a_search_that_goes_on_and_finds_nothing_says_so(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.see("report-export", "10:42")
        await on.press("j", "enter")
        await on.see("WHY IT FAILS")
        await on.press("slash", *"zzz")
        await on.see("not found")
        await on.press("enter", "n")

        await on.see("not found: zzz")
