"""What is no part of a function's configuration is changed, read again and taken back all the same."""

from collections.abc import Generator
from typing import Any

import pytest

from doctor.aws.apply import apply
from doctor.aws.undo import undo
from doctor.engine.diagnose import diagnose
from doctor.engine.plan import plan
from doctor.errors import WorldChanged
from doctor.model.call import Call
from doctor.model.finding import Fix, Step
from doctor.model.function import Function
from doctor.model.plan import Proved, Receipt
from doctor.rules_api import concurrency, event_sources
from doctor.testing.world import ACCOUNT, NOW, REGION, feeds, function, queue, world
from tests.unit.aws.fake import Account
from tests.unit.engine import rules
from tests.unit.engine.rules import made

Q = queue()


class Settings(Account):
    """The small account, with a reservation and a poller."""

    def __init__(self, subject: Function) -> None:
        super().__init__()
        self.function(subject.arn, Version="$LATEST")
        self.reserved = subject.reserved_concurrent_executions
        self.poller = {"State": "Disabled", "FunctionArn": subject.arn}

    def _GetFunctionConcurrency(self, _: Call) -> dict[str, Any]:  # noqa: N802 -- AWS's name
        return {} if self.reserved is None else {"ReservedConcurrentExecutions": self.reserved}

    def _PutFunctionConcurrency(self, call: Call) -> dict[str, Any]:  # noqa: N802 -- AWS's name
        self.reserved = call.parameters["ReservedConcurrentExecutions"]
        return {}

    def _DeleteFunctionConcurrency(self, _: Call) -> dict[str, Any]:  # noqa: N802 -- AWS's name
        self.reserved = None
        return {}

    def _GetEventSourceMapping(self, call: Call) -> dict[str, Any]:  # noqa: N802 -- AWS's name
        return {"UUID": call.parameters["UUID"], **self.poller}

    def _UpdateEventSourceMapping(self, call: Call) -> dict[str, Any]:  # noqa: N802 -- AWS's name
        self.poller["State"] = "Enabled" if call.parameters["Enabled"] else "Disabled"
        return {}


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", lambda _: None)


def run(job: Generator[Any, None, Receipt]) -> Receipt:
    while True:
        try:
            next(job)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def proved(subject: Function, *steps: Step) -> Proved:
    before = world(subject, Q, feeds(Q, subject, state="Disabled"))
    (finding,) = diagnose(before, [made(rules.always, function=Function)]).findings
    fixed = plan(before, finding, Fix(title="a change", steps=steps))
    return Proved(plan=fixed, account=ACCOUNT, region=REGION, code_sha256="c0de")


CHANGES = [
    pytest.param(None, 5, id="what was not reserved is"),
    pytest.param(2, 5, id="more is reserved"),
    pytest.param(0, None, id="a reservation is taken away"),
]


def changed(before: int | None, after: int | None) -> tuple[Settings, Receipt]:
    subject = function(reserved_concurrent_executions=before)
    account = Settings(subject)
    step = concurrency.release(subject) if after is None else concurrency.reserve(subject, after)
    return account, run(apply(proved(subject, step), account, NOW))  # type: ignore[arg-type]


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_a_reservation_is_changed_and_taken_back(before: int | None, after: int | None) -> None:
    account, receipt = changed(before, after)

    assert (receipt.state, account.reserved) == ("applied", after)
    assert run(undo(receipt, account)).state == "undone"  # type: ignore[arg-type]
    assert account.reserved == before


def test_a_reservation_that_somebody_changed_since_is_not_overwritten() -> None:
    account, receipt = changed(2, 5)
    account.reserved = 7

    with pytest.raises(WorldChanged):
        run(undo(receipt, account))  # type: ignore[arg-type]

    assert account.reserved == 7


def test_a_poller_is_enabled_and_disabled_again() -> None:
    subject = function()
    account = Settings(subject)
    step = event_sources.enable(feeds(Q, subject, state="Disabled"))
    receipt = run(apply(proved(subject, step), account, NOW))  # type: ignore[arg-type]

    assert (receipt.state, account.poller["State"]) == ("applied", "Enabled")
    assert run(undo(receipt, account)).state == "undone"  # type: ignore[arg-type]
    assert account.poller["State"] == "Disabled"
