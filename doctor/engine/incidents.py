"""Findings by what is at fault: fix it once, and every function that it concerns is mended."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from doctor.model import arns
from doctor.model.answers import Incident
from doctor.model.finding import Diagnosis, Explanation, Finding
from doctor.model.report import FunctionRow


def incidents(diagnosis: Diagnosis, rows: Sequence[FunctionRow]) -> tuple[Incident, ...]:
    """Every root cause with what it brings about, the worst first; failures that no rule explains come last."""
    by_name = {row.name: row for row in rows}
    causes: dict[str, list[Finding]] = {}
    for finding in diagnosis.findings:
        if not finding.causes:
            causes.setdefault(_key(finding), []).append(finding)
    known = [_incident(key, found, diagnosis, by_name) for key, found in causes.items()]
    known.sort(key=lambda one: (one.severity.rank if one.severity else 9, -len(one.functions), one.key))
    return (*known, *_unexplained(diagnosis, by_name))


def _key(finding: Finding) -> str:
    """What roots have in common: the resource at fault; of a function's own faults each is apart."""
    apart = ":function:" in finding.subject or not finding.subject
    return finding.fingerprint if apart else finding.subject


def _incident(key: str, roots: list[Finding], diagnosis: Diagnosis, rows: dict[str, FunctionRow]) -> Incident:
    follows = _consequences({one.fingerprint for one in roots}, diagnosis.findings)
    mine = {one.fingerprint for one in (*roots, *follows)}
    affected = [arns.name(arn) for one in (*roots, *follows) for arn in one.affects]
    seen = [one for one in diagnosis.explanations if mine & set(one.findings)]
    worst = roots[0]
    made = Incident(
        key=key,
        title=worst.problem.message,
        rule=worst.rule,
        severity=worst.severity,
        subject=worst.subject,
        findings=tuple(roots),
        follows=follows,
        functions=_rows(affected, rows),
    )
    return _counted(made, seen)


def _consequences(roots: set[str], findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """What follows from the roots, directly or not."""
    found: dict[str, Finding] = {}
    pending = [one for one in findings if one.causes]
    known = set(roots)
    while new := [one for one in pending if known & set(one.causes) and one.fingerprint not in found]:
        found.update((one.fingerprint, one) for one in new)
        known.update(found)
    return tuple(found.values())


def _rows(names: Iterable[str], rows: dict[str, FunctionRow]) -> tuple[FunctionRow, ...]:
    """The rows of these functions, each once, in the order of ``rows``."""
    wanted = set(names)
    return tuple(row for name, row in rows.items() if name in wanted)


def _counted(one: Incident, seen: Sequence[Explanation]) -> Incident:
    """An incident with how often, and since when, its functions were seen to fail from it."""
    counts: dict[str, int] = {}
    for explained in seen:
        name = arns.name(explained.observation.function)
        counts[name] = counts.get(name, 0) + explained.observation.count
    first = min((explained.observation.first for explained in seen), default=None)
    last = max((explained.observation.last for explained in seen), default=None)
    return replace(one, failures=counts, first=first, last=last)


def _unexplained(diagnosis: Diagnosis, rows: dict[str, FunctionRow]) -> tuple[Incident, ...]:
    """Failures that are open, by what was seen."""
    kinds: dict[str, list[Explanation]] = {}
    for one in diagnosis.explanations:
        if one.open:
            symptom = one.observation.symptom
            words = symptom.kind.replace("_", " ") + (f": {symptom.detail}" if symptom.detail else "")
            kinds.setdefault(words, []).append(one)
    return tuple(_counted(_open(words, seen, rows), seen) for words, seen in sorted(kinds.items()))


def _open(words: str, seen: Sequence[Explanation], rows: dict[str, FunctionRow]) -> Incident:
    names = (arns.name(one.observation.function) for one in seen)
    return Incident(key=f"unexplained {words}", title=words, rule="", functions=_rows(names, rows))
