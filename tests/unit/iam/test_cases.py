"""Every authorisation case is decided as it says, by the statements it says."""

from typing import Any

import pytest

from doctor.iam.evaluate import judge
from doctor.iam.explain import decide
from doctor.iam.principals import How
from doctor.model.decision import Decision
from tests.unit.iam.iam_cases import load, policies_of, request_of

CASES = [*load("cases.json"), *load("truth.json")]
NAMED = {
    "any": "Match",
    "exact": "Match",
    "role": "SessionRoleMatch",
    "user": "SessionUserMatch",
    "account": "AccountLevelMatch",
    None: "Match",
}
LAYERS = {"pb": "boundary", "vpce": "endpoint"}


def verdict(decision: Decision) -> str:
    if decision.result == "denied":
        return "ExplicitlyDenied" if decision.explicit else "ImplicitlyDenied"
    return decision.result.capitalize()


def matched(decision: Decision, effect: str) -> list[list[Any]]:
    """The statements that apply, in the cases' own words."""
    found = [
        [ref.layer, ref.policy, ref.index, ref.target or NAMED[one.principal]]
        for layer in decision.layers
        for one in layer.matches
        if (ref := one.statement).effect == effect
    ]
    return sorted(found)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_case_is_decided_as_it_says(case: dict[str, Any]) -> None:
    decision = decide(policies_of(case), request_of(case))

    assert verdict(decision) == case["expected"]["result"]
    assert decision.flaws == ()
    assert decision.unknown_keys == ()
    if "matched" in case["expected"]:
        assert matched(decision, "Allow") == sorted(case["expected"]["matched"]["allow"])
        assert matched(decision, "Deny") == sorted(case["expected"]["matched"]["deny"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_denial_names_the_layers_that_block(case: dict[str, Any]) -> None:
    decision = decide(policies_of(case), request_of(case))
    expected = {LAYERS.get(name, name) for name in case["expected"].get("blocked_by", ())}

    assert expected <= set(decision.blockers)
    assert bool(decision.blockers) == (decision.result != "allowed")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_with_nothing_known_no_case_is_decided_the_other_way(case: dict[str, Any]) -> None:
    """When no key is known, the answer is the same, or that it depends."""
    known = request_of(case)
    unknown = request_of({**case, "request": {**case["request"], "context": {}}}, is_unknown=lambda _key: True)
    policies = policies_of(case)

    assert judge(policies, unknown).result in (1, judge(policies, known).result)


def test_the_strongest_way_of_being_named_counts() -> None:
    assert list(How) == [How.ACCOUNT, How.ROLE, How.USER, How.EXACT, How.ANY]
