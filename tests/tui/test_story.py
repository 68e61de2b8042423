"""From a red row to a proved, applied and undone fix, by keys."""

from pathlib import Path

import pytest

from tests.tui import samples
from tests.tui.recording import heard
from tests.tui.stage import Stage, stage

pytestmark = pytest.mark.asyncio


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names are typed here where nobody asks for them: what their letters do must not reach the checkout."""
    monkeypatch.chdir(tmp_path)


NAME = "report-export"


async def _open_slow(on: Stage) -> None:
    await on.see("report-export", "1 critical")
    await on.press("j", "enter")
    await on.see("WHY IT FAILS", "timeout-too-low")


async def _prove(on: Stage) -> None:
    await _open_slow(on)
    await on.press("f")
    await on.see("FIX FOR timeout-too-low")
    await on.press("enter")
    await on.see("PROVED", "no other function gets a new finding")


async def test_the_list_is_worst_first_and_tells_whose_account_it_is(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.see("snap 10:42 UTC", "catalog-import")

        lines = on.text.splitlines()
        assert "123456789012  eu-west-1  READ-ONLY" in lines[0]
        assert [line.split()[2] for line in lines[3:6]] == ["payments-reconcile", "report-export", "catalog-import"]


async def test_a_function_opens_and_closes_again(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await _open_slow(on)
        await on.press("q")
        await on.see("WHY (worst finding)")

        assert on.app.screen.table.chosen.name == NAME


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("2", "unreachable from 2 of 2 subnets"),
        ("3", "WHAT ITS CODE ASKS FOR"),
        ("4", "2.969 s without output"),
        ("5", "Duration p95"),
        ("6", "<redacted value, 18 characters>"),
        ("7", '"FunctionName": "report-export"'),
        ("right_square_bracket", "unreachable from 2 of 2 subnets"),
        ("left_square_bracket", '"name": "report-export"'),
    ],
)
async def test_each_tab_has_its_key(tmp_path: Path, key: str, text: str) -> None:
    async with stage(tmp_path) as on:
        await _open_slow(on)
        await on.press(key)
        if key == "7":
            await on.press("slash")
            await on.write("FunctionName")

        await on.see(text)


async def test_another_finding_has_another_why(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.see("payments-reconcile")
        await on.press("enter")
        await on.see("EVIDENCE", 'State: "deleted"')
        await on.press("tab", "j")

        await on.see('Routes[0.0.0.0/0].NatGatewayId: "nat-0d9"')


async def test_enter_opens_the_page_of_the_rule(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await _open_slow(on)
        await on.press("enter")
        await on.see("Lambda stops an invocation after `Timeout` seconds.")
        await on.press("escape")

        await on.see("WHY IT FAILS")


async def test_a_run_shows_its_verdict_and_what_was_not_enforced(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.see("report-export")
        await on.press("j", "r")
        await on.see("REPRODUCED", "not enforced: no namespaces here", "3.00 s")

        assert heard(tmp_path)[-1]["verb"] in ("reproduce", "detail")


async def test_a_run_can_be_cancelled_and_its_child_ends(tmp_path: Path) -> None:
    async with stage(tmp_path, answers={"hang": "reproduce"}) as on:
        await on.see("report-export")
        await on.press("j", "r")
        await on.see("[INFO] page 1 of 4")
        job = on.app.session.jobs.running[-1]
        await on.press("ctrl+x")
        await on.see("Stopped.", "r runs it again.")

        assert not job.child.alive


async def test_leaving_a_run_does_not_stop_it(tmp_path: Path) -> None:
    async with stage(tmp_path, answers={"hang": "reproduce"}) as on:
        await on.see("report-export")
        await on.press("j", "r")
        await on.see("[INFO] page 1 of 4")
        await on.press("escape")
        await on.see("WHY (worst finding)", "Ctrl+X cancel")

        assert [job.verb for job in on.app.session.jobs.running] == ["reproduce"]


async def test_read_only_proves_but_never_applies(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await _prove(on)
        await on.see("READ-ONLY: restart with --allow-changes to apply")
        await on.press("enter", *NAME, "enter")
        await on.pilot.pause(0.3)

        assert "apply" not in [command["verb"] for command in heard(tmp_path)]


async def test_enter_is_dead_until_the_name_is_typed(tmp_path: Path) -> None:
    async with stage(tmp_path, allow_changes=True) as on:
        await _prove(on)
        await on.press("enter")
        await on.see("no match yet")
        await on.write(NAME[:-1])
        await on.press("enter", "enter")
        await on.pilot.pause(0.3)

        assert "apply" not in [command["verb"] for command in heard(tmp_path)]
        assert "CHANGES ALLOWED" in on.text


async def test_the_proved_fix_is_applied_verified_and_undone(tmp_path: Path) -> None:
    async with stage(tmp_path, allow_changes=True) as on:
        await _prove(on)
        await on.press("enter", *NAME, "enter")
        await on.see("APPLIED", "APPLIED, NOT YET CONFIRMED", "u undo")
        applied = next(command for command in heard(tmp_path) if command["verb"] == "apply")
        await on.press("u", *NAME, "enter")
        await on.see("UNDONE")
        undone = next(command for command in heard(tmp_path) if command["verb"] == "undo")

        assert applied["arguments"]["rehearsal"]["rehearsal"] == "proved"
        assert (applied["arguments"]["finding"], applied["arguments"]["fix"]) == ("f1", 0)
        assert undone["arguments"]["receipt"] == "0007"


async def test_escape_leaves_the_confirmation_without_sending(tmp_path: Path) -> None:
    async with stage(tmp_path, allow_changes=True) as on:
        await _prove(on)
        await on.press("enter", *NAME, "escape")
        await on.miss("Enter sends it")

        assert "apply" not in [command["verb"] for command in heard(tmp_path)]


async def test_an_unproved_fix_cannot_be_applied(tmp_path: Path) -> None:
    from tests.tui.runs import UNPROVED

    async with stage(tmp_path, allow_changes=True, answers={"rehearse": [("done", UNPROVED)]}) as on:
        await _open_slow(on)
        await on.press("f", "enter")
        await on.see("NOT PROVED", "the local run still timed out after 9 s")
        await on.press("enter", *NAME, "enter")
        await on.see("cannot be applied from here")

        assert "apply" not in [command["verb"] for command in heard(tmp_path)]


async def test_nothing_is_applied_to_what_cannot_be_reached(tmp_path: Path) -> None:
    offline = samples.OVERVIEW.__class__(
        source="team.json",
        snapshot="x",
        taken_at=samples.NOW,
        account=samples.ACCOUNT,
        region=samples.REGION,
        live=False,
    )
    rows = [("row", row) for row in samples.ROWS]
    answers = {"load": [*rows, ("done", offline)]}
    async with stage(tmp_path, allow_changes=True, answers=answers, target={"snapshot": "team.json"}) as on:
        await _prove(on)
        await on.see("cannot be reached from here", "offline")
        await on.press("enter", *NAME, "enter")
        await on.pilot.pause(0.3)

        assert "apply" not in [command["verb"] for command in heard(tmp_path)]


async def test_a_manual_fix_says_what_to_do_by_hand(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await _open_slow(on)
        await on.press("f", "B")
        await on.see("BY HAND", "split the export into pages")
        await on.press("enter")

        await on.see("this fix is done by hand")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("1", "Timeout"),
        ("2", "lambda_client.update_function_configuration("),
        ("3", "aws lambda update-function-configuration"),
        ("4", 'resource "aws_lambda_function"'),
        ("5", "an AWS::Lambda::Function"),
        ("6", "an AWS::Serverless::Function"),
    ],
)
async def test_the_steps_have_a_tab_for_each_form(tmp_path: Path, number: str, text: str) -> None:
    async with stage(tmp_path) as on:
        await _open_slow(on)
        await on.press("f")
        await on.see("diff", "Terraform", "CloudFormation")
        await on.press(number)

        await on.see(text)


async def test_the_brackets_go_through_the_forms_and_round(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await _open_slow(on)
        await on.press("f", "left_square_bracket")
        await on.see("an AWS::Serverless::Function")
        await on.press("right_square_bracket", "right_square_bracket")

        await on.see("import boto3")


async def test_an_apply_is_not_ended_with_the_app(tmp_path: Path) -> None:
    async with stage(tmp_path, allow_changes=True, answers={"hang": "apply"}) as on:
        await _prove(on)
        await on.press("enter", *NAME, "enter")
        await on.see("lambda:UpdateFunctionConfiguration sent", "no further call")
        child = on.app.session.jobs.running[-1].child
        await on.app.session.jobs.close()

        assert child.alive
        await child.end()


async def test_leaving_while_an_account_is_changed_takes_two_presses(tmp_path: Path) -> None:
    async with stage(tmp_path, allow_changes=True, answers={"hang": "apply"}) as on:
        await _prove(on)
        await on.press("enter", *NAME, "enter")
        await on.see("lambda:UpdateFunctionConfiguration sent")
        child = on.app.session.jobs.running[-1].child
        on.app.leave()
        await on.see("an apply is under way")

        assert on.app.is_running
        await child.end()


async def test_the_log_shows_only_lines_with_words_and_of_a_time(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await _open_slow(on)
        await on.press("ampersand")
        await on.see("2.969 s without output")
        await on.write("timed !START")
        await on.press("enter")
        await on.see("lines with: timed !START", "Task timed out")
        await on.miss("START RequestId")
        await on.press("escape")
        await on.see("2.969 s without output")
        await on.press("t", "t", "t")
        await on.see("since 10:27")
        await on.press("5")
        await on.see("SINCE")
        await on.press("t")

        await on.miss("SINCE")


async def _history(on: Stage) -> None:
    await on.see(NAME, "10:42")
    await on.press("colon", *"history", "enter")
    await on.see("History 2", "Applied", "Undone")


async def test_what_was_applied_before_is_taken_back_once_its_name_is_typed(tmp_path: Path) -> None:
    async with stage(tmp_path, allow_changes=True) as on:
        await _history(on)
        await on.press("u")
        await on.see("Type report-export to take it back")
        await on.write("report")
        await on.press("enter")
        await on.see("no match yet")
        await on.write("-export")
        await on.press("enter")
        await on.until(lambda: "UNDONE" in on.text)
        undone = [one["arguments"]["receipt"] for one in heard(tmp_path) if one["verb"] == "undo"]

        assert undone == ["0007"]


async def test_history_takes_nothing_back_twice_nor_without_permission(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await _history(on)
        await on.press("u")
        await on.see("READ-ONLY: restart with --allow-changes")
        await on.press("j", "u")
        await on.see("it is taken back already")

        assert "undo" not in {one["verb"] for one in heard(tmp_path)}
