"""An environment is initialised once, frozen between invocations, and reset after a fault."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from doctor.model.outcome import Scenario
from doctor.sandbox.limits import Limits
from doctor.sandbox.run import run
from tests.unit.sandbox.support import ARN, Ran, Warm, finish, function, write

COUNTING = """
import os
calls = 0
def handler(event, context):
    global calls
    calls += 1
    if event == 'raise': raise ValueError('boom')
    if event == 'exit': os._exit(1)
    return [calls, context.aws_request_id, os.environ['_X_AMZN_TRACE_ID']]
"""


def test_only_the_first_invocation_initialises(warm: Callable[..., Warm]) -> None:
    environment = warm(COUNTING)
    first, second = environment.invoke(), environment.invoke()

    assert first.figures.init_duration is not None
    assert second.figures.init_duration is None
    assert [line.message.split(" ")[0] for line in second.log] == ["START", "END", "REPORT"]
    assert msgspec.json.decode(second.ending.payload)[0] == 2


def test_each_invocation_has_its_own_ids(warm: Callable[..., Warm]) -> None:
    environment = warm(COUNTING)
    (_, first_id, first_trace), (_, second_id, second_trace) = environment.answer(), environment.answer()

    assert first_id != second_id
    assert first_trace.split(";")[0] != second_trace.split(";")[0]


def test_an_exception_keeps_the_environment(warm: Callable[..., Warm]) -> None:
    environment = warm(COUNTING)
    environment.invoke("raise")

    assert environment.answer()[0] == 2


def test_an_exit_is_followed_by_an_initialisation_inside_the_invocation(warm: Callable[..., Warm]) -> None:
    environment = warm(COUNTING)
    environment.invoke()
    environment.invoke("exit")
    again = environment.invoke()

    assert msgspec.json.decode(again.ending.payload)[0] == 1
    assert again.figures.init_duration is None
    assert again.figures.duration >= 10
    phases = [
        one.record["phase"] for one in environment.environment.journal.events if one.type == "platform.initReport"
    ]
    assert phases == ["init", "invoke"]


def test_an_answer_that_was_too_large_ends_the_process(warm: Callable[..., Warm]) -> None:
    environment = warm(
        "calls = 0\ndef handler(event, context):\n    global calls; calls += 1\n    return 'x' * event + str(calls)",
        limits=Limits(payload=100),
    )
    assert environment.invoke(200).ending.error_type == "Function.ResponseSizeTooLarge"

    assert environment.answer(0) == "1"


def test_bytes_are_answered_as_they_are(warm: Callable[..., Warm]) -> None:
    environment = warm("def handler(event, context): return bytes([0, 255])")
    made = environment.invoke()
    life = environment.environment._life

    assert made.ending.payload == bytes([0, 255])
    assert life is not None
    assert life.api.answer is not None
    assert life.api.answer.content_type == "application/unknown"


def test_nothing_moves_between_invocations(warm: Callable[..., Warm]) -> None:
    code = """
import threading, time
ticks = 0
def tick():
    global ticks
    while True:
        time.sleep(0.005)
        ticks += 1
threading.Thread(target=tick, daemon=True).start()
def handler(event, context):
    time.sleep(event)
    return ticks
"""
    environment = warm(code)
    before = environment.answer(0)
    time.sleep(0.5)
    frozen = environment.answer(0) - before

    assert frozen < 20
    assert environment.answer(0.5) - before - frozen > 20


def test_environments_run_beside_each_other(isolated: None, tmp_path: Path) -> None:
    def one(number: int) -> Any:
        code = write(
            tmp_path / str(number),
            f"import time\ndef handler(event, context):\n    time.sleep(0.1); return [{number}, event]",
            "python3.11",
        )
        job = run(function(), code, Scenario(function=ARN, event=msgspec.Raw(str(number).encode())), environment={})
        while True:
            try:
                next(job)
            except StopIteration as stop:
                return stop.value.outcome.payload

    with ThreadPoolExecutor(5) as pool:
        assert list(pool.map(one, range(5))) == [[number, number] for number in range(5)]


BREED = """
import subprocess, sys, time, os
def handler(event, context):
    for _ in range(2):
        subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(987654)'], start_new_session=True)
    print('bred', flush=True)
    time.sleep(event)
"""


def left_over() -> list[int]:
    """Processes of this test's handlers, wherever they are."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and b"987654" in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def there(patience: float = 5) -> bool:
    """Whether its children are seen: for a moment after it has begun, a program has no name yet."""
    end = time.monotonic() + patience
    while not left_over() and time.monotonic() < end:
        time.sleep(0.02)
    return bool(left_over())


def gone(patience: float = 5) -> bool:
    end = time.monotonic() + patience
    while left_over() and time.monotonic() < end:
        time.sleep(0.02)
    return not left_over()


@pytest.fixture
def breeding(isolated: None, tmp_path: Path) -> Path:
    return write(tmp_path / "code", BREED, "python3.11")


def test_nothing_is_left_after_a_run(local: Callable[..., Ran]) -> None:
    files, mounts = len(list(Path("/proc/self/fd").iterdir())), Path("/proc/self/mounts").read_text()
    local(BREED, 0)

    assert not left_over()
    assert len(list(Path("/proc/self/fd").iterdir())) == files
    assert Path("/proc/self/mounts").read_text() == mounts


def test_nothing_is_left_when_the_watcher_turns_away(breeding: Path) -> None:
    job = run(function(timeout=60), breeding, Scenario(function=ARN, event=msgspec.Raw(b"50")), environment={})
    with closing(job):
        while getattr(next(job), "text", "") != "bred":
            pass
        assert there()

    assert not left_over()


def test_nothing_is_left_when_doctor_is_killed(breeding: Path) -> None:
    program = f"""
import msgspec
from pathlib import Path
from doctor.model.outcome import Scenario
from doctor.sandbox.run import run
from tests.unit.sandbox.support import ARN, function
for event in run(function(timeout=60), Path({str(breeding)!r}), Scenario(function=ARN, event=msgspec.Raw(b"50")), environment={{}}):
    print(getattr(event, "text", ""), flush=True)
"""
    path = os.pathsep.join([str(Path(__file__).parents[3]), *sys.path])
    doctor = subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
    )
    with doctor:
        assert doctor.stdout is not None
        while "bred" not in doctor.stdout.readline():
            assert doctor.poll() is None
        assert there()
        doctor.kill()

    assert gone()


def test_a_timeout_is_kept_while_nobody_takes_the_events(breeding: Path) -> None:
    """The kill does not wait for a slow reader."""
    scenario = Scenario(function=ARN, event=msgspec.Raw(b"50"))
    job = run(function(), breeding, scenario, environment={}, limits=Limits(timeout=0.5))
    while getattr(next(job), "text", "") != "bred":
        pass

    assert there()
    assert gone()
    assert finish(job)[0].outcome.after == 0.5
