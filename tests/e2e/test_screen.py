"""The installed command in a real terminal, on the embedded account: from a red row to a proved fix, and back."""

import os
import sys
from pathlib import Path

from tests.e2e.terminal import Terminal

ENTER = "\r"


def _environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "DOCTOR_HOME": str(tmp_path / "home"), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def test_open_diagnose_fix_verify_and_undo(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "doctor", "demo", "--allow-changes"]
    with Terminal(command, _environment(tmp_path)) as terminal:
        terminal.wait_for("invoice-render", "CHANGES ALLOWED", "worst first")
        terminal.wait_for("(now)")  # the account was read behind the stored rows
        terminal.press("/invoice")
        terminal.wait_for("1 of 24")
        terminal.press(ENTER)
        terminal.wait_without("/")  # the prompt is closed: until then Enter is its own
        terminal.rest()  # Textual moves the focus a moment later
        terminal.press(ENTER)
        terminal.wait_for("WHY IT FAILS", "handler-slower-than-timeout", "give it 6 s")
        terminal.press("f")
        terminal.wait_for("Terraform", "3 → 6", "Enter proves it first")
        terminal.press(ENTER)
        terminal.wait_for("PROVED", "local run: timed out after 3 s → returned after")
        terminal.press(ENTER)
        terminal.wait_for("Type invoice-render")
        terminal.press("invoice-render" + ENTER)
        terminal.wait_for("APPLIED, NOT YET CONFIRMED", "the finding is gone")
        terminal.press("u")
        terminal.wait_for("Type invoice-render to take it back")
        terminal.press("invoice-render" + ENTER)
        terminal.wait_for("UNDONE")
        terminal.press("q" * 4)

        assert terminal.ended() == 0


def test_every_screen_answers_from_the_account_that_was_read(tmp_path: Path) -> None:
    with Terminal([sys.executable, "-m", "doctor", "demo"], _environment(tmp_path)) as terminal:
        terminal.wait_for("crm-sync", "READ-ONLY", "(now)")
        terminal.press("/crm-sync")
        terminal.wait_for("1 of 24")
        terminal.press(ENTER)
        terminal.wait_without("/")  # the prompt is closed: until then Enter is its own
        terminal.rest()  # Textual moves the focus a moment later
        terminal.press(ENTER)
        terminal.wait_for("WHY IT FAILS", "no-way-out")
        terminal.press("2")
        terminal.wait_for("IN THE WAY", "NO_ROUTE_TO_DESTINATION")
        terminal.press("x203.0.113.9:443" + ENTER)
        terminal.wait_for("YOU ASKED: 203.0.113.9:443", "unreachable")
        terminal.press("3")
        terminal.wait_for("WHAT ITS CODE ASKS FOR", "sqs:SendMessage")
        terminal.press("i")
        terminal.wait_for("WHOM IT CONCERNS", "Incidents ")
        terminal.press("q")
        terminal.wait_for("WHAT ITS CODE ASKS FOR")
        terminal.press("c")
        terminal.wait_for("TIME LINE", "DeleteRoute", "first failure")
        terminal.press("q")
        terminal.wait_for("WHAT ITS CODE ASKS FOR")
        terminal.press("@")
        terminal.wait_for("API CALLS", "0 writes", "read and diagnose the account")
        terminal.press(":rules no-way-out" + ENTER)
        terminal.wait_for("1 function hit", "have no way to what it calls")
        terminal.press("q" * 5)

        assert terminal.ended() == 0


def test_a_function_is_opened_by_its_name_and_a_file_offline(tmp_path: Path) -> None:
    snapshot = str(Path(__file__).parents[2] / "snapshots" / "twelve-faults")
    command = [sys.executable, "-m", "doctor"]
    with Terminal([*command, "invoice-render", "--snapshot", snapshot], _environment(tmp_path)) as terminal:
        terminal.wait_for("WHY IT FAILS", "handler-slower-than-timeout", "offline")
        terminal.press("qq")

        assert terminal.ended() == 0
    with Terminal([*command, "open", snapshot], _environment(tmp_path), 40, 10) as terminal:
        terminal.wait_for("crm-sync", "RO")
        terminal.press("q")

        assert terminal.ended() == 0


def test_a_snapshot_that_is_none_is_told_and_ends_as_everywhere(tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    with Terminal([sys.executable, "-m", "doctor", "--snapshot", str(bad)], _environment(tmp_path)) as terminal:
        terminal.wait_for("not JSON, or cut off", "R tries again")
        terminal.press("q")

        assert terminal.ended() == 2
        terminal.rest(0.1)
    assert b"doctor: " in terminal.raw.rpartition(b"\x1b[?1049l")[2]


def test_without_permission_a_fix_is_proved_but_not_applied(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "doctor",
        "--snapshot",
        str(Path(__file__).parents[2] / "snapshots" / "twelve-faults"),
    ]
    with Terminal(command, _environment(tmp_path), 80, 24) as terminal:
        terminal.wait_for("checkout-quote", "RO")
        terminal.press("q")

        assert terminal.ended() == 0
