"""A local run compared with what the cloud logged: what it proves, what it refutes, and what it cannot tell."""

from typing import Any

import msgspec
import pytest

from doctor.engine.diagnose import diagnose
from doctor.engine.reproduction import compare, expected, failing, telling
from doctor.model.decision import Decision
from doctor.model.finding import Finding, Problem
from doctor.model.function import Function
from doctor.model.gate import Connection, GatedCall
from doctor.model.outcome import (
    NETWORK_TRIED,
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


def run(
    outcome: Outcome, *, enforced: tuple[Enforced, ...] = LIMITS, assumptions: tuple[str, ...] = (), **seen: Any
) -> LocalRun:
    scenario = Scenario(function=function().arn, event=msgspec.Raw(b"{}"))
    return LocalRun(scenario=scenario, outcome=outcome, enforced=enforced, assumptions=assumptions, **seen)


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


LAYERS = ("its layers were left out: l",)
OTHER_KEY = HandlerFailed(duration=10, error_type="KeyError", error_message="'y'")
OTHER_MODULE = InitFailed(duration=10, error_type="Runtime.ImportModuleError", error_message="No module named 'y'")
FAULT = cloud(
    "failure", "Runtime.ExitError", "RequestId: r Error: Runtime exited with error: signal: segmentation fault"
)
EXIT_UNSAID = cloud("failure", "Runtime.ExitError")


def of_the_service(words: str, code: str = "Throttled") -> str:
    return f"An error occurred ({code}) when calling the GetItem operation (reached max retries: 4): {words}"


def client_error(message: str) -> HandlerFailed:
    return HandlerFailed(duration=10, error_type="ClientError", error_message=message)


@pytest.mark.parametrize(
    ("seen", "local", "verdict", "words"),
    [
        (KEY, run(OTHER_KEY), "inconclusive", "in the cloud KeyError: 'x', locally: 'y'"),
        (KEY, run(OTHER_KEY, assumptions=LEANED), "inconclusive", "leaned on: the network was not modelled"),
        (MODULE, run(OTHER_MODULE, assumptions=LAYERS), "inconclusive", "its layers were left out"),
        (FAULT, run(EXITED), "different", "locally exit status 1"),
        (FAULT, run(EXITED, assumptions=LEANED), "inconclusive", "locally exit status 1"),
        (EXIT_UNSAID, run(EXITED), "reproduced", "as it did in the cloud"),
        (cloud(error_type="KeyError"), run(OTHER_KEY), "reproduced", "the same KeyError"),
        (
            cloud(error_type="KeyError", message="no order 17 of <redacted value, 9 characters>"),
            run(HandlerFailed(duration=10, error_type="KeyError", error_message="no order 4 of Anna\nmore")),
            "reproduced",
            "the same KeyError",
        ),
        (
            cloud(error_type="ClientError", message=of_the_service("in AWS's words")),
            run(client_error(of_the_service("in others"))),
            "reproduced",
            "the same ClientError",
        ),
        (
            cloud(error_type="ClientError", message=of_the_service("so")),
            run(client_error(of_the_service("so", "NotFound"))),
            "inconclusive",
            "NotFound",
        ),
    ],
)
def test_a_failure_of_the_same_kind_is_the_same_only_in_its_own_words(
    seen: Invocation, local: LocalRun, verdict: str, words: str
) -> None:
    made = compare(local, seen, None)

    assert made.verdict == verdict
    assert words in made.why


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


@pytest.mark.parametrize(
    ("expects", "local", "verdict"),
    [
        ("timed_out", run(STOPPED), "reproduced"),
        ("init_failed", run(NO_MODULE), "reproduced"),
        ("handler_failed", run(KEY_ERROR), "reproduced"),
        ("handler_failed", run(KEY_ERROR, assumptions=LEANED), "inconclusive"),
        ("timed_out", run(WENT), "not_reproduced"),
        ("timed_out", run(KEY_ERROR), "different"),
    ],
)
def test_nothing_is_said_of_the_cloud_where_no_failure_was_seen(expects: str, local: LocalRun, verdict: str) -> None:
    made = compare(local, None, finding(expects=expects))

    assert made.verdict == verdict
    assert "in the cloud" not in made.why.replace("no failing invocation was seen in the cloud", "")


def test_what_a_finding_expects_goes_before_what_was_logged() -> None:
    assert expected(KEY, ANY_TIMEOUT) == "timed_out"
    assert expected(KEY, finding()) == "handler_failed"
    assert expected(None, ANY_TIMEOUT) == "timed_out"
    assert expected(None, None) == ""


SENT = "sqs:SendMessage on resource: arn:aws:sqs:eu-west-1:123456789012:q"
GATED = (*LIMITS, Enforced(dimension="network", by="namespace"), Enforced(dimension="policies", by="doctor.iam"))


def refusal(request: str = SENT) -> str:
    return f"User: arn:aws:sts::123456789012:assumed-role/r/f is not authorized to perform: {request} because no identity-based policy allows the {request.split(maxsplit=1)[0]} action"


def no(request: str = SENT) -> HandlerFailed:
    return HandlerFailed(duration=10, error_type="ClientError", error_message=refusal(request))


QUEUE = "arn:aws:sqs:eu-west-1:123456789012:q"


def call(verdict: str = "denied", answered: str = "denied", status: int = 403, resource: str = QUEUE) -> GatedCall:
    decision = Decision(
        principal="p",
        action="sqs:SendMessage",
        resource=resource,
        result=verdict,
        blockers=("identity",),  # type: ignore[arg-type]
    )
    return GatedCall(
        call="sqs:SendMessage",
        decisions=(decision,),
        verdict=verdict,  # type: ignore[arg-type]
        answered=answered,  # type: ignore[arg-type]
        status=status,
    )


DENIED = cloud(error_type="ClientError", message=refusal())
HUNG = Connection(host="sqs.eu-west-1.amazonaws.com", port=443, way="dropped", why="no route")
SILENT = Connection(host="db.example.com", port=5432, way="open", answered=False)
NOBODY = call("allowed", "nobody", 501)
EMPTY = call("allowed", "embedded", 400)


@pytest.mark.parametrize(
    ("seen", "local", "verdict", "words"),
    [
        (DENIED, run(no(), enforced=GATED, calls=(call(),)), "reproduced", "policies: doctor.iam"),
        (DENIED, run(no()), "inconclusive", "policies were not enforced"),
        (DENIED, run(WENT, enforced=GATED, presumptions=("no SCP denies it",)), "inconclusive", "no SCP denies it"),
        (DENIED, run(WENT, enforced=GATED), "not_reproduced", "succeeded"),
        (DENIED, run(no(), enforced=GATED, calls=(call(resource="other"),)), "different", "other"),
        (DENIED, run(no(), enforced=GATED), "inconclusive", "no call was denied here"),
        (TIMEOUT, run(STOPPED, enforced=GATED, connections=(HUNG,)), "reproduced", "network: namespace"),
        (TIMEOUT, run(STOPPED, enforced=GATED, connections=(SILENT,)), "inconclusive", "db.example.com:5432"),
        (TIMEOUT, run(STOPPED, enforced=GATED, calls=(NOBODY,)), "inconclusive", "sqs:SendMessage"),
        (KEY, run(KEY_ERROR, enforced=GATED, calls=(EMPTY,)), "inconclusive", "not answered as AWS would"),
        (KEY, run(KEY_ERROR, enforced=GATED, calls=(call("allowed", "embedded", 200),)), "reproduced", "same KeyError"),
    ],
)
def test_what_the_gate_saw_is_part_of_the_verdict(seen: Invocation, local: LocalRun, verdict: str, words: str) -> None:
    made = compare(local, seen, None)

    assert made.verdict == verdict
    assert words in made.why


EVERY = ("timeout", "memory", "cpu", "files", "network", "policies", "runtime", "tier")
DENIED = HandlerFailed(duration=10, error_type="AccessDenied")


@pytest.mark.parametrize(
    ("expects", "explains", "outcome", "needed"),
    [
        ("timed_out", SymptomKind.TIMED_OUT, STOPPED, {"timeout"}),
        ("timed_out", SymptomKind.UNREACHABLE, STOPPED, {"timeout", "network"}),
        ("out_of_memory", SymptomKind.KILLED, KILLED, {"memory"}),
        ("exited", SymptomKind.EXITED, EXITED, set()),
        ("init_failed", SymptomKind.IMPORT_FAILED, NO_MODULE, {"runtime"}),
        ("handler_failed", SymptomKind.RAISED, KEY_ERROR, set()),
        ("handler_failed", SymptomKind.DENIED, DENIED, {"policies"}),
    ],
)
@pytest.mark.parametrize("dimension", EVERY)
@pytest.mark.parametrize("shown", [WENT, None], ids=["went through", "failed"])
def test_nothing_is_claimed_or_refuted_of_a_dimension_that_was_not_enforced(  # noqa: PLR0917  a table of two axes
    expects: str, explains: SymptomKind, outcome: Outcome, needed: set[str], dimension: str, shown: Outcome | None
) -> None:
    """For all that a rule may expect, without any one of what a tier enforces."""
    expecting = finding(expects=expects, explains=(Symptom(kind=explains),))
    by = tuple(Enforced(dimension=one, by="" if one == dimension else "x", note="not here") for one in EVERY)
    verdict = compare(run(shown or outcome, enforced=by), None, expecting).verdict

    if dimension in needed:
        assert verdict == "inconclusive"
    else:
        assert verdict == ("not_reproduced" if shown else "reproduced")


def test_what_failed_or_hung_for_want_of_a_network_is_no_reproduction() -> None:
    by = (*LIMITS, Enforced(dimension="network", by="", note="no wire"))

    assert compare(run(STOPPED, enforced=by), TIMEOUT, None).verdict == "reproduced"
    assert compare(run(STOPPED, enforced=by, assumptions=(NETWORK_TRIED,)), TIMEOUT, None).verdict == "inconclusive"


def test_of_runs_in_several_subnets_one_failure_is_enough() -> None:
    hung = compare(run(STOPPED), TIMEOUT, None)
    went = compare(run(WENT), TIMEOUT, None)
    leaned = compare(run(WENT, assumptions=LEANED), TIMEOUT, None)

    assert telling([went, hung]).verdict == "reproduced"
    assert telling([went, leaned]).verdict == "inconclusive"
    assert telling([went, went]).verdict == "not_reproduced"


def test_a_timeout_shows_that_something_is_unreachable_where_the_finding_says_so() -> None:
    shown = Symptom(kind=SymptomKind.UNREACHABLE, detail="db:5432")
    unreachable = finding(explains=(shown,), expects="timed_out")
    silent = finding(explains=(shown,))

    assert failing((TIMEOUT,), unreachable) is TIMEOUT
    assert failing((TIMEOUT,), silent) is None
