"""What a rule says, and what the engine makes of it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

from doctor.model.call import Call, Gap
from doctor.model.record import Record, Time
from doctor.model.telemetry import Observation, Symptom


class Severity(StrEnum):
    """How bad it is, for the people who use the function."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst, so that sorting puts the worst first."""
        return _SEVERITIES.index(self)


class Confidence(StrEnum):
    """How sure the finding is: what was seen, what follows from what was seen, what may be."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"

    @property
    def rank(self) -> int:
        """0 for the surest."""
        return _CONFIDENCES.index(self)


_SEVERITIES, _CONFIDENCES = tuple(Severity), tuple(Confidence)


class Applicability(StrEnum):
    """How safe a fix is: ``safe`` changes nothing that works, ``unsafe`` may, ``manual`` cannot be sent by doctor."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    MANUAL = "manual"


class Evidence(Record):
    """One cited place: what was seen, where, and by which call."""

    resource: str
    """ARN."""
    field: str
    """AWS's name, with its key where there is one: ``Timeout``, ``Environment.Variables.TABLE``."""
    value: Any
    source: str
    """The call, the log or the metric it came from: ``lambda:GetFunctionConfiguration``, ``logs:FilterLogEvents``."""
    at: datetime | None = None


class Settle(Record):
    """How to see that a step has taken effect: read ``call`` until the value at ``path`` is one of ``wanted``."""

    call: Call
    path: str
    wanted: tuple[str, ...]
    failed: tuple[str, ...] = ()
    """Values that mean it never will."""
    timeout: int = 60
    """Seconds."""


class Touched(Record):
    """A field that a step reads or writes, with the value that it had when the step was planned."""

    resource: str
    field: str
    """The field's name in AWS's spelling, as in the snapshot."""
    value: Any = None


class AsCode(Record):
    """A write as the text of a template: what deployed the resource should say it too, or it is lost at the next deployment."""

    cloudformation: str
    """YAML of a resource, or of properties of one."""
    terraform: str
    sam: str = ""
    """Empty: SAM takes CloudFormation's text as it stands."""


class Written(Record):
    """A field that a step sets: what was there, which its undo restores, and what the account shows afterwards."""

    resource: str
    field: str
    """As in ``Touched``; one part of it is named by its key: ``RolePolicyList[name]``, ``Policy.Statement[sid]``."""
    before: Any = None
    after: Any = None


class Step(Record):
    """One write: its call, what must hold before, what it sets, how it settles, and how it is taken back."""

    name: str
    call: Call
    expects_before: tuple[Touched, ...] = ()
    writes: tuple[Written, ...] = ()
    settled: Settle | None = None
    undo: Call | None = None
    """``None``: nothing is left to undo, and ``undo_note`` says why."""
    undo_note: str = ""
    actions: tuple[str, ...] = ()
    """IAM actions that the applying identity needs."""
    as_code: AsCode | None = None
    """``None``: doctor writes no template for this."""


class Fix(Record):
    """One way out, best first in a problem's ``fixes``."""

    title: str
    applicability: Applicability = Applicability.SAFE
    steps: tuple[Step, ...] = ()
    """Empty for a manual fix: the title and ``note`` then tell what to do."""
    cost: str = ""
    """What it changes on the bill, in words; empty when it does not."""
    risk: str = ""
    note: str = ""


class Problem(Record):
    """What a rule yields: what is wrong, by which evidence, and what would mend it."""

    message: str
    evidence: tuple[Evidence, ...]
    fixes: tuple[Fix, ...] = ()
    confidence: Confidence = Confidence.CERTAIN
    explains: tuple[Symptom, ...] = ()
    """Symptoms on the affected functions that it would explain."""
    expects: str = ""
    """The kind of outcome that a local run of the failing invocation should show: an ``Outcome``'s tag; empty: none."""
    subject: str = ""
    """ARN of the resource at fault where it is not the one that the rule looked at."""
    severity: Severity | None = None
    """Where this problem is better or worse than the rule's usual."""


class NotThis(Record):
    """What a rule yields when it looked at a symptom and is not its cause: the look-alike is named as ruled out."""

    symptom: Symptom
    why: str


class Finding(Record):
    """A problem with the rule that found it, its subject and the functions it affects."""

    rule: str
    severity: Severity
    subject: str
    """ARN of the resource at fault."""
    affects: tuple[str, ...]
    """ARNs of the functions (versions) it affects."""
    problem: Problem
    fingerprint: str
    """Stable over runs: rule, subject and cited places."""
    causes: tuple[str, ...] = ()
    """Fingerprints of findings that this one is a consequence of; empty: a root."""


class Skip(Record, gc=False):
    """Rules that could not look at a subject: what lay behind ``gap`` was not seen."""

    rules: tuple[str, ...]
    """Their names, in order."""
    severity: Severity
    """The worst of theirs."""
    subject: str
    gap: Gap


class Crash(Record):
    """A rule failed on a subject; the others went on."""

    rule: str
    subject: str
    error: str


class RuledOut(Record):
    """A cause that was considered for a symptom and is not it, and why."""

    function: str
    symptom: Symptom
    cause: str
    why: str


class Explanation(Record):
    """A symptom that was seen, and the findings that explain it, roots first; none: nobody knows yet, and doctor says so."""

    observation: Observation
    findings: tuple[str, ...] = ()
    """Fingerprints."""
    changed: Time | None = None
    """When the version was changed since it was last seen: what is there now has not been seen to fail."""

    @property
    def open(self) -> bool:
        """Whether a function fails, as it now is, and nobody knows why."""
        return not self.findings and self.changed is None


class Suppressed(Record):
    """A finding that somebody decided to live with: still there, reported apart, and it does not fail a check."""

    finding: Finding
    by: Literal["configuration", "baseline"]
    reason: str = ""
    expires: date | None = None


class Diagnosis(Record):
    """What all rules said about one snapshot, in a fixed order: worst first."""

    taken_at: datetime
    functions: tuple[str, ...]
    """ARNs of the functions that were looked at."""
    rules: tuple[str, ...]
    """Names of the rules that ran."""
    findings: tuple[Finding, ...] = ()
    explanations: tuple[Explanation, ...] = ()
    skips: tuple[Skip, ...] = ()
    crashes: tuple[Crash, ...] = ()
    ruled_out: tuple[RuledOut, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    remarks: tuple[str, ...] = ()
    """What must be said loudly beside the findings: expired suppressions, stale baseline entries, an old snapshot."""


Health = Literal["critical", "unexplained", "warning", "partial", "ok"]
"""A function at a glance, the worst first. ``unexplained``: it fails, and no rule says why."""
