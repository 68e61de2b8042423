"""Shrinking: the smallest event for which something holds, in few questions, the same way each time."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctor.sandbox.events.shrink import shrink


def smallest(value: Any, holds: Callable[[Any], bool]) -> tuple[Any, int]:
    """The smallest value for which something holds, and how often it was asked."""
    job, asked = shrink(value), 0
    try:
        candidate = next(job)
        while True:
            asked += 1
            candidate = job.send(holds(candidate))
    except StopIteration as end:
        return end.value, asked


ORDER = {"Records": [{"body": json.dumps({"id": n, "lines": list(range(n))}), "messageId": f"m{n}"} for n in range(20)]}


def _has_thirteen(event: Any) -> bool:
    bodies = [json.loads(one["body"]) for one in event.get("Records", ()) if "body" in one]
    return any(one.get("id") == 13 for one in bodies if isinstance(one, dict))


CASES = [
    ({"a": 1, "b": {"c": [1, 2, 3]}}, lambda event: 2 in event.get("b", {}).get("c", ()), {"b": {"c": [2]}}),
    ({"a": "x" * 100}, lambda event: len(event.get("a", "")) >= 40, {"a": "x" * 40}),
    ({"n": 1000, "m": 2}, lambda event: event.get("n", 0) > 100, {"n": 125}),
    ({"n": [{"k": 1}] * 9}, lambda event: len(event.get("n", ())) >= 5, {"n": [{}] * 5}),
    (ORDER, _has_thirteen, {"Records": [{"body": '{"id": 13}'}]}),
    ({"a": 1}, lambda _: True, {}),
    ([1, "x", None], lambda event: None in event, [None]),
    ("text", lambda event: event == "text", "text"),
    (None, lambda _: True, None),
]


@pytest.mark.parametrize(("event", "holds", "wanted"), CASES)
def test_what_does_not_matter_is_left_out(event: Any, holds: Callable[[Any], bool], wanted: Any) -> None:
    assert smallest(event, holds)[0] == wanted


def test_it_takes_few_questions() -> None:
    assert smallest(ORDER, _has_thirteen)[1] < 60


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


@given(_JSON, st.integers(1, 40))
def test_what_is_left_still_holds_and_nothing_grows(event: Any, size: int) -> None:
    def holds(candidate: Any) -> bool:
        return len(json.dumps(candidate)) >= min(size, len(json.dumps(event)))

    left = smallest(event, holds)[0]

    assert holds(left)
    assert len(json.dumps(left)) <= len(json.dumps(event))
    assert smallest(event, holds)[0] == left
