"""A diagnosis weighed again by a run: what it confirms comes first, what it refutes last."""

from doctor.engine.recalibrate import weigh
from doctor.model.finding import Finding, Severity
from doctor.model.gate import Connection, GatedCall
from doctor.model.telemetry import Symptom, SymptomKind
from doctor.testing.world import function
from tests.unit.engine.rules import problem
from tests.unit.engine.test_reproduction import KEY, KEY_ERROR, KILLED, LEANED, LIMITS, OOM, STOPPED, TIMEOUT, WENT, run

HUNG = Connection(host="sqs.eu-west-1.amazonaws.com", port=443, way="dropped", why="no route")
DENIED = GatedCall(call="sqs:SendMessage", verdict="denied", answered="denied")


def finding(rule: str, expects: str = "", *explains: SymptomKind) -> Finding:
    told = problem(function(), expects=expects, explains=tuple(Symptom(kind=kind) for kind in explains))
    return Finding(
        rule=rule,
        severity=Severity.HIGH,
        subject=function().arn,
        affects=(function().arn,),
        problem=told,
        fingerprint=rule,
    )


MEMORY = finding("out-of-memory", "out_of_memory", SymptomKind.KILLED)
SLOW = finding("timeout-too-short", "timed_out", SymptomKind.TIMED_OUT)
ROUTE = finding("no-route-out", "timed_out", SymptomKind.UNREACHABLE, SymptomKind.TIMED_OUT)
ONLY_ROUTE = finding("no-route", "timed_out", SymptomKind.UNREACHABLE)
RAISED = finding("raises", "handler_failed", SymptomKind.RAISED)
POLICY = finding("policy", "handler_failed", SymptomKind.DENIED, SymptomKind.RAISED)
ADVICE = finding("advice")


def shown(*weighed: object) -> list[tuple[str, str, int, int]]:
    return [(one.rule, one.verdict, one.before, one.after) for one in weighed]  # type: ignore[attr-defined]


def test_what_a_run_confirms_passes_what_it_refutes() -> None:
    weighed = weigh(run(KILLED, enforced=LIMITS), (SLOW, ADVICE, MEMORY), (TIMEOUT, OOM))

    assert shown(*weighed) == [
        ("out-of-memory", "confirmed", 3, 1),
        ("advice", "untested", 2, 2),
        ("timeout-too-short", "refuted", 1, 3),
    ]
    assert weighed[2].why == "it expects timed out, and the run out of memory"


def test_a_run_that_leaned_on_something_refutes_nothing() -> None:
    weighed = weigh(run(WENT, assumptions=LEANED), (SLOW,), (TIMEOUT,))

    assert shown(*weighed) == [("timeout-too-short", "open", 1, 1)]


def test_a_time_out_on_the_network_confirms_the_rule_about_the_network_alone() -> None:
    weighed = weigh(run(STOPPED, connections=(HUNG,)), (SLOW, ROUTE), (TIMEOUT,))

    assert shown(*weighed) == [("no-route-out", "confirmed", 2, 1), ("timeout-too-short", "open", 1, 2)]


def test_a_time_out_without_a_connection_does_not_confirm_a_missing_route() -> None:
    weighed = weigh(run(STOPPED), (ONLY_ROUTE, SLOW), (TIMEOUT,))

    assert shown(*weighed) == [("timeout-too-short", "confirmed", 2, 1), ("no-route", "open", 1, 2)]


def test_an_error_after_a_denial_is_the_denial() -> None:
    weighed = weigh(run(KEY_ERROR, calls=(DENIED,)), (RAISED, POLICY), (KEY,))

    assert shown(*weighed) == [("policy", "confirmed", 2, 1), ("raises", "open", 1, 2)]
