"""Which sizes a fix tries, and what it says about them."""

import pytest

from doctor.engine.operations import operation
from doctor.engine.plan import carry_out
from doctor.engine.sizes import more_memory, more_storage, more_time
from doctor.engine.world import World
from doctor.model.function import EphemeralStorage, Function
from doctor.rules_api import lambda_
from doctor.testing.world import function, world


@pytest.mark.parametrize(
    ("size", "used", "tried"),
    [
        (128, 128, [192, 256, 512]),
        (128, 120, [192, 256, 512]),
        (512, 500, [768, 1024, 2048]),
        (512, 100, []),
        (4096, 4096, [6144, 8192, 10_240]),
        (8192, 8000, [10_240]),
        (10_240, 10_240, []),
    ],
)
def test_memory_sizes_follow_what_was_used(size: int, used: int, tried: list[int]) -> None:
    fixes = more_memory(function(memory_size=size), used)

    assert [fix.steps[0].call.parameters["MemorySize"] for fix in fixes] == tried


def test_a_fix_says_what_it_costs() -> None:
    first = more_memory(function(memory_size=128), 128)[0]

    assert first.cost == "a millisecond costs 1.5 times as much; with 1.5 times the CPU it may take fewer"


@pytest.mark.parametrize(("size", "tried"), [(512, [768, 1024, 2048]), (8192, [10_240]), (10_240, [])])
def test_storage_sizes_follow_what_there_is(size: int, tried: list[int]) -> None:
    fixes = more_storage(function(ephemeral_storage=EphemeralStorage(size=size)))

    assert [fix.steps[0].call.parameters["EphemeralStorage"]["Size"] for fix in fixes] == tried


F = function()


@pytest.mark.parametrize(
    ("step", "field", "before", "after"),
    [
        (
            lambda_.set_ephemeral_storage(F, 1024),
            "ephemeral_storage",
            EphemeralStorage(size=512),
            EphemeralStorage(size=1024),
        ),
        (lambda_.set_handler(F, "main.handler"), "handler", "app.handler", "main.handler"),
    ],
)
def test_a_step_and_its_undo_set_the_field(step, field: str, before: object, after: object) -> None:
    known = operation(step.call)
    assert known is not None
    start = world(F)
    changed = World(carry_out(start.snapshot, [step]))
    undo = known.undo(start, step.call)
    assert undo is not None
    back = World(known.effect(changed.snapshot, undo)[0])

    assert [getattr(one.get(F.arn, Function), field) for one in (start, changed, back)] == [before, after, before]


def test_what_a_step_touches_is_told_as_json_carries_it() -> None:
    """Also what is the default: an undo must be able to name it."""
    step = lambda_.set_ephemeral_storage(F, 1024)
    known = operation(step.call)
    assert known is not None
    undo = known.undo(world(F), step.call)

    assert {one.field: one.value for one in known.touches(world(F), step.call)}["EphemeralStorage"] == {"Size": 512}
    assert undo is not None
    assert undo.parameters["EphemeralStorage"] == {"Size": 512}


@pytest.mark.parametrize(
    ("timeout", "given", "tried"),
    [
        (3, (6, 18, 60), [6, 18, 60]),
        (3, (2.5, 4.2, 4.9), [5]),
        (400, (800, 2400, 8000), [800, 900]),
        (900, (1800,), []),
    ],
)
def test_timeouts_are_whole_seconds_longer_than_today_and_not_longer_than_there_are(
    timeout: int, given: tuple[float, ...], tried: list[int]
) -> None:
    fixes = more_time(function(timeout=timeout), *given)

    assert [fix.steps[0].call.parameters["Timeout"] for fix in fixes] == tried
