"""Take back what a receipt says was done, last step first, never over somebody else's change."""

from typing import Any

from msgspec.structs import replace

from doctor.aws.making import found, makes
from doctor.aws.readback import after, before, differences, values
from doctor.aws.session import Aws, AwsError
from doctor.aws.settle import guarded, shown, wait
from doctor.engine.plan import referred, resolve
from doctor.errors import ApplyError, WorldChanged
from doctor.model.events import Job, Line
from doctor.model.plan import Applied, Receipt
from doctor.store.journal import Journal

_TO_TAKE_BACK = ("done", "uncertain", "sent")


def undo(receipt: Receipt, aws: Aws) -> Job[Receipt]:
    """Take the steps of a receipt back.

    Raises:
        WorldChanged: it is another account, or somebody changed since what would be overwritten; that step and those
            before it were not touched.
        AwsError: what would be overwritten cannot be read.
    """
    mine = (aws.account, aws.region, aws.endpoint or "")
    if mine != (receipt.account, receipt.region, receipt.endpoint):
        theirs = " ".join(filter(None, (receipt.account, receipt.region, receipt.endpoint)))
        raise WorldChanged(f"receipt {receipt.id} is of account {theirs}; this is {' '.join(filter(None, mine))}")
    journal = Journal(receipt.id)
    for number in reversed(range(len(receipt.steps))):
        applied = receipt.steps[number]
        if applied.state not in _TO_TAKE_BACK:
            continue
        taken_back = yield from _take_back(aws, applied)
        steps = (*receipt.steps[:number], taken_back, *receipt.steps[number + 1 :])
        receipt = replace(receipt, state="undo_stopped", steps=steps)  # until its first step is taken back
        journal.write(receipt)
        if taken_back.error:
            yield Line(text=taken_back.error, role="critical")
            return receipt
    receipt = replace(receipt, state="undone")
    journal.write(receipt)
    return receipt


def _take_back(aws: Aws, applied: Applied) -> Job[Applied]:
    """Take one step back. Sending it twice does no harm, so it needs no entry in the journal of its own."""
    back = replace(applied, state="undone", error="")
    if applied.undo is None:
        yield Line(text=f"{applied.step}: {applied.undo_note or 'nothing to take back'}", role="dim")
        return back
    if referred(applied.undo):  # the answer that named what was made never came
        answer = (yield from found(aws, applied.call)) if makes(applied.call) else None
        if answer is None:
            yield Line(text=f"{applied.step}: nothing of it is to be seen in the account", role="dim")
            return back
        applied = _named(applied, {applied.step: answer})
    undo = applied.undo
    assert undo is not None
    try:
        call = guarded(aws, undo)  # before the values: a change after either look is then refused by AWS
        now = values(aws, after(applied.writes))
    except AwsError as error:
        if error.reason != "absent":
            raise
        raise WorldChanged(
            f"what was changed is no longer there ({error}): nothing is left to take back, and nothing was sent"
        ) from error
    different = differences(after(applied.writes), now)
    if applied.writes and not differences(before(applied.writes), now):
        yield Line(text=f"{applied.step}: already as it was before", role="dim")
        return back
    if different:
        raise WorldChanged(f"changed since it was applied, so it is not overwritten: {'; '.join(different)}")
    yield Line(text=f"undo {applied.step}: {undo.name}")
    try:
        aws.call(call)
        if applied.undo_settled is not None:
            yield from wait(aws, applied.undo_settled)
        yield from shown(aws, before(applied.writes))
    except (AwsError, ApplyError) as error:
        gone = isinstance(error, AwsError) and error.reason == "absent" and not applied.writes
        return back if gone else replace(applied, error=str(error))
    return back


def _named(applied: Applied, answers: dict[str, dict[str, Any]]) -> Applied:
    """The step with the id of what it made in its undo."""
    assert applied.undo is not None
    settled = applied.undo_settled
    return replace(
        applied,
        undo=resolve(applied.undo, answers),
        undo_settled=None if settled is None else replace(settled, call=resolve(settled.call, answers)),
    )
