"""A change stops wherever something goes wrong; the journal then names exactly how far it came, and undo takes it back."""

from collections.abc import Callable, Generator
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from doctor.aws.apply import apply
from doctor.aws.session import AwsError
from doctor.aws.undo import undo
from doctor.engine.diagnose import diagnose
from doctor.engine.plan import plan
from doctor.errors import DoctorError, WorldChanged
from doctor.model.call import Call
from doctor.model.finding import Fix
from doctor.model.function import Function
from doctor.model.plan import Plan, Proved, Receipt
from doctor.rules_api import lambda_
from doctor.store import journal
from doctor.testing.world import ACCOUNT, NOW, REGION, alias, feeds, function, queue, world
from tests.unit.aws.fake import Account, Killed, refused
from tests.unit.engine import rules
from tests.unit.engine.rules import made

LATEST = function("live", timeout=3)
V1 = function("live", version="1", timeout=3)
LIVE = alias("live", V1)
SOURCE = queue(visibility_timeout=18)
WRITES = ("SetQueueAttributes", "UpdateFunctionConfiguration", "PublishVersion", "UpdateAlias")
STEPS = ("hide messages of q", "configure", "publish", "move alias live")


def planned() -> Plan:
    before = world(LATEST, V1, LIVE, SOURCE, feeds(SOURCE, LIVE))
    finding = next(
        one for one in diagnose(before, [made(rules.always, function=Function)]).findings if one.subject == V1.arn
    )
    return plan(before, finding, Fix(title="give it 6 s", steps=(lambda_.set_timeout(V1, 6),)))


PROVED = Proved(plan=planned(), account=ACCOUNT, region=REGION, code_sha256="c0de")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """That entries are synced is the journal's own test; here a disk would be waited for some thousand times.

    And what the small account does not show at once it never will.
    """
    monkeypatch.setattr("os.fsync", lambda _: None)
    monkeypatch.setattr("doctor.aws.settle.SHOWN_SECONDS", 0)


@pytest.fixture
def account() -> Account:
    return fresh()


def fresh() -> Account:
    """An account that is what the fix was proved on."""
    one = Account()
    settings = {"Timeout": 3, "MemorySize": 128, "CodeSha256": "c0de", "Handler": "app.handler"}
    one.function(LATEST.arn, **settings, Version="$LATEST")
    one.function(V1.arn, **settings, Version="1")
    one.alias(LIVE.arn, FunctionVersion="1")
    one.queue(SOURCE.arn, VisibilityTimeout="18")
    return one


def run(job: Generator[Any, None, Receipt]) -> Receipt:
    while True:
        try:
            next(job)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def applied(account: Account) -> Receipt:
    return run(apply(PROVED, account, NOW))  # type: ignore[arg-type]


def undone(receipt: Receipt, account: Account) -> Receipt:
    return run(undo(receipt, account))  # type: ignore[arg-type]


def shown(account: Account) -> dict[str, object]:
    """Which steps' effects the account shows."""
    versions = [arn for arn in account.functions if arn.endswith(":2")]
    return {
        "hide messages of q": account.queues[SOURCE.arn]["VisibilityTimeout"] == "36",
        "configure": account.functions[LATEST.arn]["Timeout"] == 6,
        "publish": bool(versions),
        "move alias live": account.aliases[LIVE.arn]["FunctionVersion"] == "2",
    }


def written() -> Receipt | None:
    """What a new process would find."""
    return next(iter(journal.history()), None)


def calls_of(job: Callable[[Account], object], account: Account) -> int:
    before = len(account.sent)
    job(account)
    return len(account.sent) - before


# How far a change came


def test_a_change_that_goes_through_is_done_in_order(account: Account) -> None:
    receipt = applied(account)

    assert [call.operation for call in account.sent if call.operation in WRITES] == list(WRITES)
    assert all(shown(account).values())
    assert (receipt.state, [step.state for step in receipt.steps]) == ("applied", ["done"] * 4)
    assert [step.step for step in receipt.steps] == list(STEPS)
    assert receipt == written()


@pytest.mark.parametrize("proof", [PROVED, msgspec.json.decode(msgspec.json.encode(PROVED), type=Proved)])
def test_every_reference_is_resolved_before_it_is_sent(proof: Proved, account: Account) -> None:
    receipt = run(apply(proof, account, NOW))  # type: ignore[arg-type]  # from the screen it comes as JSON

    assert receipt.steps[3].call.parameters["FunctionVersion"] == "2"
    assert receipt.steps[2].response == {"Version": "2"}


def test_a_write_carries_the_revision_that_was_just_read(account: Account) -> None:
    applied(account)
    guarded = {call.operation: call.parameters.get("RevisionId") for call in account.sent if call.operation in WRITES}

    assert guarded["UpdateFunctionConfiguration"]
    assert guarded["UpdateAlias"]


def test_the_undo_of_a_change_restores_the_account(account: Account) -> None:
    before = account.shows()
    receipt = undone(applied(account), account)

    assert account.shows() == before
    assert (receipt.state, {step.state for step in receipt.steps}) == ("undone", {"undone"})
    assert receipt == written()


def test_what_was_undone_is_not_undone_again(account: Account) -> None:
    receipt = undone(applied(account), account)
    writes = len(account.sent)
    again = undone(receipt, account)

    assert (again, len(account.sent)) == (receipt, writes)


def throttled(call: Call) -> None:
    raise refused(call, "ThrottlingException", "throttled")


def denied(call: Call) -> None:
    raise refused(call, "AccessDeniedException", "denied")


def failed(call: Call) -> None:
    raise refused(call, "ServiceException", "failed", transient=True)


def unreadable(call: Call) -> None:
    raise refused(call, "", "failed", transient=True)


def killed(_: Call) -> None:
    raise Killed


FAULTS: dict[str, tuple[str, Callable[[Call], None]]] = {
    "throttled": ("before", throttled),
    "denied": ("before", denied),
    "it failed": ("before", failed),
    "the answer was lost": ("after", failed),
    "the answer cannot be read": ("after", unreadable),
    "the process was killed before": ("before", killed),
    "the process was killed after": ("after", killed),
}


def at(number: int, fault: str, account: Account) -> None:
    """Arrange for a fault at the call of that number, counted from now."""
    when, raise_it = FAULTS[fault]
    wanted = len(account.sent) + number

    def strike(now: int, call: Call) -> None:
        if now == wanted:
            raise_it(call)

    setattr(account, when, strike)


def heal(account: Account) -> None:
    account.before = account.after = lambda _number, _call: None


@pytest.mark.parametrize("fault", FAULTS)
def test_wherever_a_change_stops_the_journal_says_how_far_it_came_and_undo_restores_it(
    fault: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    total = calls_of(applied, fresh())
    for number in range(total):
        monkeypatch.setenv("DOCTOR_HOME", str(tmp_path / f"{fault}-{number}".replace(" ", "-")))
        one = fresh()
        before = one.shows()
        at(number, fault, one)
        with suppress(Killed, AwsError):
            applied(one)
        heal(one)
        receipt = written()
        where = f"call {number}: {one.sent[number].name}"

        if receipt is None:
            assert one.shows() == before, where
            continue
        assert receipt.state == "stopped" or {step.state for step in receipt.steps} == {"done"}, where
        for step in receipt.steps:
            if step.state in ("done", "pending", "failed"):
                assert shown(one)[step.step] is (step.state == "done"), f"{where}: {step.step} is {step.state}"
        assert undone(receipt, one).state == "undone", where
        assert one.shows() == before, where


@pytest.mark.parametrize("fault", FAULTS)
def test_wherever_an_undo_stops_another_one_finishes_it(
    fault: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    whole = fresh()
    receipt = applied(whole)
    total = calls_of(lambda one: undone(receipt, one), whole)
    for number in range(total):
        monkeypatch.setenv("DOCTOR_HOME", str(tmp_path / f"{fault}-{number}".replace(" ", "-")))
        one = fresh()
        before = one.shows()
        receipt = applied(one)
        at(number, fault, one)
        with suppress(Killed, DoctorError):
            undone(receipt, one)
        heal(one)
        stopped = written()
        where = f"call {number}"

        assert stopped is not None
        assert stopped.state in ("applied", "undo_stopped"), where
        assert undone(stopped, one).state == "undone", where
        assert one.shows() == before, where
        assert written() == journal.last(receipt.id)


# Changed by somebody else


CHANGES: dict[str, Callable[[Account], None]] = {
    "the timeout": lambda one: one.function(LATEST.arn, Timeout=99),
    "the code": lambda one: one.function(LATEST.arn, CodeSha256="other"),
    "the alias": lambda one: one.alias(LIVE.arn, FunctionVersion="7"),
    "the alias's weights": lambda one: one.alias(LIVE.arn, RoutingConfig={"AdditionalVersionWeights": {"7": 0.1}}),
    "the queue": lambda one: one.queue(SOURCE.arn, VisibilityTimeout="99"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_is_sent_to_an_account_that_is_no_longer_what_was_proved(change: str, account: Account) -> None:
    CHANGES[change](account)
    before = account.shows()
    with pytest.raises(WorldChanged, match=r"changed since the proof, so nothing was sent: .*expected .*, is "):
        applied(account)

    assert account.shows() == before
    assert written() is None


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_in_the_middle_is_never_overwritten(
    change: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """Whatever somebody else sets while a change is on its way stays as they set it, by the change and by its undo."""
    total = calls_of(applied, fresh())
    for number in range(total):
        monkeypatch.setenv("DOCTOR_HOME", str(tmp_path / f"{change}-{number}".replace(" ", "-").replace("'", "")))
        one = fresh()

        def meddle(now: int, _: Call, wanted: int = number, one: Account = one) -> None:
            if now == wanted:
                CHANGES[change](one)

        one.before = meddle
        with suppress(DoctorError):
            applied(one)
        heal(one)
        theirs = fresh()
        CHANGES[change](theirs)
        mine = _differs(theirs.shows(), fresh().shows())

        if one.sent[number].operation == "SetQueueAttributes":
            continue  # SQS has no revisions: between the last look and the write, the later write wins
        assert _picked(one.shows(), mine) == _picked(theirs.shows(), mine), f"call {number}: {one.sent[number].name}"


def _differs(after: dict[str, dict[str, object]], before: dict[str, dict[str, object]]) -> list[tuple[str, str]]:
    return [(arn, key) for arn in after for key in after[arn] if after[arn][key] != before[arn].get(key)]


def _picked(shows: dict[str, dict[str, object]], places: list[tuple[str, str]]) -> list[object]:
    return [shows[arn].get(key) for arn, key in places]


@pytest.mark.parametrize("change", ["the timeout", "the alias", "the queue"])
def test_an_undo_does_not_overwrite_what_somebody_else_set_since(change: str, account: Account) -> None:
    receipt = applied(account)
    CHANGES[change](account)
    theirs = _picked(account.shows(), places := _differs(account.shows(), fresh().shows()))
    with pytest.raises(WorldChanged, match="changed since it was applied, so it is not overwritten: "):
        undone(receipt, account)

    assert account.functions[LATEST.arn]["Timeout"] != 3 or change != "the timeout"
    assert [value for value in _picked(account.shows(), places) if value in (99, "7", "99")] == [
        value for value in theirs if value in (99, "7", "99")
    ]


# Another account


@pytest.mark.parametrize(("name", "value"), [("account", "999999999999"), ("region", "us-east-1")])
def test_a_proof_is_for_one_account_and_region(name: str, value: str, account: Account) -> None:
    setattr(account, name, value)
    with pytest.raises(WorldChanged, match="the fix was proved on"):
        applied(account)

    assert account.sent == []


@pytest.mark.parametrize(("name", "value"), [("account", "999999999999"), ("region", "us-east-1")])
def test_a_receipt_is_of_one_account_and_region(name: str, value: str, account: Account) -> None:
    receipt = applied(account)
    sent = len(account.sent)
    setattr(account, name, value)
    with pytest.raises(WorldChanged, match=f"receipt {receipt.id} is of account"):
        undone(receipt, account)

    assert len(account.sent) == sent


def test_what_was_taken_on_trust_is_in_the_receipt(account: Account) -> None:
    proved = replace(PROVED, taken_on_trust=("not run",))

    assert run(apply(proved, account, NOW)).taken_on_trust == ("not run",)  # type: ignore[arg-type]


def test_a_step_that_never_settles_is_said_and_can_be_undone(account: Account) -> None:
    before = account.shows()

    def fail(_: int, call: Call) -> None:
        if call.operation == "UpdateFunctionConfiguration":
            account.functions[LATEST.arn]["LastUpdateStatus"] = "Failed"

    account.after = fail
    receipt = applied(account)
    account.after = lambda _number, _call: None
    account.functions[LATEST.arn]["LastUpdateStatus"] = "Successful"

    assert receipt.state == "stopped"
    assert receipt.steps[1].error == "lambda:GetFunctionConfiguration: LastUpdateStatus is Failed"
    assert [step.state for step in receipt.steps] == ["done", "done", "pending", "pending"]
    assert undone(receipt, account).state == "undone"
    assert account.shows() == before


def test_an_answer_that_cannot_be_understood_stops_the_change(account: Account) -> None:
    account.functions[LATEST.arn]["Timeout"] = {"a": 1}
    with pytest.raises(DoctorError, match="the answer is not what AWS's model says"):
        applied(account)

    assert written() is None


def test_an_answer_without_what_the_next_step_needs_stops_the_change(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = account.shows()
    publish = account._PublishVersion
    monkeypatch.setattr(account, "_PublishVersion", lambda call: publish(call) and {})
    receipt = applied(account)

    assert receipt.steps[2].error.endswith("the answer does not tell Version, which the next step needs")
    assert undone(receipt, account).state == "undone"
    assert account.shows() == before
