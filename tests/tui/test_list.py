"""The function list: stored rows, merging, filter, sort, empty and error states."""

from pathlib import Path

import msgspec
import pytest

from tests.tui import samples
from tests.tui.recording import heard, worker
from tests.tui.stage import Stage, stage

pytestmark = pytest.mark.asyncio
STORED = {"rows": samples.ROWS, "overview": samples.OVERVIEW}


async def test_stored_rows_are_shown_before_the_worker_has_said_anything(tmp_path: Path) -> None:
    async with stage(tmp_path, answers={"load": [], "hang": "load"}, **STORED) as on:
        await on.see("payments-reconcile", "snap 10:42 UTC", "starting the worker")


async def test_nothing_known_says_what_is_being_read(tmp_path: Path) -> None:
    async with stage(
        tmp_path, answers={"load": [("progress", {"event": "progress", "what": "x"}), ("done", None)], "hang": "load"}
    ) as on:
        await on.see("Reading profile prod", "no snapshot yet")


async def test_a_new_row_does_not_move_the_row_under_the_cursor(tmp_path: Path) -> None:
    async with stage(tmp_path, size=(120, 12), **STORED) as on:
        await on.until(lambda: not on.app.session.loading.running)
        await on.press("j", "j", "j")
        table = on.app.screen.table
        before = (table.chosen.name, table._cursor - table.first_shown)
        for number in range(25):
            like = samples.ROWS[0] if number < 5 else samples.ROWS[-1]
            on.app.session._row(msgspec.structs.replace(like, name=f"new-{number}", arn=samples.arn(f"new-{number}")))
        await on.until(lambda: len(table.rows) == 32)

        assert (table.chosen.name, table._cursor - table.first_shown) == before


async def test_new_critical_rows_above_are_told_until_the_top_is_seen(tmp_path: Path) -> None:
    async with stage(tmp_path, size=(120, 10), **STORED) as on:
        await on.until(lambda: not on.app.session.loading.running)
        await on.press("G")
        row = msgspec.structs.replace(samples.ROWS[0], name="aaa", arn=samples.arn("aaa"))
        on.app.session._row(row)
        await on.see("^ 1 new")
        await on.press("g")

        await on.miss("^ 1 new")


async def test_a_deleted_function_leaves_the_list(tmp_path: Path) -> None:
    gone = msgspec.structs.replace(samples.ROWS[0], name="deleted", arn=samples.arn("deleted"))
    async with stage(tmp_path, rows=(*samples.ROWS, gone), overview=samples.OVERVIEW) as on:
        await on.see("Functions 7")

        assert "deleted" not in on.text.replace("was deleted", "")


async def _filtered(on: Stage, pattern: str) -> None:
    await on.see("Functions 7")
    await on.press("slash")
    await on.write(pattern)


async def test_a_filter_works_while_it_is_typed_and_counts(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await _filtered(on, "timeout>25 !health:ok")

        await on.see("4 of 7")
        assert "emails-send" not in on.text


async def test_a_filter_survives_opening_and_closing_a_function(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await _filtered(on, "report")
        await on.press("enter", "enter")
        await on.see("WHY IT FAILS")
        await on.press("backspace")

        await on.see("/report  1 of 7")


async def test_escape_clears_the_filter_and_then_stays(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await _filtered(on, "report")
        await on.press("enter")
        await on.miss("emails-send")
        await on.press("escape", "escape", "escape")
        await on.see("emails-send")

        assert on.app.is_running


async def test_escape_while_typing_clears_too(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await _filtered(on, "nothing-like-this")
        await on.see("0 of 7 match nothing-like-this")
        await on.press("escape")

        await on.see("emails-send")


async def test_an_earlier_filter_comes_back_with_up(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await _filtered(on, "report")
        await on.press("enter", "escape", "slash", "up")

        await on.see("1 of 7")


async def test_a_filter_on_a_column_that_is_not_there_says_so(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await _filtered(on, "team:x")

        await on.see("no column team")


async def test_markup_in_data_and_in_a_filter_is_text(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await _filtered(on, "[bold]")

        await on.see("[bold]not markup[/]", "1 of 7")


async def test_rows_can_be_sorted(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.see("worst first", "Functions 7")
        await on.press("s", "s", "s")
        await on.see("by name")

        assert on.app.screen.table.rows[0].name == "billing-nightly"


async def test_an_empty_account_says_where_was_looked(tmp_path: Path) -> None:
    async with stage(tmp_path, answers={"load": [("done", samples.OVERVIEW)]}) as on:
        await on.see("No Lambda functions in eu-west-1 for profile prod (123456789012).")


async def test_a_dead_worker_is_told_and_started_again(tmp_path: Path) -> None:
    async with stage(tmp_path, answers={"die": "load"}) as on:
        await on.see("The worker stopped (signal 9, maybe for memory): MemoryError", "R tries again")
        (tmp_path / "recording.json").write_text(
            (tmp_path / "recording.json").read_text().replace('"die": "load"', '"die": ""')
        )
        await on.press("R")

        await on.see("payments-reconcile")


async def test_a_dead_worker_leaves_the_rows_that_are_known(tmp_path: Path) -> None:
    async with stage(tmp_path, answers={"die": "load"}, **STORED) as on:
        await on.see("The worker stopped", "payments-reconcile")


async def test_a_failed_load_stays_told_on_every_screen(tmp_path: Path) -> None:
    async with stage(tmp_path, answers={"load": [("error", "AWS cannot be reached")]}, **STORED) as on:
        await on.see("AWS cannot be reached", "R tries again")
        await on.press("j", "enter")

        await on.see("WHY IT FAILS", "AWS cannot be reached")


async def test_details_that_could_not_be_read_can_be_asked_again(tmp_path: Path) -> None:
    async with stage(tmp_path, answers={"detail": {}}) as on:
        await on.see("Functions 7")
        await on.press("j", "enter")
        await on.see("no function is called report-export", "R tries again.")
        worker(tmp_path)
        await on.until(lambda: bool(on.app.session.known.failure("detail", function="report-export")))
        for child in on.app.session.jobs._kept:
            await child.end()
        await on.press("R")

        await on.see("WHY IT FAILS")


async def test_a_row_opens_with_two_clicks(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.see("Functions 7")
        await on.pilot.click("#rows", offset=(20, 1), times=2)

        await on.see("timeout-too-low")


async def test_an_error_of_the_worker_is_one_line(tmp_path: Path) -> None:
    async with stage(
        tmp_path, answers={"load": [("error", "AWS does not know these credentials: run aws sso login")]}
    ) as on:
        await on.see("AWS does not know these credentials: run aws sso login")


async def test_a_worker_that_cannot_be_started_is_told(tmp_path: Path) -> None:
    async with stage(tmp_path, **STORED) as on:
        on.app.session.jobs._argv = ["no-such-worker"]
        await on.press("j", "r")

        await on.see("The worker cannot be started", "no-such-worker")


async def test_a_worker_that_talks_nonsense_is_told(tmp_path: Path) -> None:
    async with stage(tmp_path, answers={"reproduce": [("phase", {"event": "phase", "name": 7, "state": ""})]}) as on:
        await on.see("Functions 7")
        await on.press("j", "r")

        await on.see("The worker cannot be understood")


async def test_q_at_the_top_quits(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.see("Functions 7")
        await on.press("q")
        await on.until(lambda: not on.app.is_running)

        assert on.app.return_code == 0


async def test_a_stale_snapshot_shows_its_age(tmp_path: Path) -> None:
    async with stage(tmp_path, **STORED) as on:
        age = on.app.session.context(()).now - samples.NOW

        await on.see(f"({int(age.total_seconds() // 3600)} h)" if age.days < 2 else f"({age.days} d)")


async def test_marked_functions_are_copied_together_and_run_one_after_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCTOR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SSH_CONNECTION", "there")  # no tool of this machine is asked
    async with stage(tmp_path) as on:
        await on.see("report-export")
        await on.press("space", "space")
        await on.see("2 marked", "✖ 2   ✔ payments-reconcile")
        await on.press("y")
        await on.see("names of the marked")
        await on.press("enter")
        await on.see("copied")

        text = (tmp_path / "home" / "last-copy.txt").read_text(encoding="utf-8")
        assert text.split() == ["payments-reconcile", "report-export"]

        await on.press("r")
        await on.see("Reproduce 2 of 2", "Reproduced: the local run")
        asked = [one["arguments"]["function"] for one in heard(tmp_path) if one["verb"] == "reproduce"]
        assert asked == ["payments-reconcile", "report-export"]

        await on.press("q", "escape")
        await on.miss("2 marked")


async def test_what_waits_is_not_started_once_it_is_stopped(tmp_path: Path) -> None:
    async with stage(tmp_path, answers={"hang": "reproduce"}) as on:
        await on.see("report-export")
        await on.press("space", "space", "space", "r")
        await on.see("runs now", "waits", "[INFO] page 1 of 4")
        await on.press("ctrl+x")
        await on.see("2 more will not be started")
        await on.see("Stopped.")

        assert len([one for one in heard(tmp_path) if one["verb"] == "reproduce"]) == 1
