"""A fix is proved where every run with it goes through: in each kind of subnet, leaning on nothing that was not read."""

from collections.abc import Iterator

import msgspec
import pytest

from doctor.changing import prove
from doctor.engine.diagnose import diagnose
from doctor.engine.plan import plan
from doctor.engine.world import World
from doctor.model.events import Job
from doctor.model.function import Function
from doctor.model.outcome import HandlerFailed, LocalRun, Reproduction, Scenario, Succeeded, TimedOut
from doctor.model.plan import Proved, Rehearsal, Unproved
from doctor.model.target import Target
from doctor.pipeline import Case
from doctor.shelf import shipped_rules
from doctor.testing.world import ACCOUNT, REGION, denied, function, role, world

TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
SCENARIO = Scenario(function=function().arn, event=msgspec.Raw(b"{}"))
REFUSED = HandlerFailed(duration=10, error_type="ClientError", error_message="AccessDeniedException")
WENT = Succeeded(duration=100)


def ran(outcome: object, **seen: object) -> LocalRun:
    return LocalRun(scenario=SCENARIO, outcome=outcome, enforced=(), **seen)  # type: ignore[arg-type]


@pytest.fixture
def rehearsed(monkeypatch: pytest.MonkeyPatch) -> object:
    """Rehearse the fix of a denial; the runs after the change are the given ones, in as many subnets."""

    def rehearse(*after: LocalRun, verdict: str = "reproduced") -> tuple[Rehearsal, list[World]]:
        left, worlds = iter(after), []
        made = world(function(role=role().arn), role(), invocations=(denied("dynamodb:PutItem", TABLE),))
        case = Case(target=Target(), account=None, world=made, rules=shipped_rules())
        before = Reproduction(verdict=verdict, why="why", expected="handler_failed", run=ran(REFUSED))  # type: ignore[arg-type]

        def reproduce(*_: object) -> Job[Reproduction]:
            yield from ()
            return before

        def run_once(_case: Case, changed: World, _function: Function, _place: Scenario) -> Job[LocalRun]:
            worlds.append(changed)
            yield from ()
            return next(left)

        monkeypatch.setattr(prove, "reproduce", reproduce)
        monkeypatch.setattr(prove, "run_once", run_once)
        monkeypatch.setattr(prove, "places", lambda *_: [SCENARIO] * len(after))
        found = next(one for one in diagnose(made, case.rules).findings if one.rule == "action-not-allowed")
        return _end(prove.rehearse(case, plan(made, found, found.problem.fixes[0]))), worlds

    return rehearse


def _end(job: Iterator[object]) -> Rehearsal:
    while True:
        try:
            next(job)
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]


def test_the_run_meets_the_world_that_the_plan_makes(rehearsed) -> None:
    """Otherwise the call would be denied again."""
    proof, worlds = rehearsed(ran(WENT))

    assert isinstance(proof, Proved)
    assert worlds[0].authority.can(worlds[0].live[0], "dynamodb:PutItem", TABLE).result != "denied"


def test_one_subnet_in_which_it_still_fails_is_enough(rehearsed) -> None:
    proof, worlds = rehearsed(ran(WENT), ran(TimedOut(duration=3000, after=3)), ran(WENT))

    assert isinstance(proof, Unproved)
    assert "still ended as: timed out" in proof.reasons[0]
    assert len(worlds) == 2


def test_what_was_assumed_in_a_run_keeps_it_from_being_a_proof(rehearsed) -> None:
    proof, _ = rehearsed(ran(WENT, assumptions=("orders was not read",)), ran(WENT))

    assert isinstance(proof, Unproved)
    assert "orders was not read" in proof.reasons[0]


def test_what_nobody_can_prove_here_does_not_but_is_told(rehearsed) -> None:
    proof, _ = rehearsed(ran(WENT, presumptions=("no service control policy denies it",)))

    assert isinstance(proof, Proved)
    assert proof.presumed == ("no service control policy denies it",)


def test_what_did_not_come_back_proves_no_fix(rehearsed) -> None:
    proof, worlds = rehearsed(ran(WENT), verdict="inconclusive")

    assert isinstance(proof, Unproved)
    assert not worlds


def test_the_settings_that_a_run_was_made_with_must_still_be_there(rehearsed) -> None:
    proof, _ = rehearsed(ran(WENT))
    mine = {one.field for one in proof.plan.touches if one.resource == function().arn}

    assert {"Handler", "Runtime", "Timeout", "MemorySize", "Role", "VpcConfig"} <= mine
