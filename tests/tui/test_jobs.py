"""Children: which are kept, which are ended, and which are never touched."""

import asyncio
import sys
from collections.abc import Callable
from typing import Any

import pytest

from doctor.tui.jobs import STILL_AT_WORK, STOPPED, Handlers, Jobs

pytestmark = pytest.mark.asyncio

ECHO = """
import json, os, sys
for line in sys.stdin:
    job = json.loads(line)["job"]
    print(json.dumps({"job": job, "seq": 0, "kind": "error", "body": str(os.getpid())}), flush=True)
"""
SILENT = """
import os, sys, time
sys.stdin.readline()
os.close(1)
time.sleep(600)
"""
UNTIL_HUNG_UP = """
import json, sys
job = json.loads(sys.stdin.readline())["job"]
print(json.dumps({"job": job, "seq": 0, "kind": "line", "body": {"event": "line", "text": "sent"}}), flush=True)
sys.stdin.read()
print(json.dumps({"job": job, "seq": 1, "kind": "error", "body": "stopped before the next call"}), flush=True)
"""


def jobs(script: str) -> Jobs:
    def crashed(error: BaseException) -> None:
        raise error

    return Jobs([sys.executable, "-c", script], crashed)


class Told:
    """What a job's handlers were called with."""

    def __init__(self) -> None:
        self.failed: list[str] = []
        self.events: list[Any] = []
        self.handlers = Handlers(done=self.failed.append, failed=self.failed.append, event=self.events.append)


async def until(wanted: Callable[[], object]) -> None:
    for _ in range(2000):
        if wanted():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("never came")


async def test_a_child_is_kept_for_reading_and_used_again() -> None:
    work = jobs(ECHO)
    told = Told()
    for verb in ("load", "detail", "detail"):
        before = len(told.failed)
        work.start(verb, {}, told.handlers)
        await until(lambda before=before: len(told.failed) > before)
    await work.close()

    assert len(set(told.failed)) == 1


async def test_each_job_that_runs_code_has_a_child_of_its_own() -> None:
    work = jobs(ECHO)
    told = Told()
    for _ in range(2):
        work.start("reproduce", {}, told.handlers)
    await until(lambda: len(told.failed) == 2)

    assert len(set(told.failed)) == 2


async def test_stopping_a_run_ends_its_child() -> None:
    work = jobs(UNTIL_HUNG_UP)
    told = Told()
    job = work.start("reproduce", {}, told.handlers)
    await until(lambda: told.events)
    work.stop(job)
    await until(lambda: told.failed)

    assert told.failed == [STOPPED]
    assert not job.child.alive


async def test_stopping_an_apply_only_closes_its_input() -> None:
    work = jobs(UNTIL_HUNG_UP)
    told = Told()
    job = work.start("apply", {}, told.handlers)
    await until(lambda: told.events)
    work.stop(job)
    await until(lambda: told.failed)

    assert told.failed == ["stopped before the next call"]


async def test_an_apply_that_falls_silent_is_not_ended() -> None:
    work = jobs(SILENT)
    told = Told()
    job = work.start("apply", {}, told.handlers)
    await until(lambda: told.failed)
    alive = job.child.alive
    await job.child.end()

    assert told.failed == [STILL_AT_WORK]
    assert alive
