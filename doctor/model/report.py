"""What is told: a diagnosis with everything that its renderings need, and nothing else."""

from datetime import datetime

from doctor.model.finding import Crash, Diagnosis, Explanation, Finding, Health, RuledOut, Severity, Skip
from doctor.model.function import Alias, Function
from doctor.model.record import Record
from doctor.model.snapshot import Identity, Scope
from doctor.model.telemetry import Invocation, MetricSeries, SymptomKind

SCHEMA = "2.0"
"""Version of the report's form: a minor step adds fields, a major step changes meanings."""


class FunctionRow(Record):
    """One line of the function list: the row index is a list of these."""

    arn: str
    """Unqualified."""
    name: str
    health: Health
    why: str
    """The worst finding in words, or what is not known."""
    findings: int = 0
    worst: Severity | None = None
    runtime: str = ""
    memory_size: int = 0
    timeout: int = 0
    errors_per_hour: float | None = None
    """``None``: not observed."""
    p95: float | None = None
    """Milliseconds; ``None``: not observed."""
    role: str = ""
    """Its name."""
    vpc: str = ""
    rules: tuple[str, ...] = ()
    """Names of the rules that found something."""
    tags: tuple[tuple[str, str], ...] = ()
    """Those whose value is no secret."""


class RuleCard(Record):
    """What a report tells about a rule that found something."""

    name: str
    severity: Severity
    summary: str
    page: str


class Report(Record, omit_defaults=False):
    """A diagnosis, told."""

    schema: str = SCHEMA
    doctor: str
    """Version of doctor."""
    scope: Scope
    identity: Identity | None = None
    fail_on: Severity | None = None
    """The least severity that fails a check."""
    diagnosis: Diagnosis
    rules: tuple[RuleCard, ...] = ()
    """The rules that found something, suppressed or not."""
    unheard: dict[str, int] = {}
    """How many rules were left out, by why: ``advise: --advice``, ``left out by --select or --ignore``."""
    rows: tuple[FunctionRow, ...] = ()
    not_seen: tuple[str, ...] = ()
    """One line for each kind of gap: what was not seen, how often, and why."""


class Overview(Record):
    """What the screen shows around the function list: whose account, how old, and where the snapshot lies."""

    source: str
    """Where it came from, in words: ``embedded account``, ``profile prod``, a file's name."""
    snapshot: str
    """Path of the stored snapshot, which every later job takes."""
    taken_at: datetime
    account: str
    region: str
    identity: str = ""
    """ARN of the caller; empty for a file."""
    live: bool = False
    """Whether the account behind it can be reached, so that a fix could be applied."""
    functions: int = 0
    not_seen: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    """IAM actions that reads lacked which were denied."""


class FunctionDetail(Record):
    """One function, whole: what the diagnosis screen shows."""

    row: FunctionRow
    versions: tuple[Function, ...]
    """``$LATEST`` first, then the published versions that were collected."""
    aliases: tuple[Alias, ...] = ()
    findings: tuple[Finding, ...] = ()
    explanations: tuple[Explanation, ...] = ()
    skips: tuple[Skip, ...] = ()
    crashes: tuple[Crash, ...] = ()
    ruled_out: tuple[RuledOut, ...] = ()
    rules: tuple[RuleCard, ...] = ()
    passed: tuple[str, ...] = ()
    """Names of the rules that looked and found nothing."""
    invocations: tuple[Invocation, ...] = ()
    """Newest first."""
    metrics: tuple[MetricSeries, ...] = ()

    @property
    def logged(self) -> tuple[Explanation, ...]:
        """What explains the failures that its log shows; what was refused before it ran is counted by a metric alone."""
        return tuple(one for one in self.explanations if one.observation.symptom.kind is not SymptomKind.THROTTLED)
