"""A limit ends a handler here as on Lambda: nothing catches it, and the figures say so."""

import re
import time
from collections.abc import Callable

import pytest

from doctor.model.events import Gauge, Line, Phase
from doctor.sandbox.limits import Limits
from tests.unit.sandbox.support import Ran, Warm

Local = Callable[..., Ran]
SHORT = Limits(timeout=0.3)


def handler(body: str) -> str:
    return f"def handler(event, context):\n    {body}\n"


STUBBORN = """
import signal, time
def handler(event, context):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        try:
            time.sleep(60)
        except BaseException:
            pass
"""


@pytest.mark.parametrize("code", [handler("import time; time.sleep(60)"), STUBBORN, handler("while True: pass")])
def test_no_handler_outlives_its_timeout(local: Local, code: str) -> None:
    ran = local(code, limits=SHORT)

    assert ran.outcome.__struct_config__.tag == "timed_out"
    assert (ran.outcome.after, ran.outcome.duration) == (0.3, 300)
    assert ran.payload["errorType"] == "Sandbox.Timedout"
    assert re.fullmatch(r"RequestId: \S{36} Error: Task timed out after 0\.30 seconds", ran.payload["errorMessage"])
    assert "\tDuration: 300.00 ms\t" in ran.report
    assert ran.report.endswith("\tStatus: timeout")


@pytest.mark.real_time
def test_a_timeout_of_one_second_takes_one_second(local: Local) -> None:
    began = time.monotonic()
    ran = local(handler("import time; time.sleep(60)"), timeout=1)

    assert ran.outcome.after == 1.0
    assert time.monotonic() - began >= 1


def test_the_old_style_says_a_timeout_on_a_line_of_its_own(local: Local) -> None:
    ran = local(handler("import time; time.sleep(60)"), limits=Limits(timeout=0.1, log_style="old"))

    stamp = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \S{36} Task timed out after 0\.10 seconds"
    assert list(ran.payload) == ["errorMessage"]
    assert re.fullmatch(stamp, ran.payload["errorMessage"])
    assert re.fullmatch(stamp + "\n", ran.lines[-3])
    assert "Status" not in ran.report


def test_the_old_style_says_an_exit_on_lines_of_its_own(local: Local) -> None:
    ran = local(handler("import os; os._exit(3)"), limits=Limits(log_style="old"))

    assert ran.lines[-4].endswith(" Error: Runtime exited with error: exit status 3")
    assert ran.lines[-3] == "Runtime.ExitError"


GROW = "kept = []\n    while True: kept.append(bytearray(1 << 20))"


@pytest.mark.parametrize(
    "body",
    [
        GROW,
        "try:\n        big = bytearray(1 << 30)\n    except BaseException: pass\n    return 'survived'",
        "big = b'x' * (200 << 20); del big; return 'survived'",
    ],
)
def test_memory_over_the_limit_is_a_kill_that_nothing_catches(local: Local, body: str) -> None:
    """A peak of one statement counts, because the kernel keeps it."""
    ran = local(handler(body), memory_size=128)

    assert ran.outcome.__struct_config__.tag == "out_of_memory"
    assert (ran.outcome.limit, ran.outcome.max_memory_used) == (128, 128)
    assert ran.payload["errorMessage"].endswith("Error: Runtime exited with error: signal: killed")
    assert ran.report.endswith("\tMax Memory Used: 128 MB\tInit Duration: " + ran.report.split("Init Duration: ")[1])
    assert ran.report.endswith("\tStatus: error\tError Type: Runtime.OutOfMemory")


def test_memory_under_the_limit_is_used_in_peace(local: Local) -> None:
    ran = local(handler("big = b'x' * (100 << 20); return len(big)"), memory_size=256)

    assert ran.payload == 100 << 20
    assert 100 <= ran.outcome.max_memory_used <= 160


def test_memory_runs_out_while_loading_too(local: Local) -> None:
    ran = local("big = b'x' * (300 << 20)\n" + handler("return 1"), memory_size=128)

    assert ran.outcome.__struct_config__.tag == "out_of_memory"


def test_a_child_over_the_limit_is_killed_and_the_handler_lives(local: Local) -> None:
    child = "import subprocess, sys; return subprocess.run([sys.executable, '-c', 'x = bytearray(1 << 30); import time; time.sleep(9)']).returncode"
    ran = local(handler(child), memory_size=128)

    assert ran.payload == -9


def test_forks_that_share_their_memory_are_counted_once(local: Local) -> None:
    body = "import os; big = b'x' * (90 << 20); pid = os.fork()\n    if pid == 0:\n        import time; time.sleep(0.3); os._exit(0)\n    return os.waitpid(pid, 0)[1]"
    ran = local(handler(body), memory_size=150)

    assert ran.payload == 0


def test_memory_is_only_measured_when_asked_so(local: Local) -> None:
    ran = local(handler("return len(b'x' * (200 << 20))"), memory_size=128, limits=Limits(memory="none"))

    assert ran.outcome.__struct_config__.tag == "succeeded"
    assert ran.outcome.max_memory_used > 128
    assert [one.by for one in ran.result.enforced if one.dimension == "memory"] == [""]


def test_tmp_has_its_size_and_no_more(local: Local) -> None:
    body = "f = open('/tmp/x', 'wb')\n    try:\n        f.write(b'x' * (event << 20)); f.flush()\n    except OSError as e: return e.errno\n    return 0"

    assert local(handler(body), 9, tmp=10).payload == 0
    assert local(handler(body), 11, tmp=10).payload == 28


def test_the_1025th_file_does_not_open(local: Local) -> None:
    body = "kept = []\n    try:\n        while True: kept.append(open('/dev/null'))\n    except OSError as e: return [e.errno, 1000 < len(kept) < 1024]"

    assert local(handler(body)).payload == [24, True]


SLOW_ONCE = """
import os, time
if not os.path.exists('/tmp/again'):
    open('/tmp/again', 'w').close()
    time.sleep(30)
def handler(event, context):
    return 'ok'
"""


def test_an_initialisation_that_is_too_slow_is_tried_again_in_the_invocation(local: Local) -> None:
    ran = local(SLOW_ONCE, limits=Limits(init_timeout=0.3))

    assert ran.payload == "ok"
    assert [
        line
        for line in ran.lines
        if re.fullmatch(r"INIT_REPORT Init Duration: 3\d\d\.\d\d ms\tPhase: init\tStatus: timeout", line)
    ]
    assert ran.outcome.init_duration is None
    assert ran.outcome.duration >= 10


def test_the_second_initialisation_has_the_functions_timeout(local: Local) -> None:
    ran = local("import time; time.sleep(30)", limits=Limits(init_timeout=0.2, timeout=0.3))

    assert ran.outcome.__struct_config__.tag == "timed_out"
    assert ran.payload["errorMessage"].endswith("Task timed out after 0.30 seconds")
    assert [line.split("\t", 1)[1] for line in ran.lines if line.startswith("INIT_REPORT")] == [
        "Phase: init\tStatus: timeout",
        "Phase: invoke\tStatus: timeout",
    ]


def test_who_watches_sees_phases_lines_and_gauges_while_it_runs(local: Local) -> None:
    ran = local(handler("print('one'); import time; time.sleep(0.6)"), memory_size=200)

    phases = [(one.name, one.state) for one in ran.events if isinstance(one, Phase)]
    assert phases == [("init", "started"), ("init", "success"), ("invoke", "started"), ("invoke", "success")]
    assert [one.text for one in ran.events if isinstance(one, Line)] == ran.lines
    gauges = [one for one in ran.events if isinstance(one, Gauge)]
    assert {one.memory_limit for one in gauges} == {200}
    assert any(one.memory > 5 and one.elapsed > 200 and one.time_limit == 5000 for one in gauges)


def test_what_is_left_of_the_time_is_told(local: Local) -> None:
    body = "import time; time.sleep(1); return context.get_remaining_time_in_millis()"

    assert 1_900 <= local(handler(body), timeout=3).payload <= 2_010


def test_a_timeout_leaves_tmp_and_takes_the_globals(warm: Callable[..., Warm]) -> None:
    code = """
import os, time
calls = 0
def handler(event, context):
    global calls
    calls += 1
    if event == 'hang':
        open('/tmp/kept', 'w').close()
        time.sleep(30)
    return [calls, os.path.exists('/tmp/kept')]
"""
    environment = warm(code, limits=Limits(timeout=0.5))

    assert environment.answer() == [1, False]
    assert environment.invoke("hang").ending.kind == "timed_out"
    assert environment.answer() == [1, True]


SPIN = """
import time
def handler(event, context):
    began, cpu = time.monotonic(), time.process_time()
    while time.process_time() - cpu < 0.06:
        pass
    return (time.process_time() - cpu) / (time.monotonic() - began)
"""


def test_a_small_function_gets_its_share_of_a_processor(local: Local) -> None:
    """256 MB are 14.5 %; nobody knows what else this machine does meanwhile."""
    held = local(SPIN, memory_size=256)
    free = local(SPIN, memory_size=256, limits=Limits(cpu="none"))

    assert held.payload < 0.25
    assert held.payload < max(free.payload / 2, 0.2)  # of a busy machine even a free one gets little
    assert [[one.by for one in ran.result.enforced if one.dimension == "cpu"] for ran in (held, free)] == [
        ["stopping"],
        [""],
    ]


@pytest.mark.real_time
def test_a_handler_that_is_stopped_was_last_seen_somewhere(local: Local) -> None:
    code = "import time\ndef rest():\n    time.sleep(60)\ndef handler(event, context):\n    rest()\n"
    ran = local(code, timeout=2)

    assert ran.result.stopped_in == "in rest app.py:3"


def test_a_handler_that_returns_was_stopped_nowhere(local: Local) -> None:
    ran = local("import os\ndef handler(event, context):\n    return '_DOCTOR_STACK_FD' in os.environ\n")

    assert (ran.result.stopped_in, ran.payload) == ("", False)
