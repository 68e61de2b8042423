"""Whoever watches a run is told what its gate meets, and in a silence what is waited for."""

from datetime import UTC, datetime

import pytest

from doctor.model.events import Event, Gated, Gauge, Job, Line
from doctor.model.gate import Connection
from doctor.sandbox.gate.keeper import Keeper
from doctor.sandbox.gate.watch import Silence, watched
from tests.unit.sandbox.gates import trace, views
from tests.unit.sandbox.support import finish
from tests.unit.sandbox.test_keeper import HOST, put, request

TICK = Gauge(memory=1, memory_limit=128, elapsed=0.0, time_limit=3000.0)
WHERE = "in create_connection, from get_secret app.py:31"


def hung(way: str = "dropped", protocol: str = "tcp") -> Gated:
    met = Connection(host="10.0.3.7", port=5432, way=way, protocol=protocol)  # type: ignore[arg-type]
    return Gated(at=datetime(2026, 1, 1, tzinfo=UTC), connection=met)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def told(event: Event, where: str, seconds: int) -> list[str]:
    """What is said of a silence of so many seconds after an event, looked at each second."""
    clock = Clock()
    silence = Silence(clock)
    silence.hear(event)
    said = []
    for _ in range(seconds):
        clock.now += 1
        said += [line.text for line in silence.due(where)]
        silence.hear(TICK)
    return said


@pytest.mark.parametrize(
    ("event", "where", "first"),
    [
        (hung(), WHERE, f"still waiting 2 s for 10.0.3.7:5432 {WHERE}"),
        (hung(), "", "still waiting 2 s for 10.0.3.7:5432"),
        (hung("refused"), "", None),
        (hung("refused"), WHERE, f"still at work after 2 s {WHERE}"),
        (hung(protocol="udp"), "", None),
        (Line(text="loading"), "in crunch app.py:7", "still at work after 2 s in crunch app.py:7"),
        (Line(text="loading"), "", None),
    ],
)
def test_a_silence_is_told_by_what_is_known_of_it(event: Event, where: str, first: str | None) -> None:
    assert told(event, where, 4) == ([first] if first else [])


def test_it_is_told_ever_more_rarely_and_never_stops() -> None:
    assert [text.split()[2] for text in told(hung(), "", 200)] == ["2", "5", "10", "20", "30", "60", "120", "180"]


def test_a_sign_of_life_ends_it() -> None:
    clock = Clock()
    silence = Silence(clock)
    silence.hear(hung())
    clock.now += 1.5
    silence.hear(Line(text="gave up"))
    clock.now += 1.5

    assert not list(silence.due(""))


def test_what_the_gate_meets_comes_between_the_events_and_none_is_lost() -> None:
    keeper = Keeper(put())

    def job() -> Job[str]:
        yield TICK
        keeper.answer(HOST, 443, request())
        yield TICK
        keeper.answer(HOST, 443, request())
        return "the end"

    result, events = finish(watched(job(), keeper, str))

    assert result == "the end"
    assert [type(one) for one in events] == [Gauge, Gauge, Gated, Gated]
    assert {one.call.call for one in events if isinstance(one, Gated) and one.call} == {"dynamodb:PutItem"}


def test_a_connection_that_opens_is_no_news() -> None:
    keeper = Keeper(views(network=lambda to: trace(to, "unreachable" if to.port == 1 else "reachable")))
    keeper.way("10.0.0.1", 443)
    keeper.way("10.0.0.1", 1)

    assert [one.connection.port for one in keeper.news() if one.connection] == [1]
    assert not list(keeper.news())
