"""After a change: only an invocation of the changed version that began later and went through confirms it."""

from datetime import timedelta
from typing import Any

import pytest

from doctor.engine.diagnose import diagnose
from doctor.engine.verify import evidence, unseen, verified
from doctor.model.call import Call
from doctor.model.finding import Diagnosis
from doctor.model.function import Function
from doctor.model.plan import Applied, Receipt
from doctor.model.telemetry import Invocation
from doctor.testing.world import ACCOUNT, NOW, REGION, function, world
from tests.unit.engine import rules
from tests.unit.engine.rules import made

F = function("live")
QUIET = Diagnosis(taken_at=NOW, functions=(F.arn,), rules=())
STEP = Applied(step="configure", state="done", call=Call(service="lambda", operation="UpdateFunctionConfiguration"))
PUBLISHED = Applied(
    step="publish",
    state="done",
    call=Call(service="lambda", operation="PublishVersion", parameters={"FunctionName": F.arn}),
    response={"Version": "2"},
)


def receipt(*steps: Applied, **fields: Any) -> Receipt:
    usual = {
        "id": "0001", "at": NOW, "account": ACCOUNT, "region": REGION, "function": F.arn, "finding": "too-short",
        "fingerprint": "f", "title": "t", "affects": (F.arn,), "state": "applied", "settled_at": NOW,
    }  # fmt: skip
    return Receipt(**{**usual, "steps": steps or (STEP,), **fields})


def ran(after: float = 1.0, *, version: str = "$LATEST", **fields: Any) -> Invocation:
    at = NOW + timedelta(seconds=after)
    return Invocation(request_id=f"r{after:g}", at=at, version=version, **{"duration": 100.0, **fields})


FAILED = {"status": "timeout"}


@pytest.mark.parametrize(
    ("invocations", "confirmed", "failed"),
    [
        pytest.param([], False, False, id="nothing ran"),
        pytest.param([ran(1)], True, False, id="one went through"),
        pytest.param([ran(-1)], False, False, id="it began before"),
        pytest.param([ran(1, version="1")], False, False, id="another version ran"),
        pytest.param([ran(1, duration=None)], False, False, id="it may still be running"),
        pytest.param([ran(1, **FAILED)], False, True, id="it failed again"),
        pytest.param([ran(1), ran(2, **FAILED)], False, True, id="one of two failed"),
    ],
)
def test_only_the_changed_version_confirms_a_change(
    invocations: list[Invocation], confirmed: bool, failed: bool
) -> None:
    seen = verified(receipt(), QUIET, {F.arn: invocations}, ())

    assert (seen.confirmed, seen.failed_since) == (confirmed, failed)
    assert (seen.settings_read_back, seen.finding_gone) == (True, True)


def test_what_was_published_for_a_change_is_what_confirms_it() -> None:
    version = function("live", version="1")
    change = receipt(STEP, PUBLISHED, affects=(version.arn,), function=version.arn)

    assert evidence(change, F.arn, [ran(1, version="2")]).good
    assert not evidence(change, F.arn, [ran(1, version="1")]).good


def test_every_affected_function_must_have_run() -> None:
    other = function("other")
    change = receipt(affects=(F.arn, other.arn))

    assert not verified(change, QUIET, {F.arn: [ran(1)]}, ()).confirmed
    assert verified(change, QUIET, {F.arn: [ran(1)], other.arn: [ran(2)]}, ()).confirmed


def test_a_setting_that_reads_otherwise_is_said_and_confirms_nothing() -> None:
    seen = verified(receipt(), QUIET, {F.arn: [ran(1)]}, ["live Timeout: expected 6, is 3"])

    assert (seen.settings_read_back, seen.confirmed) == (False, False)
    assert "live Timeout: expected 6, is 3" in seen.lines


def test_a_finding_that_is_still_there_is_said_and_confirms_nothing() -> None:
    finding = diagnose(world(F), [made(rules.always, name="too-short", function=Function)])
    seen = verified(receipt(), finding, {F.arn: [ran(1)]}, ())

    assert (seen.finding_gone, seen.confirmed) == (False, False)
    assert "too-short is still found" in seen.lines


@pytest.mark.parametrize("state", ["stopped", "undone"])
def test_what_was_not_applied_whole_is_not_confirmed(state: str) -> None:
    assert not verified(receipt(state=state), QUIET, {F.arn: [ran(1)]}, ()).confirmed


def test_a_fix_of_something_that_is_no_function_is_confirmed_by_those_it_affects() -> None:
    queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"

    assert verified(receipt(function=queue), QUIET, {F.arn: [ran(1)]}, ()).confirmed
    assert not verified(receipt(function=queue, affects=()), QUIET, {F.arn: [ran(1)]}, ()).confirmed


def test_an_account_that_cannot_be_looked_at_confirms_nothing() -> None:
    seen = unseen(receipt(), "lambda:GetFunction: denied")

    assert (seen.settings_read_back, seen.finding_gone, seen.confirmed) == (False, False, False)
    assert seen.lines == ("the account could not be looked at again: lambda:GetFunction: denied",)
