"""What was sent is written down before it is sent, and survives a crash in the middle of a line."""

import stat
from datetime import timedelta

import pytest
from msgspec.structs import replace

from doctor.errors import UsageError
from doctor.model.call import Call
from doctor.model.plan import Applied, Receipt, ReceiptState
from doctor.store import journal
from doctor.store.journal import Journal, history, last, latest, new_id, receipts
from doctor.testing.world import ACCOUNT, NOW, REGION, function


def receipt(name: str = "20261123-104200-abcd", **told: object) -> Receipt:
    usual = {
        "id": name, "at": NOW, "account": ACCOUNT, "region": REGION, "function": function().arn, "finding": "r",
        "fingerprint": "f", "title": "t", "state": "applied",
        "steps": (Applied(step="configure", state="pending", call=Call(service="lambda", operation="X")),),
    }  # fmt: skip
    return Receipt(**{**usual, **told})  # type: ignore[arg-type]


def write(one: Receipt) -> None:
    Journal(one.id).write(one)


def test_a_receipt_is_what_was_written_last() -> None:
    first, then = receipt(state="stopped"), receipt(state="applied")
    write(first)

    assert last(first.id) == first

    write(then)

    assert last(first.id) == then


def test_a_journal_is_for_its_owner_alone() -> None:
    write(receipt())
    (file,) = receipts().iterdir()

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(receipts().stat().st_mode) == 0o700


def test_nothing_that_was_written_is_lost_by_writing_more() -> None:
    write(receipt(state="stopped"))
    before = (receipts() / f"{receipt().id}.jsonl").read_bytes()
    write(receipt(state="undone"))

    assert (receipts() / f"{receipt().id}.jsonl").read_bytes().startswith(before)


@pytest.mark.parametrize("cut", ['{"id": "2026', "\x00\x00", "{}", "[]"])
def test_a_line_that_was_cut_off_hides_nothing(cut: str) -> None:
    write(receipt())
    with (receipts() / f"{receipt().id}.jsonl").open("a") as file:
        file.write(cut)

    assert last(receipt().id) == receipt()
    assert history() == [receipt()]


@pytest.mark.parametrize("cut", [b'{"id": "2026', b"\xff"])
def test_what_is_written_after_a_line_that_was_cut_off_is_read(cut: bytes) -> None:
    write(receipt())
    with (receipts() / f"{receipt().id}.jsonl").open("ab") as file:
        file.write(cut)
    write(receipt(state="undone"))

    assert last(receipt().id) == receipt(state="undone")


def test_a_receipt_that_was_never_written_is_none() -> None:
    assert last("20261123-104200-none") is None
    assert history() == []


def test_history_is_newest_first() -> None:
    old, new = receipt(new_id(NOW - timedelta(days=1))), receipt(new_id(NOW))
    write(new)
    write(old)

    assert history() == [new, old]


def test_ids_of_one_second_differ_and_sort_by_time() -> None:
    ids = [new_id(NOW + timedelta(seconds=number)) for number in range(3)]

    assert ids == sorted(ids)
    assert len({new_id(NOW) for _ in range(20)}) > 1


@pytest.mark.parametrize(
    ("state", "undoable"), [("applied", True), ("stopped", True), ("undo_stopped", True), ("undone", False)]
)
def test_the_latest_is_one_that_can_still_be_undone(state: ReceiptState, undoable: bool) -> None:
    write(receipt(new_id(NOW), state=state))

    assert (latest(ACCOUNT, REGION, "") is not None) is undoable


def test_the_latest_is_of_that_account_region_and_endpoint() -> None:
    write(receipt("20261123-1-a"))
    write(receipt("20261123-2-b", account="999999999999"))
    write(receipt("20261123-3-c", region="us-east-1"))
    write(receipt("20261123-4-d", endpoint="http://127.0.0.1:5000"))
    found = latest(ACCOUNT, REGION, "")

    assert found == receipt("20261123-1-a")


def test_a_disk_that_refuses_is_one_line_that_says_where_things_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    one = Journal(receipt().id)
    monkeypatch.setattr(journal.os, "fsync", full)
    with pytest.raises(UsageError, match=r"cannot be written \(No space left on device\); nothing more was sent"):
        one.write(replace(receipt()))
