"""Whatever breaks at whatever call of whatever fix: the account is as after exactly so many steps, and the journal names them.

In the normal suite one fix of each kind of plan stands for the others; ``DOCTOR_FULL=1`` takes all.
"""

import os
from collections.abc import Generator, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from doctor.aws.apply import apply
from doctor.aws.undo import undo
from doctor.engine.plan import carry_out, plan
from doctor.errors import DoctorError
from doctor.model.plan import Plan, Proved, Receipt
from doctor.model.snapshot import Snapshot
from doctor.store import journal
from doctor.testing.world import ACCOUNT, NOW, REGION
from tests.fixes import every_fix
from tests.unit.aws.fake import Killed
from tests.unit.aws.modelled import Modelled, state
from tests.unit.aws.test_apply_undo import FAULTS

FULL = bool(os.environ.get("DOCTOR_FULL"))


def _plans() -> Iterator[object]:
    kinds: set[tuple[str, ...]] = set()
    for parameter in every_fix(all_of_them=True):
        ((_, world, finding, fix),) = parameter.values  # type: ignore[attr-defined]
        made = plan(world, finding, fix)
        kind = tuple(step.call.name for step in made.steps)
        if FULL or kind not in kinds:
            kinds.add(kind)
            yield pytest.param(world.snapshot, made, id=parameter.id)  # type: ignore[attr-defined]


EVERY_PLAN = pytest.mark.parametrize(("snapshot", "made"), list(_plans()))
EVERY_FAULT = pytest.mark.parametrize("fault", FAULTS)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No disk is waited for, what does not show at once never will, and half a minute passes at each look at the clock."""
    monkeypatch.setattr("os.fsync", lambda _: None)
    monkeypatch.setattr("doctor.aws.settle.SHOWN_SECONDS", 0)
    clock = SimpleNamespace(monotonic=count(step=30).__next__, sleep=lambda _: None)
    monkeypatch.setattr("doctor.aws.settle.time", clock)


def run(job: Generator[Any, None, Receipt]) -> Receipt:
    while True:
        try:
            next(job)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def sent(made: Plan, account: Modelled) -> Receipt:
    proved = Proved(plan=made, account=ACCOUNT, region=REGION, code_sha256="")
    return run(apply(proved, account, NOW))  # type: ignore[arg-type]


def taken_back(receipt: Receipt, account: Modelled) -> Receipt:
    return run(undo(receipt, account))  # type: ignore[arg-type]


def at(number: int, fault: str, account: Modelled) -> None:
    when, strike = FAULTS[fault]
    wanted = len(account.sent) + number
    setattr(account, when, lambda now, call: strike(call) if now == wanted else None)


def heal(account: Modelled) -> None:
    account.before = account.after = lambda _number, _call: None


def after_steps(snapshot: Snapshot, made: Plan) -> list[dict[str, Any]]:
    """What the account shows after none, one, ... all of the steps."""
    return [state(carry_out(snapshot, made.steps[:number])) for number in range(len(made.steps) + 1)]


def without_new_versions(shown: dict[str, Any], before: Snapshot) -> dict[str, Any]:
    return {arn: one for arn, one in shown.items() if arn in before.resources}


@EVERY_PLAN
@EVERY_FAULT
def test_an_apply_that_breaks_stops_after_whole_steps_and_is_taken_back(
    snapshot: Snapshot, made: Plan, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Modelled(snapshot)
    assert sent(made, whole).state == "applied"
    states = after_steps(snapshot, made)
    assert state(whole.snapshot) == states[-1]
    for number in range(len(whole.sent)):
        monkeypatch.setenv("DOCTOR_HOME", str(tmp_path / str(number)))
        account = Modelled(snapshot)
        at(number, fault, account)
        with suppress(Killed, DoctorError):
            sent(made, account)
        heal(account)
        receipt = next(iter(journal.history()), None)
        where = f"call {number}: {account.sent[number].name}"
        if receipt is None:
            assert state(account.snapshot) == states[0], where
            continue
        done = sum(step.state == "done" for step in receipt.steps)
        open_ = [step.state for step in receipt.steps[done:] if step.state in ("sent", "uncertain")]
        assert [step.state for step in receipt.steps[:done]] == ["done"] * done, where
        assert state(account.snapshot) in states[done : done + 1 + len(open_)], where
        assert taken_back(receipt, account).state == "undone", where
        assert without_new_versions(state(account.snapshot), snapshot) == states[0], where


@EVERY_PLAN
@EVERY_FAULT
def test_an_undo_that_breaks_is_finished_by_another(
    snapshot: Snapshot, made: Plan, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCTOR_HOME", str(tmp_path / "whole"))
    whole = Modelled(snapshot)
    receipt = sent(made, whole)
    start = len(whole.sent)
    taken_back(receipt, whole)
    for number in range(len(whole.sent) - start):
        monkeypatch.setenv("DOCTOR_HOME", str(tmp_path / str(number)))
        account = Modelled(snapshot)
        receipt = sent(made, account)
        at(number, fault, account)
        with suppress(Killed, DoctorError):
            taken_back(receipt, account)
        heal(account)
        stopped = journal.last(receipt.id)
        assert stopped is not None
        assert stopped.state in ("applied", "undo_stopped", "undone")
        if stopped.state != "undone":
            assert taken_back(stopped, account).state == "undone", f"call {number}"
        assert without_new_versions(state(account.snapshot), snapshot) == state(snapshot), f"call {number}"
