"""What changes an account, or runs something in it: apply, verify, undo, one live invocation."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from msgspec.structs import replace

from doctor.engine.diagnose import diagnose
from doctor.engine.rule import Rule
from doctor.engine.verify import affected, unseen, verified
from doctor.engine.world import World
from doctor.errors import DoctorError, UsageError
from doctor.model import arns
from doctor.model.events import Job, Line
from doctor.model.function import Function
from doctor.model.outcome import LiveRun, Scenario
from doctor.model.plan import Proved, Receipt, Verification
from doctor.model.target import Target
from doctor.pipeline import Account, Case, collect
from doctor.reproducing.event import given_event
from doctor.store import journal
from doctor.store.home import redaction_key

LOOK = 15.0
"""Seconds between two looks for invocations: a log line takes about as long to be found."""


def apply(proved: Proved, account: Account, stop: Callable[[], bool] = lambda: False) -> Job[Receipt]:
    """Send a proved plan; the world must still be what it was proved on. ``stop`` is asked before each step.

    Raises:
        WorldChanged: it is not; nothing was sent.
    """
    from doctor.aws.apply import apply as send

    return (yield from send(proved, account.aws, datetime.now(UTC), stop))


def verify(
    receipt: Receipt,
    account: Account,
    target: Target,
    rules: Sequence[Rule],
    *,
    wait: float = 0,
    ran: Sequence[LiveRun] = (),
) -> Job[Verification]:
    """Read back what was applied, diagnose again, and look for invocations since.

    Args:
        receipt: What was sent.
        account: Where.
        target: How it was read before.
        rules: What it is diagnosed by.
        wait: For so many seconds the next real invocations are waited for.
        ran: Live invocations that were made since, which are evidence too.
    """
    until = time.monotonic() + wait
    while True:
        try:
            seen = yield from _looked_again(receipt, account, target, rules, ran)
        except DoctorError as error:  # what was sent is sent: that it cannot be looked at is the answer
            return unseen(receipt, str(error))
        left = until - time.monotonic()
        if seen.confirmed or seen.failed_since or receipt.state != "applied" or account.incident or left <= 0:
            return seen
        yield Line(text=f"waiting for the next invocation, {left:.0f} s at most", role="dim")
        time.sleep(min(LOOK, left))


def _looked_again(
    receipt: Receipt, account: Account, target: Target, rules: Sequence[Rule], ran: Sequence[LiveRun]
) -> Job[Verification]:
    from doctor.aws.readback import after, differences, values

    written = tuple(one for step in receipt.steps for one in step.writes)
    different = differences(after(written), values(account.aws, after(written)))
    names = tuple(dict.fromkeys(arns.name(arn) for arn in affected(receipt)))
    snapshot = yield from collect(replace(target, functions=names), account)
    invocations = {arn: (*snapshot.invocations.get(arn, ()),) for arn in affected(receipt)}
    for one in ran:
        invocations[arns.unqualified(one.scenario.function)] += (one.invocation,)
    remarks = (
        [] if account.incident is None else ["the embedded account runs no handlers: nothing in it can confirm a fix"]
    )
    return verified(receipt, diagnose(World(snapshot), rules), invocations, different, remarks)


def event_for(case: Case, function: Function) -> Scenario:
    """The event of a live invocation: the given one, or the incident's.

    Raises:
        UsageError: there is none, and an empty one could do anything.
    """
    event = given_event(case, function)
    if event is None:
        raise UsageError("a live invocation needs its event: give --event FILE")
    return Scenario(function=function.arn, event=event.event, source=event.source, kind=event.kind)


def invoke(case: Case, function: Function) -> Job[LiveRun]:
    """Invoke a function in the account, once, by the alias that its traffic takes where there is one.

    Raises:
        UsageError: there is no account, or no event.
        AwsError: it was refused, or no answer came.
    """
    from doctor.aws.invoke import invoke as send

    if case.account is None:
        raise UsageError("a snapshot runs nothing: a live invocation needs the account")
    scenario = event_for(case, function)
    qualifier = next((alias.name for alias in case.world.routes_to(function)), function.version)
    yield Line(text=f"event: {scenario.source}", role="dim")
    yield Line(text=f"invoking {function.function_name}:{qualifier}")
    return send(case.account.aws, function, qualifier, scenario, redaction_key())


def undoable(receipt_id: str, account: Account) -> Receipt:
    """The receipt of that id; without an id the latest of this account that can be taken back.

    Raises:
        UsageError: there is none, or it is taken back already.
    """
    aws = account.aws
    if receipt_id:
        receipt, missing = journal.last(receipt_id), f"no receipt '{receipt_id}'"
    else:
        receipt = journal.latest(aws.account, aws.region, aws.endpoint or "")
        missing = "nothing was applied to this account that could be undone"
    if receipt is None:
        raise UsageError(f"{missing}; see 'doctor history'")
    if receipt.state == "undone":
        raise UsageError(f"receipt {receipt.id} is undone already")
    return receipt


def undo(receipt_id: str, account: Account) -> Job[Receipt]:
    """Take a receipt back; without an id the latest of this account.

    Raises:
        UsageError: there is nothing to take back.
        WorldChanged: somebody else changed since what would be overwritten, or it is of another account.
    """
    from doctor.aws.undo import undo as take_back

    receipt = undoable(receipt_id, account)
    yield Line(text=f"undoing {receipt.id}: {receipt.title}, {arns.name(receipt.function)}")
    return (yield from take_back(receipt, account.aws))
