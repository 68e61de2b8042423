"""Rules that say what a test needs them to say."""

from collections.abc import Iterator

from doctor.engine.rule import Rule
from doctor.model.finding import Confidence, NotThis, Problem, Severity
from doctor.model.record import Shape
from doctor.model.telemetry import Symptom, SymptomKind
from doctor.rules_api import Function, Invocations, Queue, Role, Triggers, cite

TIMED_OUT = Symptom(kind=SymptomKind.TIMED_OUT)


def made(check: object, *, severity: Severity = Severity.HIGH, name: str = "", **needs: type) -> Rule:
    called = name or check.__name__.replace("_", "-")  # type: ignore[attr-defined]
    return Rule(name=called, severity=severity, page="A page.", needs=tuple(needs.items()), check=check)  # type: ignore[arg-type]


def problem(subject: Shape, field: str = "timeout", **told: object) -> Problem:
    return Problem(message="wrong", evidence=(cite(subject, field),), **told)  # type: ignore[arg-type]


def always(function: Function) -> Iterator[Problem]:
    yield problem(function)


def unsure(function: Function) -> Iterator[Problem]:
    yield problem(function, confidence=Confidence.POSSIBLE, explains=(TIMED_OUT,))


def sure(function: Function) -> Iterator[Problem]:
    yield problem(function, explains=(TIMED_OUT,))


def not_this(function: Function) -> Iterator[NotThis]:
    yield NotThis(symptom=TIMED_OUT, why="it was waiting")


def falls(function: Function) -> Iterator[Problem]:
    yield problem(function)
    raise KeyError("x")


def reads_logs(function: Function, invocations: Invocations) -> Iterator[Problem]:
    yield problem(function)


def reads_queues(function: Function, triggers: Triggers) -> Iterator[Problem]:
    for queue in triggers.queues:
        yield problem(queue, "visibility_timeout")


def each_queue(queue: Queue) -> Iterator[Problem]:
    yield problem(queue, "visibility_timeout")


def each_role(role: Role) -> Iterator[Problem]:
    yield problem(role, "arn")


def once() -> Iterator[Problem]:
    yield Problem(message="of the account", evidence=())
