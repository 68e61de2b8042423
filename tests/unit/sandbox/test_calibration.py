"""The memory limit is what is left on Lambda by the function's own REPORT lines, and never lower than they prove."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctor.engine.logged import logged
from doctor.model.measured import Logged
from doctor.model.telemetry import Invocation
from doctor.sandbox.calibration import calibrated
from doctor.sandbox.limits import Limits
from doctor.testing.world import NOW
from tests.unit.sandbox.support import Ran
from tests.unit.sandbox.test_limits import handler

MB = 1 << 20


def said(used: int, status: str = "success", error_type: str = "", init: float | None = None) -> Invocation:
    return Invocation(
        request_id=f"{used}{status}",
        at=NOW,
        status=status,  # type: ignore[arg-type]
        error_type=error_type,
        duration=100.0,
        init_duration=init,
        memory_size=128,
        max_memory_used=used,
    )


KILLED = said(128, "error", "Runtime.OutOfMemory")


def test_anchors_are_of_healthy_invocations_and_a_kill_is_noticed() -> None:
    found = logged([said(60, init=300.0), said(70), said(20, "error", "ValueError"), KILLED])

    assert found == Logged(lines=2, least=60, most=70, full=True, duration=100.0, init=300.0)
    assert logged([]) == Logged(lines=0)
    assert not logged([said(60)]).full


@pytest.mark.parametrize(
    ("known", "held", "limit", "words"),
    [
        (None, 20, None, "not calibrated: no REPORT lines of healthy invocations were seen"),
        (Logged(lines=0, full=True), 20, None, "not calibrated: no REPORT lines of healthy invocations were seen"),
        (Logged(lines=4, least=45, most=50), 20, None, "not needed: no invocation was killed for memory"),
        (Logged(lines=4, least=45, most=50, full=True), 20, 103, "103 of 128 MB"),
        (Logged(lines=4, least=45, most=50, full=True), 50, None, "not needed"),
        (Logged(lines=4, least=90, most=95, full=True), 20, None, "not calibrated: too far apart"),
        (Logged(lines=4, least=120, most=126, full=True), 58, 66, "66 of 128 MB"),
        (Logged(lines=4, least=128, most=128, full=True), 58, None, "not calibrated"),
    ],
)
def test_the_limit_and_why(known: Logged | None, held: int, limit: int | None, words: str) -> None:
    made = calibrated(known, 128, held * MB)

    assert made.limit == limit
    assert made.words.startswith(words)


sizes = st.integers(1, 400)


@given(least=sizes, spread=sizes, held=sizes, memory=st.sampled_from([128, 256]), full=st.booleans())
def test_what_healthy_invocations_take_is_never_too_much(
    least: int, spread: int, held: int, memory: int, full: bool
) -> None:
    """Above what lies idle here a handler may take at least as much as is free on Lambda beside the least that was used."""
    made = calibrated(Logged(lines=2, least=least, most=least + spread, full=full), memory, held * MB)

    assert made.limit is None or full
    if made.limit is not None:
        assert held < made.limit < memory
        assert made.limit - held == memory - least
        assert made.of(made.limit * MB, memory) == memory
    assert made.limit is not None or made.shift == 0


@given(least=sizes, held=sizes, peak=sizes)
def test_a_figure_is_never_above_the_functions_memory(least: int, held: int, peak: int) -> None:
    made = calibrated(Logged(lines=2, least=least, most=least, full=True), 128, held * MB)

    assert made.limit is None or made.of(peak * MB, 128) <= 128


TAKES = handler("kept = b'x' * (event << 20); return len(kept)")
NEAR = Limits(logged=Logged(lines=9, least=120, most=126, full=True))
"""On Lambda 8 MB are left."""


@pytest.mark.parametrize("memory", ["cgroup", "poll"])
def test_a_function_that_is_near_its_limit_on_lambda_is_near_it_here(local: Callable[..., Ran], memory: str) -> None:
    limits = Limits(logged=NEAR.logged, memory=memory)
    within, over, before = local(TAKES, 2, memory_size=128, limits=limits), None, None
    over = local(TAKES, 40, memory_size=128, limits=limits)
    before = local(TAKES, 40, memory_size=128)

    assert [one.outcome.__struct_config__.tag for one in (within, over, before)] == [
        "succeeded",
        "out_of_memory",
        "succeeded",
    ]
    assert 120 <= within.outcome.max_memory_used <= 128
    assert over.outcome.max_memory_used == 128
    assert "Max Memory Used: 128 MB" in over.report


def test_a_run_tells_by_how_many_lines_it_was_calibrated(local: Callable[..., Ran]) -> None:
    known = Logged(lines=9, least=120, most=126, full=True, duration=1.0, init=1.0)
    told = local(TAKES, 1, memory_size=128, limits=Limits(logged=known)).result.calibration

    assert told is not None
    assert (told.lines, told.there) == (9, 120)
    assert told.limit is not None
    assert told.limit < 128
    assert told.duration_factor is not None
    assert told.init_factor is not None
    assert local(TAKES, 1, memory_size=128).result.calibration is None
