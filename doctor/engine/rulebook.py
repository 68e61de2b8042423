"""The rules with what each of them said about a snapshot."""

from collections.abc import Iterable, Sequence

from doctor.engine.report import card
from doctor.engine.rule import Rule
from doctor.model import arns
from doctor.model.answers import RuleRow
from doctor.model.finding import Diagnosis


def rulebook(rules: Sequence[Rule], diagnosis: Diagnosis) -> tuple[RuleRow, ...]:
    """Every rule: those that found something first, the most functions first, then by name."""
    looked = set(map(arns.unqualified, diagnosis.functions))
    found = [_row(rule, diagnosis, looked) for rule in rules]
    return tuple(sorted(found, key=lambda row: (not row.hit, row.card.severity.rank, -len(row.hit), row.card.name)))


def _row(rule: Rule, diagnosis: Diagnosis, looked: set[str]) -> RuleRow:
    hit = _names(arn for one in diagnosis.findings if one.rule == rule.name for arn in one.affects)
    unseen = _names(one.subject for one in diagnosis.skips if rule.name in one.rules)
    crashes = [one for one in diagnosis.crashes if one.rule == rule.name]
    crashed = _names(one.subject for one in crashes)
    return RuleRow(
        card=card(rule),
        folder=rule.folder,
        covers=rule.covers,
        hit=tuple(sorted(hit)),
        passed=len({arns.name(arn) for arn in looked} - hit - unseen - crashed),
        unseen=len(unseen - hit),
        crashed=tuple(f"{arns.name(one.subject)}: {one.error}" for one in crashes),
    )


def _names(subjects: Iterable[str]) -> set[str]:
    return {arns.name(arn) for arn in subjects if ":function:" in arn}
