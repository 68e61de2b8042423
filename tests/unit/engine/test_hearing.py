"""Which rules are not heard: those that say nothing by what is seen at a glance, and never one that would."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from doctor.engine import hearing
from doctor.engine.diagnose import diagnose
from doctor.engine.facts import Clock, Invocations, Metrics, Placement, Triggers
from doctor.engine.facts.push import NOT_READ
from doctor.engine.glances import GLANCES
from doctor.engine.glances import seen as at_a_glance
from doctor.engine.rule import Rule
from doctor.engine.standin import NotTold, Some, StandIn
from doctor.engine.world import World
from doctor.model.call import Call, Gap
from doctor.model.finding import Diagnosis, Problem, Severity
from doctor.model.function import Function
from doctor.model.telemetry import SymptomKind, TracedCall
from doctor.shelf import demo, load_rule
from doctor.store import snapshots
from doctor.testing.trial import trial
from doctor.testing.world import function, world

ROOT = Path(__file__).parents[3]
RULES = [one for path in sorted((ROOT / "rules").glob("*/*.py")) for one in load_rule(path)]
TRIALS = [trial(one, path, RULES) for path in sorted((ROOT / "rules").glob("*/*.py")) for one in load_rule(path)]
READS = sorted({read for rule in RULES for _, need in rule.needs for read in getattr(need, "reads", ())})

PARTS = sorted({read for rule in RULES for _, need in rule.needs for read in getattr(need, "parts", ())} - {*READS})


@pytest.fixture(autouse=True)
def _many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few functions are heard without looking first: here no number is few."""
    monkeypatch.setattr(hearing, "FEW", 0)


def heard_and_all(seen: World) -> tuple[Diagnosis, Diagnosis]:
    """What is said by the rules that are heard, and what all of them say: nothing is told at a glance, so that each is heard."""
    said = diagnose(World(seen.snapshot), RULES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hearing, "seen", lambda *_: (None,) * len(GLANCES))
        return said, diagnose(World(seen.snapshot), RULES)


@pytest.mark.parametrize("one", TRIALS, ids=lambda one: one.rule.name)
def test_what_is_not_heard_had_nothing_to_say(one: Any) -> None:
    for seen in (*one.broken.values(), *one.healthy.values()):
        said, everything = heard_and_all(seen)

        assert said == everything


@pytest.mark.parametrize("read", READS)
def test_nor_where_a_read_is_missing(read: str) -> None:
    service, _, operation = read.partition(":")
    snapshot = snapshots.read(demo())
    gap = Gap(reason="denied", call=Call(service=service, operation=operation))
    said, everything = heard_and_all(World(replace(snapshot, gaps=(gap,))))

    assert said == everything


def told_wrongly(seen: World) -> Iterator[str]:
    """What glances tell of the functions of a world and is not so."""
    for version in seen.live:
        values = at_a_glance(seen, version)
        for one, value in zip(GLANCES, values, strict=True):
            for need, told in (one.tells(value) if value is not None else {}).items():
                assert need in one.about
                made = version if need is Function else need.of(seen, version)
                if not isinstance(told, dict):
                    yield from [] if made == told else [f"{need.__name__} of {version.arn}"]
                    continue
                for name, known in told.items():
                    if not callable(known) and name != "owners" and getattr(made, name) != known:
                        yield f"{need.__name__}.{name} of {version.arn}"
                    for given in ASKED.get(name, ()):
                        asked = tuple(version.timeout if one is TIMEOUT else one for one in given)
                        if answered(known, *given) not in (NotTold, getattr(made, name)(*asked)):
                            yield f"{need.__name__}.{name}{given} of {version.arn}"


TIMEOUT = "timeout"
"""The version's own, of which no more is known at a glance than that it is some number."""
ASKED: dict[str, list[tuple[Any, ...]]] = {
    "hurried": [(TIMEOUT,), (3,)],
    "kept_waiting": [(500.0,), (1000.0,), (5000.0,)],
    "leaking": [()],
    "showing": [(kind,) for kind in SymptomKind],
    "started_in": [(500.0,), (1000.0,), (3000.0,)],
    "telling": [('"platform.logsDropped"',), ("RESTORE_REPORT",), ("REPORT",)],
}
"""What glances answer themselves, and what rules ask."""


def answered(known: Any, *given: Any) -> Any:
    try:
        return known(*[Some() if one is TIMEOUT else one for one in given])
    except NotTold:
        return NotTold


@pytest.mark.parametrize("one", TRIALS, ids=lambda one: one.rule.name)
def test_what_is_told_at_a_glance_is_so(one: Any) -> None:
    for seen in (*one.broken.values(), *one.healthy.values()):
        assert list(told_wrongly(World(seen.snapshot))) == []


@pytest.mark.parametrize("read", ["", *READS, *PARTS, *NOT_READ])
def test_also_where_a_read_is_missing(read: str) -> None:
    service, _, operation = read.partition(":")
    snapshot = snapshots.read(demo())
    for arn in ("", World(snapshot).live[0].arn):
        gaps = (Gap(reason="denied", call=Call(service=service, operation=operation), resource=arn),) if read else ()

        assert list(told_wrongly(World(replace(snapshot, gaps=gaps)))) == []


def test_what_x_ray_recorded_is_something_that_it_did() -> None:
    snapshot = snapshots.read(demo())
    idle = [one for one in World(snapshot).live if not World(snapshot).acted(one)]
    call = TracedCall(function=idle[0].arn, service="sqs", operation="SendMessage", trace_id="1", at=snapshot.taken_at)

    assert World(replace(snapshot, traced=(call,))).acted(idle[0])


def given(check: Any, *needs: type) -> Rule:
    named = tuple((f"given{number}", need) for number, need in enumerate(needs))
    return Rule(name="mine", severity=Severity.LOW, page="Mine.", needs=named, check=check)


def problem() -> Problem:
    return Problem(message="so", evidence=())


def asks_for_more(given0: Function, given1: Triggers) -> Iterator[Problem]:
    if given0.memory_size > 100 or given1.queues:
        yield problem()


def speaks_of_what_is_absent(given0: Function, given1: Placement) -> Iterator[Problem]:
    if not given1.subnets:
        yield problem()


def counts_what_is_some(given0: Function, given1: Metrics) -> Iterator[Problem]:
    calls = given1.total("Invocations")
    if calls * given0.timeout > -1:
        yield problem()


@pytest.mark.parametrize("check", [asks_for_more, speaks_of_what_is_absent, counts_what_is_some])
def test_a_rule_that_looks_at_more_is_heard(check: Any) -> None:
    rule = given(check, *[need for name, need in check.__annotations__.items() if name != "return"])
    said = diagnose(world(function("one")), [rule])

    assert [one.rule for one in said.findings] == ["mine"]


def test_a_gap_behind_what_is_silent_is_told() -> None:
    """The rule says nothing without triggers; that its metrics were not read is said all the same."""

    def check(given0: Function, given1: Triggers, given2: Metrics) -> Iterator[Problem]:
        yield from (problem() for _ in given1.queues if given2.total("Errors"))

    gap = Gap(reason="denied", call=Call(service="cloudwatch", operation="GetMetricData"))
    seen = world(function("one")).snapshot
    rule = given(check, Function, Triggers, Metrics)

    assert [skip.gap for skip in diagnose(World(replace(seen, gaps=(gap,))), [rule]).skips] == [gap]
    assert diagnose(World(seen), [rule]).skips == ()


def test_a_rule_that_crashes_is_heard() -> None:
    def check(given0: Function) -> Iterator[Problem]:
        raise ValueError(given0.function_name)

    (crash,) = diagnose(world(function("one")), [given(check, Function)]).crashes
    assert crash.error.startswith("ValueError: one (engine/test_hearing.py:")


@pytest.mark.parametrize(
    "ask",
    [
        lambda it: it.all,
        lambda it: it.succeeded,
        lambda it: it.showing(SymptomKind.DENIED) or it.leaking(),
        lambda it: it == Clock,
        bool,
        lambda it: f"{it}",
        lambda it: isinstance(it, Invocations),
        lambda it: {it},
        lambda it: getattr(it, "all", ()),
        lambda it: hasattr(it, "changed"),
    ],
)
def test_a_stand_in_answers_nothing_that_it_does_not_know(ask: Any) -> None:
    known = StandIn(Invocations, {"symptoms": (), "texts": (), "said": ""})

    assert (known.failed, known.timed_out, known.saying("x")) == ((), (), ())
    with pytest.raises(NotTold):
        ask(known)


@pytest.mark.parametrize(
    "ask",
    [
        lambda it: it > 1,
        lambda it: it in (1, 2),
        lambda it: it * 2 == 2,
        int,
        range,
        lambda it: getattr(it, "real", 0),
        lambda it: f"{it:.0f}",
        lambda it: -it or 1,
    ],
)
def test_nothing_is_decided_by_some_number(ask: Any) -> None:
    with pytest.raises(NotTold):
        ask(1000 * round(Some() + 1))


def test_a_stand_in_of_a_moment_has_none() -> None:
    with pytest.raises(NotTold):
        _ = StandIn(Clock, {}).now
