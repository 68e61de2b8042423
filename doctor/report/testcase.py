"""A run as a test of its own: pytest's file, and the event beside it."""

import re
import shlex

import msgspec

from doctor.model.outcome import Reproduction, kind_of
from doctor.report.lines import words

_TEXT = '''"""{function}: {outcome} with this event. Passes once it no longer does.

Written by doctor. The event beside it is as it was run, in clear: look at it before you share it.
"""

import subprocess
from pathlib import Path

EVENT = Path(__file__).with_name({event!r})


def test_{name}() -> None:
    run = subprocess.run(
        [{command}, "--event", str(EVENT)], capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stdout + run.stderr
'''


def names(function: str) -> tuple[str, str]:
    """The names of the test's file and of the event's."""
    stem = re.sub(r"\W+", "_", function).strip("_").lower()
    return f"test_{stem}.py", f"{stem}.event.json"


def test(function: str, made: Reproduction, where: str, event: str) -> str:
    """The test's text: ``doctor reproduce`` with the event, which ends with 0 once the failure does not come back.

    Args:
        function: Its name.
        made: What the run showed.
        where: The options that name the account on a command line.
        event: The name of the event's file.
    """
    ran = words.outcome_kind(kind_of(made.run.outcome)) if made.run else "failed"
    command = ", ".join(repr(part) for part in ("doctor", "reproduce", function, *shlex.split(where)))
    name = names(function)[0].removeprefix("test_").removesuffix(".py")
    return _TEXT.format(function=function, outcome=ran, event=event, name=name, command=command)


def event(made: Reproduction) -> str:
    """The event that was run, indented."""
    raw = bytes(made.run.scenario.event) if made.run else b"{}"
    return msgspec.json.format(raw, indent=2).decode() + "\n"
