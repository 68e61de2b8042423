"""What every format tells of a report, in sentences: evidence, causes, who else is hit, and what remains open."""

from collections.abc import Iterable, Iterator, Mapping

from doctor.model.call import Gap
from doctor.model.finding import Crash, Diagnosis, Evidence, Finding, Skip, Suppressed
from doctor.model.record import Record
from doctor.report.lines import words

REASONS = {
    "denied": "denied",
    "throttled": "throttled away",
    "failed": "failed",
    "not_asked": "not asked for",
    "unsupported": "not supported here",
    "absent": "absent",
}
_NAMED = 5
"""So many functions of an incident are named; the JSON report has them all."""


class Unseen(Record):
    """A call that failed alike, maybe for many resources, and the rules that it kept from looking."""

    gap: Gap
    """The first."""
    others: int
    """How many resources there are beside the first one's."""
    rules: tuple[str, ...]


class Broken(Record):
    """A rule that crashed in the same way, maybe on many subjects."""

    rule: str
    error: str
    subjects: tuple[str, ...]


def gap(gap: Gap, others: int = 0) -> str:
    """What was not seen and why, in one sentence without an end; of ``others`` beside the gap's own resource too."""
    more = f" and {others:,} more" if others else ""
    where = f" of {words.resource(gap.resource)}{more}" if gap.resource else ""
    error = f": {gap.error}" if gap.error else ""
    return f"{gap.call.name}{where} {REASONS[gap.reason]}{error}"


def unseen(skips: Iterable[Skip]) -> tuple[Unseen, ...]:
    """What kept rules from looking: a call that failed alike for many resources is told once."""
    alike: dict[tuple[str, str], list[Skip]] = {}
    for one in skips:
        alike.setdefault((one.gap.call.name, one.gap.reason), []).append(one)
    return tuple(
        Unseen(
            gap=those[0].gap,
            others=len({one.gap.resource for one in those}) - 1,
            rules=tuple(sorted(set().union(*{id(one.rules): one.rules for one in those}.values()))),
        )
        for those in alike.values()
    )


def unseen_text(one: Unseen) -> str:
    """The call and what became of it."""
    return gap(one.gap, one.others)


def broken(crashes: Iterable[Crash]) -> tuple[Broken, ...]:
    """Rules that crashed: what one did alike on many subjects is told once."""
    alike: dict[tuple[str, str], list[str]] = {}
    for one in crashes:
        alike.setdefault((one.rule, one.error), []).append(one.subject)
    return tuple(
        Broken(rule=rule, error=error, subjects=tuple(dict.fromkeys(subjects)))
        for (rule, error), subjects in alike.items()
    )


def broken_text(one: Broken) -> str:
    """The error, and on what."""
    return f"{one.error}, on {_several(one.subjects)}"


def _several(subjects: tuple[str, ...]) -> str:
    if not subjects[0]:
        return "the account"
    more = f" and {len(subjects) - 1:,} more" if len(subjects) > 1 else ""
    return words.resource(subjects[0]) + more


def evidence(one: Evidence) -> str:
    """One cited place on a line: field, value, resource; then the call that it came from, and when."""
    at = f" at {one.at:%Y-%m-%d %H:%M:%S} UTC" if one.at else ""
    return f"{one.field}: {words.value(one.value)} ({words.resource(one.resource)}), {one.source}{at}"


def hit(finding: Finding) -> str:
    """The functions that an incident hits; empty where it is one alone."""
    names = sorted({words.resource(arn) for arn in finding.affects})
    if len(names) < 2 and set(finding.affects) <= {finding.subject}:  # noqa: PLR2004 -- one is no incident
        return ""
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return f"hits {words.count(len(names), 'function')}: {', '.join(names[:_NAMED])}{more}" if names else ""


def causes(finding: Finding, known: Mapping[str, Finding]) -> Iterator[str]:
    """Of what a finding is a consequence; nothing of a root."""
    for one in finding.causes:
        if one in known:
            yield f"a consequence of {known[one].rule} on {words.resource(known[one].subject)}"


def by_fingerprint(diagnosis: Diagnosis) -> dict[str, Finding]:
    """Every finding, those that somebody lives with too."""
    every = (*diagnosis.findings, *(one.finding for one in diagnosis.suppressed))
    return {one.fingerprint: one for one in every}


def around(finding: Finding, known: Mapping[str, Finding]) -> tuple[str, ...]:
    """What stands beside a finding's message: how sure it is, whom else it hits, and what it is a consequence of."""
    sure = finding.problem.confidence
    told = ("" if sure == "certain" else f"confidence {sure}", hit(finding), *causes(finding, known))
    return tuple(text for text in told if text)


def details(finding: Finding, known: Mapping[str, Finding]) -> tuple[str, ...]:
    """All that stands below a finding's message: what is around it, its evidence, and the best way out."""
    fixes = (f"fix: {fix.title} ({fix.applicability})" for fix in finding.problem.fixes[:1])
    return (*around(finding, known), *map(evidence, finding.problem.evidence), *fixes)


def open_ends(diagnosis: Diagnosis) -> Iterator[tuple[str, str]]:
    """Failures that no rule explains, as a function's ARN and what was seen of it; then those before the last change."""
    for one in diagnosis.explanations:
        if one.findings:
            continue
        seen = one.observation
        told = f"{words.symptom(seen.symptom)}, {words.count(seen.count, 'time')}"
        if one.changed is None:
            yield seen.function, f"seen to fail, not explained by any rule yet: {told}"
        else:
            yield seen.function, f"seen to fail before its last change, not since: {told}"


def lived_with(diagnosis: Diagnosis) -> tuple[list[Suppressed], str]:
    """What a team lives with by its own words, and how many findings its baseline had; a baseline is counted, not listed."""
    waived = [one for one in diagnosis.suppressed if one.by == "configuration"]
    known = len(diagnosis.suppressed) - len(waived)
    return waived, f"{words.count(known, 'finding')} in the baseline" if known else ""


def suppressed(one: Suppressed) -> str:
    """Why a finding is lived with, and until when."""
    return f"{one.reason}, until {one.expires}" if one.expires else one.reason
