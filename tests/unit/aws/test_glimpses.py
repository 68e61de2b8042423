"""Somebody sees an account while it is read, and no more often than the reading can bear."""

from doctor.aws.glimpses import Glimpses
from doctor.testing.world import world

SO_FAR = world().snapshot


def seen(times: list[float], cost: float = 0.0) -> list[float]:
    """When of these times it was shown, if showing it takes ``cost`` seconds."""
    now, shown = [0.0], []

    def see(_: object) -> None:
        shown.append(now[0])
        now[0] += cost

    glimpses = Glimpses(see, lambda: SO_FAR, clock=lambda: now[0])
    for time in times:
        now[0] = max(now[0], time)
        glimpses.maybe()
    return shown


def test_it_is_shown_after_a_while_and_then_again() -> None:
    assert seen([0.0, 2.9, 3.0, 3.5, 5.9, 6.0, 9.1]) == [3.0, 6.0, 9.1]


def test_what_takes_long_to_look_at_is_shown_less_often() -> None:
    assert seen([float(second) for second in range(60)], cost=1.0) == [3.0, 24.0, 45.0]


def test_nobody_who_looks_costs_nothing() -> None:
    def so_far() -> None:
        raise AssertionError("nobody asked")

    Glimpses(None, so_far, clock=lambda: 1e9).maybe()  # type: ignore[arg-type, return-value]
