"""A change to the account: planned, proved, applied, verified, taken back."""

from datetime import datetime
from typing import Any, Literal

from doctor.model.call import Call
from doctor.model.decision import Decision, DecisionChange
from doctor.model.finding import Finding, Fix, Settle, Step, Touched, Written
from doctor.model.outcome import LocalRun, Reproduction
from doctor.model.record import Record

Tool = Literal["CloudFormation", "SAM", "CDK", "Terraform", "Serverless Framework"]


class Owner(Record):
    """Infrastructure as code, as the marks on a resource tell it."""

    tool: Tool
    stack: str = ""
    """The stack's name, or its ARN where only that was told."""
    mark: str = ""
    """The tag that told it; empty: the given template did."""
    patch: str = ""
    """The same change in its language: a diff where the template was given, otherwise a snippet."""
    against: str = ""
    """The template that the patch is a diff of; empty: a snippet."""


class Choice(Record):
    """A finding with the way out that was chosen for it."""

    finding: Finding
    fix: Fix


class Plan(Record):
    """The steps of one fix for one finding, or of several together, in order, complete: dependent steps are in it."""

    finding: Finding
    fix: Fix
    also: tuple[Choice, ...] = ()
    """Further findings that the same steps heal."""
    steps: tuple[Step, ...]
    touches: tuple[Touched, ...]
    """Every field that the steps read or write, with its value in the snapshot that the plan was made from."""
    notes: tuple[str, ...] = ()
    """What else the change does, in words."""
    cost: tuple[str, ...] = ()
    """What it changes on the monthly bill, in words; empty: nothing."""
    permitted: tuple[Decision, ...] = ()
    """Whether the applying identity may send each call, where its policies were seen."""
    not_seen: tuple[str, ...] = ()
    """What about it was not looked at: by whom it may be sent, who else uses what it changes."""
    owner: Owner | None = None
    """The infrastructure-as-code that owns what is changed: its patch comes first, or the next deployment takes the fix back."""
    obstacles: tuple[str, ...] = ()
    """Why it must not be sent as it stands; with any, no rehearsal proves it."""

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Every finding that it heals, with its fix."""
        return (Choice(finding=self.finding, fix=self.fix), *self.also)

    @property
    def title(self) -> str:
        """What it does, in words."""
        return "; ".join(dict.fromkeys(one.fix.title for one in self.choices))


class Proved(Record, tag_field="rehearsal", tag="proved"):
    """The plan healed the finding in the model, broke nothing there, and the failing invocation ran through with it."""

    plan: Plan
    account: str
    region: str
    code_sha256: str
    """Of the function that ran; empty when nothing had to run."""
    before: Reproduction | None = None
    after: LocalRun | None = None
    checks: tuple[str, ...] = ()
    presumed: tuple[str, ...] = ()
    """What its runs took for granted, because nobody can see it from here."""
    """What was proved, one line each."""
    policy_changes: tuple[DecisionChange, ...] = ()
    """Of a change of policies: what opens, and which near misses stay denied."""
    taken_on_trust: tuple[str, ...] = ()
    """Reasons of an ``Unproved`` that the user promoted by naming it; empty: proved in full."""


class Unproved(Record, tag_field="rehearsal", tag="unproved"):
    """The plan was not proved, and why; ``apply`` does not take it."""

    plan: Plan
    account: str
    region: str
    reasons: tuple[str, ...]
    code_sha256: str = ""
    before: Reproduction | None = None
    after: LocalRun | None = None
    checks: tuple[str, ...] = ()
    presumed: tuple[str, ...] = ()
    """What its runs took for granted, because nobody can see it from here."""
    policy_changes: tuple[DecisionChange, ...] = ()


Rehearsal = Proved | Unproved

StepState = Literal["pending", "sent", "done", "failed", "uncertain", "undone"]


class Applied(Record):
    """How far one step came: the call as it was sent (every ``Ref`` resolved) and how it is taken back."""

    step: str
    state: StepState
    call: Call
    response: dict[str, Any] = {}
    """The parts of the answer that later steps and the undo refer to."""
    undo: Call | None = None
    undo_settled: Settle | None = None
    writes: tuple[Written, ...] = ()
    """What the account must still show for the undo not to overwrite somebody else's change, and what it restores."""
    undo_note: str = ""
    error: str = ""


ReceiptState = Literal["applied", "stopped", "undone", "undo_stopped"]


class Receipt(Record):
    """What was sent to an account, kept in the store: what ``undo`` and ``history`` read."""

    id: str
    at: datetime
    account: str
    region: str
    endpoint: str = ""
    """The endpoint when it was not AWS's own."""
    function: str
    finding: str
    """The rule's name."""
    fingerprint: str
    title: str
    state: ReceiptState
    steps: tuple[Applied, ...]
    taken_on_trust: tuple[str, ...] = ()
    affects: tuple[str, ...] = ()
    """ARNs of the function versions whose invocations would confirm it."""
    also: tuple[tuple[str, str], ...] = ()
    """Further findings that it is for: rule and subject."""
    settled_at: datetime | None = None
    """When the last step had settled: what began to run earlier is no evidence."""


class Verification(Record):
    """What was seen after the change. Never "fixed" on a promise: ``confirmed`` needs an invocation in the cloud."""

    receipt: str
    settings_read_back: bool
    finding_gone: bool
    confirmed: bool
    """Every affected function had an invocation since that went through, and none that failed."""
    lines: tuple[str, ...]
    failed_since: bool = False
    """An invocation since the change failed."""


class Sent(Record):
    """What came of an apply."""

    receipt: Receipt
    verification: Verification
