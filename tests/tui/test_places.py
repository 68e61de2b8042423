"""The ways between screens: incidents, rules, compare, jobs, the palette, the copy menu, and what ``:`` understands."""

from pathlib import Path

import pytest

from tests.tui import samples
from tests.tui.recording import heard
from tests.tui.stage import Stage, stage

pytestmark = pytest.mark.asyncio


async def _go(on: Stage, place: str) -> None:
    await on.see("report-export")
    await on.press("colon", *place, "enter")


async def test_an_incident_tells_whom_it_concerns_and_leads_there(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.see("report-export")
        await on.press("i")
        await on.see("the NAT gateway was deleted", "2 functions, mended together", "WHAT FOLLOWS FROM IT")
        await on.press("enter")
        await on.see("Which function?", "billing-nightly")
        await on.press("enter")

        await on.see("WHY IT FAILS", "Net  3 Perm")
        assert on.app.screen.function == "payments-reconcile"


async def test_a_finding_leads_to_its_incident_and_that_to_its_fix(tmp_path: Path) -> None:
    async with stage(tmp_path, size=(80, 24)) as on:
        await on.see("report-export")
        await on.press("j", "enter")
        await on.see("WHY IT FAILS")
        await on.press("i")
        await on.see("the handler needs about 4.2 s", "WHOM IT CONCERNS")
        await on.press("f")
        await on.see("FIX FOR timeout-too-low")
        await on.press("q", "q")

        await on.see("WHY IT FAILS")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_where_there_are_no_incidents_the_screen_says_so(tmp_path: Path, size: tuple[int, int]) -> None:
    async with stage(tmp_path, size=size, answers={"incidents": [("done", [])]}) as on:
        await on.see("report-export")
        await on.press("i")

        await on.see("nothing is at fault as far as was seen")


async def test_a_filter_that_no_rule_passes_can_be_cleared_on_a_narrow_screen(tmp_path: Path) -> None:
    async with stage(tmp_path, size=(80, 24)) as on:
        await _go(on, "rules")
        await on.see("timeout-too-low", "team-tag")
        await on.press("slash", *"zzz")
        await on.see("0 of 2 match zzz")
        await on.press("escape")

        await on.see("timeout-too-low", "team-tag")


async def test_what_changed_is_asked_for_the_function_and_for_another_file(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.see("report-export")
        await on.press("j", "c")
        await on.see("Timeout: 60 → 3", "1 difference elsewhere")
        await on.press("p")
        await on.see("is gone")
        await on.press("x", *"old.json", "enter")
        await on.until(lambda: any(one["arguments"].get("against") == "old.json" for one in heard(tmp_path)))

        asked = [one["arguments"] for one in heard(tmp_path) if one["verb"] == "compare"]
        assert [(one["function"], one["target"]["profile"]) for one in asked] == [("report-export", "prod")] * 2


async def test_rules_are_filtered_and_explained(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await _go(on, "rules")
        await on.see("Rules 2", "timeout-too-low", "1 function hit, 5 passed, 1 could not be looked at")
        await on.press("slash", *"tag", "enter")

        await on.see("Rules 1 of 2", "the rule failed: emails-send: KeyError: 'team'")


async def test_a_place_may_be_begun_and_what_is_none_is_said(tmp_path: Path) -> None:
    async with stage(tmp_path, size=(160, 36)) as on:
        await _go(on, "inc")
        await on.see("WHOM IT CONCERNS")
        await on.press("q")
        await _go(on, "fn nobody")
        await on.see("no function is called nobody")
        await _go(on, "nowhere")

        await on.see("there is no :nowhere; try :functions :fn")


async def test_every_call_that_was_made_is_shown_and_writes_can_be_picked_out(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.see("report-export", "snap 10:42 UTC")
        await on.press("at")
        await on.see("2 reads, 1 write", "logs:FilterLogEvents", "AccessDenied", "read and diagnose the account")
        await on.press("p")

        await on.miss("logs:FilterLogEvents")
        assert "lambda:UpdateFunctionConfiguration" in on.text


async def test_the_palette_finds_actions_places_and_functions(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.see("report-export")
        await on.press("ctrl+p", *"rprtexp")
        await on.see("report-export")
        await on.press("enter")
        await on.see("WHY IT FAILS")
        await on.press("ctrl+p", *"what changed since", "enter")

        await on.see("TIME LINE")


async def test_the_screen_left_last_comes_back(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.see("report-export")
        await on.press("minus")
        await on.see("no screen was left yet")
        await on.press("escape", "j", "enter")
        await on.see("WHY IT FAILS")
        await on.press("q", "minus")

        await on.see("WHY IT FAILS", "timeout-too-low")


@pytest.mark.parametrize(
    ("tab", "typed", "verb", "arguments"),
    [
        ("2", "db.example.com:5432", "trace", {"destination": "db.example.com:5432"}),
        ("3", "s3:GetObject *", "can", {"action": "s3:GetObject", "resource": "*"}),
        ("3", "sts:GetCallerIdentity", "can", {"action": "sts:GetCallerIdentity", "resource": "*"}),
    ],
)
async def test_another_question_can_be_asked(
    tmp_path: Path, tab: str, typed: str, verb: str, arguments: dict[str, str]
) -> None:
    async with stage(tmp_path) as on:
        await on.see("report-export")
        await on.press("j", "enter")
        await on.see("WHY IT FAILS")
        await on.press(tab, "x", *typed, "enter")
        await on.see("YOU ASKED: ")
        await on.until(lambda: any(one["verb"] == verb for one in heard(tmp_path)))

        asked = next(one["arguments"] for one in heard(tmp_path) if one["verb"] == verb)
        assert arguments.items() <= asked.items()
        assert asked["function"] == "report-export"


async def test_a_question_that_is_not_whole_is_not_asked(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.see("report-export")
        await on.press("j", "enter")
        await on.see("WHY IT FAILS")
        await on.press("3", "x", *"put", "enter")
        await on.see("write service:Action and an ARN")

        assert "can" not in {one["verb"] for one in heard(tmp_path)}


async def test_an_answer_that_failed_is_told_and_asked_again(tmp_path: Path) -> None:
    async with stage(tmp_path, answers={"network": [("error", "no network was read")]}) as on:
        await on.see("report-export")
        await on.press("j", "enter")
        await on.see("WHY IT FAILS")
        await on.press("2")
        await on.see("no network was read", "R tries again.")
        await on.press("R")
        await on.until(lambda: [one["verb"] for one in heard(tmp_path)].count("network") == 2)


async def test_the_finding_and_its_evidence_as_json(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.see("report-export")
        await on.press("j", "enter")
        await on.see("WHY IT FAILS")
        await on.press("v")

        await on.see('"rule": "timeout-too-low"', '"field": "Timeout"')


async def test_an_exported_page_overwrites_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with stage(tmp_path) as on:
        await on.see("report-export")
        await on.press("j", "enter")
        await on.see("WHY IT FAILS")
        await on.press("e")
        await on.see("write this page to: doctor-functions-report-export.txt")
        await on.press("enter")
        await on.see("written: ")
        await on.press("e")
        await on.see("report-export-1.txt")
        await on.press(*["backspace"] * len("-1.txt"), *".txt", "enter")
        await on.see("is there already; nothing was written")
        await on.press("e", "enter")
        await on.see("report-export-1.txt")

    first, second = (tmp_path / f"doctor-functions-report-export{number}.txt" for number in ("", "-1"))
    assert "the handler needs about 4.2 s" in first.read_text(encoding="utf-8")
    assert first.read_text(encoding="utf-8") == second.read_text(encoding="utf-8")


async def test_another_region_is_read_and_the_old_rows_are_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCTOR_HOME", str(tmp_path / "home"))
    async with stage(tmp_path, rows=samples.ROWS, overview=samples.OVERVIEW) as on:
        await _go(on, "region us-east-1")
        await on.until(lambda: [one["verb"] for one in heard(tmp_path)].count("load") >= 1 and "7" in on.text)

        await on.until(lambda: heard(tmp_path)[-1]["arguments"].get("target", {}).get("region") == "us-east-1")


async def test_the_console_opens_no_embedded_account(tmp_path: Path) -> None:
    async with stage(tmp_path, target={"demo": True}) as on:
        await on.see("report-export")
        await on.press("o")

        await on.see("the embedded account has no console")
