"""The worked scenarios: what is documented or well known must be answered so; what was inferred only informs."""

from typing import Any

import pytest

from tests.unit.network.scenarios import SCENARIOS, answer, differences

SETTLED = [one for one in SCENARIOS if one["confidence"] != "inferred"]
INFERRED = [one for one in SCENARIOS if one["confidence"] == "inferred"]


@pytest.mark.parametrize("scenario", SETTLED, ids=lambda one: one["id"])
def test_a_scenario_is_answered_as_it_was_worked_out(scenario: dict[str, Any]) -> None:
    trace = answer(scenario)

    assert differences(scenario, trace) == []


@pytest.mark.parametrize("scenario", INFERRED, ids=lambda one: one["id"])
def test_an_inferred_scenario_is_answered_at_all(scenario: dict[str, Any], record_property: Any) -> None:
    """Its expected answer is a guess; whether ours is the same is recorded, not required."""
    trace = answer(scenario)
    record_property("differences", differences(scenario, trace))

    assert trace.verdict in ("reachable", "unreachable", "partial", "unknown")
