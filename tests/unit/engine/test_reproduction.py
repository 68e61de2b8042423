"""A local run compared with what the cloud logged: what it proves, what it refutes, and what it cannot tell."""

import msgspec
import pytest

from doctor.engine.diagnose import diagnose
from doctor.engine.reproduction import compare, expected, failing
from doctor.model.finding import Finding, Problem
from doctor.model.function import Function
from doctor.model.outcome import (
    Enforced,
    Exited,
    HandlerFailed,
    InitFailed,
    LocalRun,
    Outcome,
    OutOfMemory,
    Scenario,
    Succeeded,
    TimedOut,
)
from doctor.model.telemetry import Invocation, Symptom, SymptomKind
from doctor.testing.world import NOW, function, raised, succeeded, timed_out, world
from tests.unit.engine.rules import made, problem

WENT = Succeeded(duration=10)
STOPPED = TimedOut(duration=3000, after=3)
KEY_ERROR = HandlerFailed(duration=10, error_type="KeyError", error_message="'x'")
TYPE_ERROR = HandlerFailed(duration=10, error_type="TypeError", error_message="no")
KILLED = OutOfMemory(duration=10, limit=128)
EXITED = Exited(duration=10, reason="exit status 1")
NO_MODULE = InitFailed(duration=10, error_type="Runtime.ImportModuleError", error_message="No module named 'x'")
NO_HANDLER = InitFailed(duration=10, error_type="Runtime.HandlerNotFound")

LIMITS = (Enforced(dimension="timeout", by="wall clock"), Enforced(dimension="memory", by="cgroup"))


def cloud(status: str = "error", error_type: str = "", message: str = "") -> Invocation:
    return Invocation(request_id="r", at=NOW, status=status, error_type=error_type, error_message=message)  # type: ignore[arg-type]


def run(outcome: Outcome, *, enforced: tuple[Enforced, ...] = LIMITS, assumptions: tuple[str, ...] = ()) -> LocalRun:
    scenario = Scenario(function=function().arn, event=msgspec.Raw(b"{}"))
    return LocalRun(scenario=scenario, outcome=outcome, enforced=enforced, assumptions=assumptions)


TIMEOUT = cloud("timeout")
OOM = cloud(error_type="Runtime.OutOfMemory")
EXIT = cloud("failure", "Runtime.ExitError", "exit status 1")
KEY = cloud(error_type="KeyError", message="'x'")
MODULE = cloud(error_type="Runtime.ImportModuleError", message="No module named 'x'")
LEANED = ("the network was not modelled",)


@pytest.mark.parametrize(
    ("seen", "local", "verdict"),
    [
        (TIMEOUT, run(STOPPED), "reproduced"),
        (TIMEOUT, run(WENT), "not_reproduced"),
        (TIMEOUT, run(KEY_ERROR), "different"),
        (TIMEOUT, run(WENT, assumptions=LEANED), "inconclusive"),
        (TIMEOUT, run(KEY_ERROR, assumptions=LEANED), "inconclusive"),
        (TIMEOUT, run(STOPPED, assumptions=LEANED), "reproduced"),
        (TIMEOUT, run(STOPPED, enforced=()), "inconclusive"),
        (TIMEOUT, run(STOPPED, enforced=(Enforced(dimension="timeout", by="", note="no"),)), "inconclusive"),
        (OOM, run(KILLED), "reproduced"),
        (OOM, run(WENT), "not_reproduced"),
        (OOM, run(STOPPED), "different"),
        (OOM, run(WENT, enforced=(Enforced(dimension="timeout", by="wall clock"),)), "inconclusive"),
        (EXIT, run(EXITED, enforced=()), "reproduced"),
        (EXIT, run(WENT), "not_reproduced"),
        (KEY, run(KEY_ERROR), "reproduced"),
        (KEY, run(TYPE_ERROR), "different"),
        (KEY, run(TYPE_ERROR, assumptions=LEANED), "inconclusive"),
        (KEY, run(WENT), "not_reproduced"),
        (cloud(), run(TYPE_ERROR), "reproduced"),
        (MODULE, run(NO_MODULE), "reproduced"),
        (MODULE, run(NO_HANDLER), "different"),
        (None, run(STOPPED), "inconclusive"),
        (succeeded(), run(STOPPED), "inconclusive"),
    ],
)
def test_a_local_run_proves_no_more_than_it_showed(seen: Invocation | None, local: LocalRun, verdict: str) -> None:
    found = compare(local, seen, None)

    assert found.verdict == verdict
    assert found.why
    assert found.run == local
    assert found.cloud == (seen.request_id if seen else "")


def finding(**told: object) -> Finding:
    def check(function: Function) -> list[Problem]:
        return [problem(function, **told)]

    return diagnose(world(function()), [made(check, function=Function)]).findings[0]


ANY_TIMEOUT = finding(explains=(Symptom(kind=SymptomKind.TIMED_OUT),), expects="timed_out")


def test_the_latest_failure_is_compared_of_the_kind_that_the_finding_explains() -> None:
    old, new, last, well = timed_out(ago=900), timed_out(ago=600), raised(ago=300), succeeded(ago=60)
    those = (old, new, last, well)

    assert failing(those, None) == last
    assert failing(those, ANY_TIMEOUT) == new
    assert failing((well,), None) is None
    assert failing((last,), ANY_TIMEOUT) is None


def test_what_a_finding_expects_goes_before_what_was_logged() -> None:
    assert expected(KEY, ANY_TIMEOUT) == "timed_out"
    assert expected(KEY, finding()) == "handler_failed"
    assert expected(None, ANY_TIMEOUT) == "timed_out"
    assert expected(None, None) == ""
