"""What is no part of a function's configuration is changed, read again and taken back all the same."""

import json
from collections.abc import Generator
from typing import Any

import pytest

from doctor.aws.apply import apply
from doctor.aws.undo import undo
from doctor.engine.diagnose import diagnose
from doctor.engine.operations import permissions
from doctor.engine.plan import plan
from doctor.errors import WorldChanged
from doctor.model.call import Call
from doctor.model.finding import Fix, Step
from doctor.model.function import Function
from doctor.model.plan import Proved, Receipt
from doctor.rules_api import concurrency, event_sources
from doctor.testing.world import ACCOUNT, NOW, REGION, feeds, function, queue, world
from tests.unit.aws.fake import Account, refused
from tests.unit.engine import rules
from tests.unit.engine.rules import made

Q = queue()


class Settings(Account):
    """The small account, with a reservation, a poller and a policy."""

    def __init__(self, subject: Function) -> None:
        super().__init__()
        self.function(subject.arn, Version="$LATEST")
        self.reserved = subject.reserved_concurrent_executions
        self.poller = {"State": "Disabled", "FunctionArn": subject.arn}
        self.statements: list[dict[str, Any]] = []

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

    def _GetPolicy(self, call: Call) -> dict[str, Any]:  # noqa: N802 -- AWS's name
        if not self.statements:
            raise refused(call, "ResourceNotFoundException", "absent")
        return {"Policy": json.dumps({"Version": "2012-10-17", "Id": "default", "Statement": self.statements})}

    def _AddPermission(self, call: Call) -> dict[str, Any]:  # noqa: N802 -- AWS's name
        self.statements.append(
            {
                "Sid": call.parameters["StatementId"],
                "Effect": "Allow",
                "Principal": {"Service": call.parameters["Principal"]},
                "Action": call.parameters["Action"],
                "Resource": call.parameters["FunctionName"],
                "Condition": {
                    "StringEquals": {"AWS:SourceAccount": call.parameters["SourceAccount"]},
                    "ArnLike": {"AWS:SourceArn": call.parameters["SourceArn"]},
                },
            }
        )
        return {}

    def _RemovePermission(self, call: Call) -> dict[str, Any]:  # noqa: N802 -- AWS's name
        self.statements = [one for one in self.statements if one["Sid"] != call.parameters["StatementId"]]
        return {}


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", lambda _: None)
    monkeypatch.setattr("doctor.aws.settle.SHOWN_SECONDS", 0)


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


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_a_reservation_that_somebody_changed_since_is_not_overwritten(before: int | None, after: int | None) -> None:
    account, receipt = changed(before, after)
    account.reserved = 7

    with pytest.raises(WorldChanged, match=f"ReservedConcurrentExecutions: expected {after or 'null'}, is 7"):
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


def test_a_poller_that_somebody_disabled_since_is_left_as_it_is() -> None:
    subject = function()
    account = Settings(subject)
    receipt = run(apply(proved(subject, event_sources.enable(feeds(Q, subject, state="Disabled"))), account, NOW))  # type: ignore[arg-type]
    account.poller["State"] = "Disabling"

    with pytest.raises(WorldChanged, match='State: expected "Enabled", is "Disabling"'):
        run(undo(receipt, account))  # type: ignore[arg-type]

    assert account.poller["State"] == "Disabling"


RULE = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/nightly"


def permitted() -> tuple[Settings, Receipt]:
    subject = function()
    account = Settings(subject)
    step = permissions.let_invoke(subject, "events.amazonaws.com", RULE, ACCOUNT)
    return account, run(apply(proved(subject, step), account, NOW))  # type: ignore[arg-type]


def test_a_statement_is_taken_back_and_those_that_others_added_since_stay() -> None:
    account, receipt = permitted()
    theirs = {"Sid": "theirs", "Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunction"}
    account.statements.append(theirs)

    assert run(undo(receipt, account)).state == "undone"  # type: ignore[arg-type]
    assert account.statements == [theirs]


def test_a_statement_that_somebody_changed_since_stays_as_they_left_it() -> None:
    account, receipt = permitted()
    account.statements[0]["Principal"] = {"Service": "s3.amazonaws.com"}

    with pytest.raises(
        WorldChanged, match=r"Policy.Statement\[doctor-[0-9a-f]{12}\]: expected .*, is .*s3.amazonaws.com"
    ):
        run(undo(receipt, account))  # type: ignore[arg-type]

    assert len(account.statements) == 1


def test_a_statement_that_somebody_removed_since_needs_no_taking_back() -> None:
    account, receipt = permitted()
    account.statements.clear()

    assert run(undo(receipt, account)).state == "undone"  # type: ignore[arg-type]


def test_an_answer_that_was_lost_is_looked_for() -> None:
    subject = function(reserved_concurrent_executions=2)
    account = Settings(subject)

    def lose(_: int, call: Call) -> None:
        if call.operation == "PutFunctionConcurrency":
            raise refused(call, "ReadTimeoutError", "failed", transient=True)

    account.after = lose
    receipt = run(apply(proved(subject, concurrency.reserve(subject, 5)), account, NOW))  # type: ignore[arg-type]

    assert (receipt.state, [step.state for step in receipt.steps]) == ("applied", ["done"])
    assert [call.operation for call in account.sent].count("PutFunctionConcurrency") == 1
