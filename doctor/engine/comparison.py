"""What changed since it worked: an earlier snapshot held against this one, with CloudTrail's events on one time line."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import get_args

from doctor.engine.belongings import belongings
from doctor.engine.differences import compared
from doctor.engine.report import per_hour
from doctor.engine.world import World
from doctor.model import arns
from doctor.model.answers import Changed, Comparison, Happening, Pace, Part
from doctor.model.finding import Diagnosis, Finding
from doctor.model.function import Function

_PARTS: tuple[Part, ...] = get_args(Part)


class Nearness:
    """How near a resource is to what fails: of one function, or of the whole account."""

    def __init__(self, world: World, diagnosis: Diagnosis, function: Function | None) -> None:
        findings = [one for one in diagnosis.findings if function is None or _concerns(one, function)]
        self._roots = {one.subject for one in findings if not one.causes}
        self._path = {cited.resource for one in findings for cited in one.problem.evidence} | {
            one.subject for one in findings
        }
        self._near = belongings(world, function) if function else frozenset()

    def of(self, arn: str) -> Part:
        """The part that a resource has."""
        bare = arns.unqualified(arn) if ":function:" in arn else arn
        parts: tuple[tuple[Part, AbstractSet[str]], ...] = (
            ("root", self._roots),
            ("path", self._path),
            ("near", self._near),
        )
        return next((part for part, those in parts if arn in those or bare in those), "other")


def _concerns(finding: Finding, function: Function) -> bool:
    return arns.unqualified(function.arn) in map(arns.unqualified, finding.affects)


def compare(
    now: World,
    diagnosis: Diagnosis,
    *,
    function: Function | None = None,
    before: World | None = None,
    earlier: Diagnosis | None = None,
) -> Comparison:
    """What changed between two snapshots, the nearest to what fails first, and when.

    Args:
        now: The later snapshot.
        diagnosis: Its diagnosis.
        function: The function that it is about; ``None``: the whole account.
        before: The earlier snapshot; ``None``: only CloudTrail tells.
        earlier: The earlier snapshot's diagnosis.
    """
    nearness = Nearness(now, diagnosis, function)
    found, unread = compared(before.snapshot, now.snapshot) if before else ((), ())
    changed = [Changed(difference=one, part=nearness.of(one.resource)) for one in found]
    changed.sort(key=lambda one: (_PARTS.index(one.part), one.difference.resource, one.difference.field))
    then = _findings(earlier, function)
    these = _findings(diagnosis, function)
    return Comparison(
        function=function.function_name if function else "",
        before=before.now if before else None,
        after=now.now,
        changed=tuple(changed),
        line=_line(now, diagnosis, function, nearness, before.now if before else None),
        came=tuple(one for key, one in these.items() if key not in then) if earlier else (),
        went=tuple(one for key, one in then.items() if key not in these),
        stayed=len(then.keys() & these.keys()),
        unread=unread,
        paces=(_pace(before, function), _pace(now, function)) if before and function else None,
    )


def _pace(world: World, function: Function) -> Pace:
    series = {(one.metric_name, one.stat): one for one in world.snapshot.metrics.get(function.arn, ())}
    duration = series.get(("Duration", "p95"))
    return Pace(
        p95=max(duration.values, default=None) if duration else None,
        errors_per_hour=per_hour(world, series.get(("Errors", "Sum"))),
    )


def _findings(diagnosis: Diagnosis | None, function: Function | None) -> dict[tuple[str, str], Finding]:
    """By rule and subject: a fingerprint changes with the places that are cited."""
    every = diagnosis.findings if diagnosis else ()
    return {(one.rule, one.subject): one for one in every if function is None or _concerns(one, function)}


def _line(
    now: World, diagnosis: Diagnosis, function: Function | None, nearness: Nearness, before: datetime | None
) -> tuple[Happening, ...]:
    """Everything that has a time, oldest first."""
    happenings = [*_changes(now, nearness, everything=function is None), *_onsets(diagnosis, function)]
    if before:
        happenings.append(Happening(at=before, kind="snapshot"))
    happenings.append(Happening(at=now.now, kind="now"))
    return tuple(sorted(happenings, key=lambda one: one.at))


def _changes(now: World, nearness: Nearness, *, everything: bool) -> Iterator[Happening]:
    """CloudTrail's events: all of an account's, of a function's those that name what belongs to it."""
    known = {arns.name(arn): arn for arn in now.snapshot.resources}
    for event in now.snapshot.changes:
        parts = [nearness.of(known.get(arns.name(one), one)) for one in event.resources]
        part: Part = min(parts, key=_PARTS.index, default="other")
        if everything or part != "other":
            names = ", ".join(dict.fromkeys(arns.name(one) for one in event.resources))
            text = f"{_operation(event.event_name)} {names}".strip()
            yield Happening(at=event.event_time, kind="change", text=text, by=event.username, part=part)


def _operation(event: str) -> str:
    """An event's operation without the date of the API's version: ``UpdateFunctionConfiguration``."""
    return event.rstrip("v0123456789") if event[-1:].isdigit() else event


def _onsets(diagnosis: Diagnosis, function: Function | None) -> Iterable[Happening]:
    """The first time that each symptom was seen in the snapshot's window."""
    for one in diagnosis.explanations:
        seen = one.observation
        if function is None or arns.unqualified(seen.function) == arns.unqualified(function.arn):
            yield Happening(at=seen.first, kind="onset", part="path", seen=seen)
