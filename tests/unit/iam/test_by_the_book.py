"""What AWS's public documentation says of awkward requests is what is decided, and a second evaluator finds the same of every mixture.

Sources of the cases: IAM User Guide ("Policy evaluation logic", "Condition operators", "Policy variables", "AWS JSON policy
elements: Principal", "NotPrincipal", "Multivalued context keys", "The confused deputy problem"), KMS, S3, DynamoDB, Lambda
and Organizations guides.
"""

import copy
import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctor.iam.evaluate import judge
from doctor.iam.kleene import MAYBE, NO, YES
from tests.unit.iam.iam_cases import load, policies_of, request_of
from tests.unit.iam.second_opinion import opinion

BOOK = load("by_the_book.json")
KNOWN = [case for case in [*load("cases.json"), *load("truth.json"), *BOOK] if "unknown" not in case]


def answer(case: dict[str, Any]) -> str:
    unknown = frozenset(case.get("unknown", ()))
    found = judge(policies_of(case), request_of(case, unknown.__contains__))
    denied = "ExplicitlyDenied" if found.deny == YES else "ImplicitlyDenied"
    return {YES: "Allowed", MAYBE: "Depends", NO: denied}[found.result]


@pytest.mark.parametrize("case", BOOK, ids=lambda case: case["id"])
def test_as_the_documentation_says(case: dict[str, Any]) -> None:
    assert answer(case) == case["expected"]["result"]


@pytest.mark.parametrize("case", KNOWN, ids=lambda case: case["id"])
def test_the_second_evaluator_knows_its_trade(case: dict[str, Any]) -> None:
    assert opinion(case) == case["expected"]["result"]


@given(st.randoms(use_true_random=False))
def test_two_evaluators_agree_on_every_mixture(chance: random.Random) -> None:
    case = mixed(chance)

    assert answer(case) == opinion(case)


def mixed(chance: random.Random) -> dict[str, Any]:
    """One case's request with layers of others, which are made to speak of what it asks for; keys come and go."""
    case, other = copy.deepcopy(chance.choice(KNOWN)), chance.choice(KNOWN)
    layers = spoken_of(case["request"], other["request"], json.dumps(other["policies"]), chance)
    for name in sorted(layers):
        if chance.random() < 0.6:
            case["policies"][name] = layers[name]
    stranger = chance.choice(KNOWN)["policies"]
    for name in sorted(stranger):
        if chance.random() < 0.1:
            case["policies"][name] = copy.deepcopy(stranger[name])
    context = case["request"]["context"]
    for one in chance.sample(KNOWN, 3):
        context.update({key: value for key, value in one["request"]["context"].items() if chance.random() < 0.5})
    for key in [key for key in sorted(context) if chance.random() < 0.2]:
        del context[key]
    if chance.random() < 0.2:
        case["request"]["resource_account"] = chance.choice(["111111111111", "222222222222"])
    return case


def spoken_of(mine: dict[str, Any], theirs: dict[str, Any], text: str, chance: random.Random) -> dict[str, Any]:
    """Policies about one request, written over to be about another."""
    pairs = [(theirs["action"], mine["action"])]
    pairs.append((f'"{theirs["action"].split(":")[0]}:', f'"{mine["action"].split(":")[0]}:'))
    if theirs["resource"] != "*":
        pairs.append((theirs["resource"], mine["resource"]))
        segments = zip(theirs["resource"].split(":", 5), mine["resource"].split(":", 5), strict=False)
        pairs += [pair for pair in segments if len(pair[0]) > len("arn") and chance.random() < 0.8]
    if isinstance(mine["principal"], str) and isinstance(theirs["principal"], str) and chance.random() < 0.7:
        pairs.append((theirs["principal"], mine["principal"]))
    for old, new in pairs:
        text = text.replace(old, new)
    return json.loads(text)
