"""From a diagnosis to what is told about it: rows of the function list, one function whole, what was not seen."""

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import get_args

from msgspec.structs import replace

from doctor.engine.plan import plan
from doctor.engine.reads import actions
from doctor.engine.rule import Rule
from doctor.engine.world import World
from doctor.model import arns
from doctor.model.call import UNREAD, Gap
from doctor.model.finding import Diagnosis, Finding, Health, Severity
from doctor.model.function import Function
from doctor.model.report import FunctionDetail, FunctionRow, Overview, Report, RuleCard
from doctor.model.snapshot import Snapshot
from doctor.model.telemetry import MetricSeries
from doctor.version import __version__

_CRITICAL = (Severity.CRITICAL, Severity.HIGH)


def report(
    world: World,
    diagnosis: Diagnosis,
    rules: Sequence[Rule],
    unheard: Mapping[str, int] = MappingProxyType({}),
    fail_on: Severity | None = None,
) -> Report:
    """Everything that the renderings of a diagnosis need.

    Args:
        world: What was diagnosed.
        diagnosis: By all rules.
        rules: Which were heard.
        unheard: How many rules were left out, by why.
        fail_on: The least severity that fails a check.
    """
    apart = (one.finding for one in diagnosis.suppressed)
    found = {finding.rule for finding in (*diagnosis.findings, *apart)}
    return Report(
        doctor=__version__,
        scope=world.snapshot.scope,
        identity=world.snapshot.identity,
        fail_on=fail_on,
        diagnosis=diagnosis,
        rules=tuple(card(rule) for rule in rules if rule.name in found),
        unheard=dict(unheard),
        rows=tuple(rows(world, diagnosis)),
        not_seen=not_seen(world),
    )


def card(rule: Rule) -> RuleCard:
    """What a report tells about a rule."""
    return RuleCard(name=rule.name, severity=rule.severity, summary=rule.summary, page=rule.page)


def not_seen(world: World) -> tuple[str, ...]:
    """One line for each kind of gap, the most frequent first."""
    kinds = Counter((gap.call.name, gap.reason) for gap in world.snapshot.gaps)
    words = {"not_asked": "not asked for", "absent": "not there", "unsupported": "not supported here"}
    return tuple(
        f"{call}: {words.get(reason, reason)}" + (f" ({count} times)" if count > 1 else "")
        for (call, reason), count in sorted(kinds.items(), key=lambda one: (-one[1], one[0]))
    )


def kept(snapshot: Snapshot) -> str:
    """How much of a snapshot was taken from an earlier one, and how old that is; empty: everything was read for it."""
    if not snapshot.read_at:
        return ""
    oldest = max((snapshot.taken_at - at).total_seconds() for at in snapshot.read_at.values())
    count = len(snapshot.read_at)
    return (
        f"{count} {'function' if count == 1 else 'functions'} did not change: kept from before, "
        f"up to {oldest / 60:.0f} min old; all else was read now"
    )


def overview(world: World, source: str, *, live: bool) -> Overview:
    """What the screen shows around the function list; ``source``: where it was read, in words."""
    snapshot = world.snapshot
    return Overview(
        source=source,
        snapshot="",
        taken_at=snapshot.taken_at,
        account=snapshot.scope.account,
        region=snapshot.scope.region,
        identity=snapshot.identity.arn if snapshot.identity else "",
        live=live,
        functions=len({one.function_name for one in world.all(Function)}),
        not_seen=not_seen(world),
        denied=tuple(sorted(actions({gap.call.name for gap in snapshot.gaps if gap.reason == "denied"}))),
    )


def rows(world: World, diagnosis: Diagnosis) -> list[FunctionRow]:
    """One row for each function, the worst first."""
    by_function: dict[str, list[Finding]] = {}
    for finding in diagnosis.findings:
        for arn in {arns.unqualified(affected) for affected in finding.affects}:
            by_function.setdefault(arn, []).append(finding)
    unexplained = {arns.unqualified(one.observation.function): one for one in diagnosis.explanations if one.open}
    mended = {
        arns.unqualified(one.observation.function): one
        for one in diagnosis.explanations
        if not one.findings and one.changed
    }
    made = []
    skips = _Skips(diagnosis)
    for function in world.all(Function):
        if function.version != "$LATEST":
            continue
        findings = by_function.get(function.arn, [])
        if function.arn in unexplained and not findings:
            seen = unexplained[function.arn].observation
            detail = f" ({seen.symptom.detail})" if seen.symptom.detail else ""
            why = f"{seen.symptom.kind.replace('_', ' ')}{detail}, {seen.count} times: no rule explains it yet"
            made.append(_row(world, function, "unexplained", why, findings))
        elif function.arn in mended and not findings:
            seen = mended[function.arn].observation
            why = f"{seen.symptom.kind.replace('_', ' ')} {seen.count} times before it was changed; not seen since"
            made.append(_row(world, function, "partial", why, findings))
        else:
            made.append(_row(world, function, *skips.health(function.arn, findings), findings))
    return sorted(made, key=lambda row: (_ORDER.index(row.health), row.worst.rank if row.worst else 9, row.name))


class _Skips:
    """Which rules could not look at each function: for a read that failed, is still to come, was left out, or a crash."""

    def __init__(self, diagnosis: Diagnosis) -> None:
        self._rules = len(diagnosis.rules)
        self._by_place: dict[tuple[str, str], list[tuple[str, ...]]] = {}
        """By function and why: what each of its skips keeps from looking. Thousands of functions share the same tuples."""
        lacking: dict[str, Gap] = {}
        for one in diagnosis.skips:
            why = "on purpose" if one.gap.on_purpose else one.gap.error if one.gap.error == UNREAD else ""
            self._by_place.setdefault((arns.unqualified(one.subject), why), []).append(one.rules)
            if not why and (one.gap.reason == "denied" or one.subject not in lacking):
                lacking[one.subject] = one.gap
        self._lacking = {arns.unqualified(arn): _brought(gap) for arn, gap in lacking.items()}
        """By function, a read that brought nothing; a denied one before any other."""
        self._crashed: dict[str, set[str]] = {}
        for crash in diagnosis.crashes:
            self._crashed.setdefault(arns.unqualified(crash.subject), set()).add(crash.rule)

    def health(self, arn: str, findings: list[Finding]) -> tuple[Health, str]:
        """A function that was not seen to fail, at a glance."""
        if findings:
            worst = min(findings, key=lambda finding: finding.severity.rank)
            return ("critical" if worst.severity in _CRITICAL else "warning"), worst.problem.message
        failed, coming, unasked = (self._count(arn, why) for why in ("", UNREAD, "on purpose"))
        if failed:
            return "partial", f"{self._lacking[arn]}: {failed} of {self._rules} rules could not look"
        if coming:
            return "partial", f"reading: {coming} of {self._rules} rules wait for what is still to be read"
        crashed = self._crashed.get(arn)
        if crashed:
            return "partial", f"{min(crashed)} crashed: {len(crashed)} of {self._rules} rules could not look"
        looked = f"{self._rules - unasked} rules found nothing"
        return "ok", looked + (f", {unasked} not asked" if unasked else "")

    def _count(self, arn: str, why: str) -> int:
        """How many rules: one that skips several versions of a function counts once."""
        return len(set().union(*self._by_place.get((arn, why), ())))


def _brought(gap: Gap) -> str:
    """What a read came to: ``logs:FilterLogEvents denied``."""
    return f"{gap.call.name} {gap.error or 'not asked' if gap.reason == 'not_asked' else gap.reason}"


_ORDER: tuple[Health, ...] = get_args(Health)


def _row(world: World, function: Function, health: Health, why: str, findings: list[Finding]) -> FunctionRow:
    series = {(one.metric_name, one.stat): one for one in world.snapshot.metrics.get(function.arn, ())}
    return FunctionRow(
        arn=function.arn,
        name=function.function_name,
        health=health,
        why=why,
        findings=len(findings),
        worst=min((one.severity for one in findings), key=lambda one: one.rank, default=None),
        runtime=function.runtime or function.package_type.lower(),
        memory_size=function.memory_size,
        timeout=function.timeout,
        errors_per_hour=per_hour(world, series.get(("Errors", "Sum"))),
        p95=max(series[("Duration", "p95")].values, default=None) if ("Duration", "p95") in series else None,
        role=arns.name(function.role),
        vpc=function.vpc_config.vpc_id,
        rules=tuple(dict.fromkeys(one.rule for one in findings)),
        tags=tuple((name, value) for name, value in function.tags.items() if isinstance(value, str)),
    )


def per_hour(world: World, errors: MetricSeries | None) -> float | None:
    """Errors per hour of the snapshot's window; ``None``: not observed."""
    if errors is None:  # CloudWatch leaves out what never had a value
        return None if world.gaps("cloudwatch:GetMetricData") else 0.0
    return round(sum(errors.values) * 3600 / world.snapshot.scope.window, 1)


def _planned(world: World, finding: Finding) -> Finding:
    """A finding whose fixes have the steps that would be sent, complete."""
    fixes = tuple(replace(fix, steps=plan(world, finding, fix).steps) for fix in finding.problem.fixes)
    return replace(finding, problem=replace(finding.problem, fixes=fixes))


def detail(world: World, diagnosis: Diagnosis, rules: Sequence[Rule], name: str) -> FunctionDetail | None:
    """Everything about one function; ``None`` when the snapshot does not have it."""
    every = rows(world, diagnosis)
    row = next((row for row in every if row.name == name), None)
    if row is None:
        return None
    findings = tuple(
        _planned(world, one) for one in diagnosis.findings if row.arn in map(arns.unqualified, one.affects)
    )
    mine = {one.rule for one in findings}
    skips = tuple(one for one in diagnosis.skips if arns.unqualified(one.subject) == row.arn)
    crashes = tuple(one for one in diagnosis.crashes if arns.unqualified(one.subject) == row.arn)
    spoke = mine.union(*(one.rules for one in skips)) | {one.rule for one in crashes}
    versions = [one for one in world.all(Function) if arns.unqualified(one.arn) == row.arn]
    return FunctionDetail(
        row=row,
        versions=tuple(sorted(versions, key=lambda one: (one.version != "$LATEST", one.version))),
        aliases=tuple(world.aliases(versions[0])),
        findings=findings,
        explanations=tuple(
            one for one in diagnosis.explanations if arns.unqualified(one.observation.function) == row.arn
        ),
        skips=skips,
        crashes=crashes,
        ruled_out=tuple(one for one in diagnosis.ruled_out if arns.unqualified(one.function) == row.arn),
        rules=tuple(card(rule) for rule in rules if rule.name in mine),
        passed=tuple(rule.name for rule in rules if rule.name not in spoke),
        invocations=tuple(reversed(world.snapshot.invocations.get(row.arn, ()))),
        metrics=world.snapshot.metrics.get(row.arn, ()),
    )
