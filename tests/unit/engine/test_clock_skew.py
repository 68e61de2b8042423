"""Clocks that disagree: a log of the future, lines that jump back and forth, metrics hours away from it. What failed is told all the same."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from doctor.engine.diagnose import diagnose
from doctor.engine.world import World
from doctor.model.snapshot import Snapshot
from doctor.model.telemetry import Invocation
from doctor.testing.trial import Trial
from tests.test_rules import TRIALS

Skew = Callable[[Snapshot], Snapshot]


def _each(snapshot: Snapshot, move: Callable[[Invocation], Invocation]) -> Snapshot:
    moved = {arn: [move(one) for one in those] for arn, those in snapshot.invocations.items()}
    return replace(
        snapshot, invocations={arn: tuple(sorted(those, key=lambda one: one.at)) for arn, those in moved.items()}
    )


def _log(by: timedelta) -> Skew:
    def moved(one: Invocation) -> Invocation:
        return replace(one, at=one.at + by, lines=tuple(replace(line, at=line.at + by) for line in one.lines))

    return lambda snapshot: _each(snapshot, moved)


def _lines(by: timedelta) -> Skew:
    """Every second line is that much early."""

    def moved(one: Invocation) -> Invocation:
        lines = [replace(line, at=line.at - by) if number % 2 else line for number, line in enumerate(one.lines)]
        return replace(one, lines=tuple(lines))

    return lambda snapshot: _each(snapshot, moved)


def _metrics(by: timedelta) -> Skew:
    def moved(snapshot: Snapshot) -> Snapshot:
        return replace(
            snapshot,
            metrics={
                arn: tuple(replace(one, timestamps=tuple(at + by for at in one.timestamps)) for one in series)
                for arn, series in snapshot.metrics.items()
            },
        )

    return moved


SKEWS: dict[str, Skew] = {
    "the log is five hours ahead": _log(timedelta(hours=5)),
    "the log is of years to come": _log(timedelta(days=3000)),
    "the log is a week late": _log(timedelta(days=-7)),
    "every second line is seven minutes early": _lines(timedelta(minutes=7)),
    "every second line is a day late": _lines(timedelta(days=-1)),
    "metrics are six hours ahead of the log": _metrics(timedelta(hours=6)),
    "metrics are minutes behind": _metrics(timedelta(minutes=-9)),
}


@pytest.mark.parametrize("name", SKEWS)
@pytest.mark.parametrize("one", TRIALS, ids=lambda one: one.rule.name)
def test_what_failed_is_told_and_nothing_crashes(one: Trial, name: str) -> None:
    """It may be that no rule explains it then, and that is said of each symptom that was seen."""
    for seen in (*one.broken.values(), *one.healthy.values()):
        before = diagnose(seen, [one.rule])
        after = diagnose(World(SKEWS[name](seen.snapshot)), [one.rule])

        assert after.crashes == ()
        assert {(each.observation.function, each.observation.symptom) for each in after.explanations} == {
            (each.observation.function, each.observation.symptom) for each in before.explanations
        }


@pytest.mark.parametrize("name", [name for name in SKEWS if name.startswith("the log")])
def test_a_log_whose_clock_is_wrong_by_itself_says_the_same(name: str) -> None:
    """What a log tells of itself does not hang on the time of day: rules that ask for the log alone find what they found."""
    for one in TRIALS:
        needs = {need.__name__ for _, need in one.rule.needs}
        if needs <= {"Function", "Invocations", "Waiting", "Contents"} and one.rule.name != "function-stuck-pending":
            for seen in one.broken.values():
                before, after = (
                    {finding.problem.message for finding in diagnose(world, [one.rule]).findings}
                    for world in (seen, World(SKEWS[name](seen.snapshot)))
                )

                assert after == before, one.rule.name
