"""Carry out a proved plan, step by step: each step written down before it is sent."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from doctor.aws.making import found, makes, marked, only_made
from doctor.aws.readback import after, differences, values
from doctor.aws.session import Aws, AwsError
from doctor.aws.settle import guarded, shown, wait
from doctor.engine.operations import operation
from doctor.engine.plan import referred, resolve
from doctor.errors import ApplyError, WorldChanged
from doctor.model.call import Call, Ref
from doctor.model.events import Job, Line
from doctor.model.finding import Step, Written
from doctor.model.plan import Applied, Proved, Receipt
from doctor.store.journal import Journal, new_id


def apply(proved: Proved, aws: Aws, now: datetime, stop: Callable[[], bool] = lambda: False) -> Job[Receipt]:
    """Send the steps of a proved plan. A failure stops it; the receipt then says how far it came.

    ``stop`` is asked before each step: once it says yes, no further call is sent.

    Raises:
        WorldChanged: the account is not the one, or no longer what, the plan was proved on; nothing was sent.
        AwsError: what the plan touches cannot be read; nothing was sent.
    """
    plan = proved.plan
    _unchanged(proved, aws)
    yield Line(text=f"nothing changed since the proof ({len(plan.touches)} values compared)", role="ok")
    receipt = Receipt(
        id=new_id(now),
        at=now,
        account=aws.account,
        region=aws.region,
        endpoint=aws.endpoint or "",
        function=plan.finding.subject,
        finding=plan.finding.rule,
        fingerprint=plan.finding.fingerprint,
        title=plan.title,
        state="stopped",  # until its last step has settled: that is what a crash must leave in the journal
        steps=tuple(Applied(step=step.name, state="pending", call=step.call) for step in plan.steps),
        taken_on_trust=proved.taken_on_trust,
        affects=tuple(dict.fromkeys(arn for one in plan.choices for arn in one.finding.affects)),
        also=tuple((one.finding.rule, one.finding.subject) for one in plan.also),
    )
    return (yield from _Sending(aws, receipt, plan.steps, stop).run())


def _unchanged(proved: Proved, aws: Aws) -> None:
    if (aws.account, aws.region) != (proved.account, proved.region):
        raise WorldChanged(
            f"this is account {aws.account}, region {aws.region}; the fix was proved on {proved.account}, {proved.region}",
        )
    different = differences(proved.plan.touches, values(aws, proved.plan.touches))
    if different:
        raise WorldChanged(
            f"changed since the proof, so nothing was sent: {'; '.join(different)}; run 'doctor fix' again"
        )


class _Sending:
    """One plan on its way: the receipt as it stands, and the answers that later steps refer to."""

    def __init__(self, aws: Aws, receipt: Receipt, steps: tuple[Step, ...], stop: Callable[[], bool]) -> None:
        self.aws = aws
        self.stop = stop
        self.receipt = receipt
        self.steps = steps
        self.journal = Journal(receipt.id)
        self.answers: dict[str, dict[str, Any]] = {}

    def run(self) -> Job[Receipt]:
        """Send every step, until one fails."""
        for number, step in enumerate(self.steps):
            if self.stop():
                yield Line(text=f"stopped before {step.name}", role="warning")
                self.receipt = replace(self.receipt, state="stopped")
                break
            yield Line(text=f"{step.name}: {step.call.name}")
            applied = yield from self._step(number, step)
            self._note(number, applied)
            if applied.error:
                yield Line(text=applied.error, role="critical")
                break
        else:
            self.receipt = replace(self.receipt, state="applied", settled_at=datetime.now(UTC))
        self.journal.write(self.receipt)
        return self.receipt

    def _note(self, number: int, applied: Applied) -> None:
        """Write down how far a step came; returns when it is on disk."""
        steps = self.receipt.steps
        self.receipt = replace(self.receipt, steps=(*steps[:number], applied, *steps[number + 1 :]))
        self.journal.write(self.receipt)

    def _step(self, number: int, step: Step) -> Job[Applied]:
        """Send one step and wait until it has settled."""
        call = marked(resolve(step.call, self.answers), f"{self.receipt.id}-{number}")
        applied = _undoable(Applied(step=step.name, state="pending", call=call), step)
        try:
            call = guarded(self.aws, call)  # before the values: a change after either look is then refused by AWS
            different = differences(step.expects_before, values(self.aws, step.expects_before))
            if different:
                return replace(applied, state="failed", error=f"changed by somebody else: {'; '.join(different)}")
            applied = replace(applied, state="sent", writes=_written(step, call))
            self._note(number, applied)
            answer = yield from self._sent(step, call, applied)
            applied = replace(applied, state="done")
            self._note(number, applied)
            self.answers[step.name] = _kept(call, answer, _wanted(self.steps, step.name))
            applied = self._with_answer(applied)
            if step.settled is not None:
                yield from wait(self.aws, only_made(call, step.settled))
            yield from shown(self.aws, after(applied.writes))
        except (AwsError, ApplyError) as error:
            return _failed(applied, error)
        return applied

    def _sent(self, step: Step, call: Call, applied: Applied) -> Job[dict[str, Any]]:
        """Send a call; when its answer was lost, look whether it took effect, or ask again where that does no harm."""
        try:
            return self.aws.call(call)
        except AwsError as error:
            if not error.transient:
                raise
            known = operation(call)
            yield Line(text=f"{step.name}: {error}; looking whether it took effect", role="warning")
            if known is not None and known.again:
                return self.aws.call(guarded(self.aws, resolve(step.call, self.answers)))
            if makes(call):
                made = yield from found(self.aws, call)
                if made is not None:
                    return made
            if not applied.writes:
                raise
            try:
                yield from shown(self.aws, after(applied.writes))
            except ApplyError:
                raise error from None  # that it is not to be seen does not say that it will not come
            return {}

    def _with_answer(self, applied: Applied) -> Applied:
        """What a step made is known now: its undo can name it."""
        undo, settled = applied.undo, applied.undo_settled
        return replace(
            applied,
            response=self.answers[applied.step],
            undo=None if undo is None else resolve(undo, self.answers),
            undo_settled=None if settled is None else replace(settled, call=resolve(settled.call, self.answers)),
        )


def _undoable(applied: Applied, step: Step) -> Applied:
    known = None if step.undo is None else operation(step.undo)
    settled = None if known is None or step.undo is None else known.settled(step.undo)
    return replace(applied, undo=step.undo, undo_settled=settled, undo_note=step.undo_note)


def _failed(applied: Applied, error: AwsError | ApplyError) -> Applied:
    """How far a step came that met an error: a call that was lost on the way may have taken effect all the same."""
    if applied.state == "sent":
        lost = isinstance(error, AwsError) and error.transient  # no answer, or one that cannot be read
        applied = replace(applied, state="uncertain" if lost else "failed")
    elif applied.state == "pending":
        applied = replace(applied, state="failed")
    return replace(applied, error=str(error))


def _kept(call: Call, answer: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """What later steps need of an answer."""
    missing = sorted(names - answer.keys())
    if missing:
        raise ApplyError(f"{call.name}: the answer does not tell {', '.join(missing)}, which the next step needs")
    return {name: answer[name] for name in names}


def _wanted(steps: Iterable[Step], name: str) -> set[str]:
    """The first names of what later steps take from this step's answer: only that is kept of it."""
    calls = [call for step in steps for call in (step.call, step.undo) if call is not None]
    return {part for call in calls for part in referred(call).get(name, ())}


def _written(step: Step, sent: Call) -> tuple[Written, ...]:
    """What the step sets, with the answers of earlier steps in place of what the model took for them."""
    refers = {name for name, value in step.call.parameters.items() if isinstance(value, Ref)}
    return tuple(replace(one, after=_filled(one, refers, sent)) for one in step.writes)


def _filled(one: Written, refers: set[str], sent: Call) -> Any:
    """The value that a field, or a part of it, gets: with the real ids of what earlier steps made."""
    whole = one.field.removeprefix("Default")  # a version is chosen by its id: ``DefaultVersionId``
    if whole in refers:
        return sent.parameters[whole]
    if isinstance(one.after, dict):
        return {name: sent.parameters[name] if name in refers else value for name, value in one.after.items()}
    return one.after
