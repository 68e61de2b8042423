"""What is true of every set of policies, however malformed."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctor.iam.evaluate import Level, Policies, judge
from doctor.iam.explain import decide
from doctor.iam.kleene import NO, YES
from doctor.iam.policy import compile_policy
from doctor.iam.request import Request, make_request
from doctor.model.decision import LayerName
from tests.unit.iam.iam_cases import load, policies_of, request_of

ROLE = "arn:aws:sts::111122223333:assumed-role/fn-role/fn"
PRINCIPALS = [
    ROLE,
    "arn:aws:iam::111122223333:user/bob",
    "arn:aws:iam::444455556666:user/eve",
    "s3.amazonaws.com",
    "anonymous",
]
RESOURCES = [
    "arn:aws:s3:::b/k",
    "arn:aws:sqs:us-east-1:111122223333:q",
    "arn:aws:kms:us-east-1:111122223333:key/1",
    "arn:aws:iam::111122223333:role/target",
    "*",
]
KEYS = ["aws:RequestedRegion", "aws:PrincipalTag/team", "aws:TagKeys", "test:Number"]
LAYERS: list[LayerName] = ["identity", "boundary", "session", "resource", "endpoint", "scp", "rcp"]

OPERATORS = ["StringEquals", "StringNotLike", "NumericLessThan", "Null", "ArnLike", "IpAddress", "DateEquals", "Bool"]
FORMS = ["{}", "{}IfExists", "ForAllValues:{}", "ForAnyValue:{}"]
VALUES = st.sampled_from(
    ["us-east-1", "red", "true", "1", "10.0.0.0/8", "*", "r*", "${aws:PrincipalTag/team}", "${absent}"]
)
CONDITIONS = st.dictionaries(
    st.builds(lambda operator, form: form.format(operator), st.sampled_from(OPERATORS), st.sampled_from(FORMS)),
    st.dictionaries(st.sampled_from(KEYS), st.lists(VALUES, max_size=2) | VALUES, max_size=2),
    max_size=2,
)
ACTIONS = st.sampled_from(["*", "s3:*", "s3:GetObject", "S3:get?bject", "sqs:SendMessage", "kms:Decrypt", "sts:*"])
PATTERNS = st.sampled_from(["*", "arn:aws:s3:::b/*", "arn:aws:s3:::${aws:PrincipalTag/team}/k", "arn:aws:sqs:*:*:q"])
NAMED = st.sampled_from(
    [
        "*",
        {"Service": "s3.amazonaws.com"},
        {"AWS": "*"},
        {"AWS": "111122223333"},
        {"AWS": ROLE},
        {"AWS": "arn:aws:iam::111122223333:role/fn-role"},
    ],
)


def some(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return values | st.lists(values, min_size=1, max_size=2)


@st.composite
def statements(draw: st.DrawFn, effect: str | None = None, *, named: bool = False) -> dict[str, Any]:
    found = {
        "Effect": effect or draw(st.sampled_from(["Allow", "Deny"])),
        draw(st.sampled_from(["Action", "NotAction"])): draw(some(ACTIONS)),
        draw(st.sampled_from(["Resource", "NotResource"])): draw(some(PATTERNS)),
        "Condition": draw(CONDITIONS),
    }
    return {**found, draw(st.sampled_from(["Principal", "NotPrincipal"])): draw(NAMED)} if named else found


@st.composite
def documents(draw: st.DrawFn, *, named: bool = False) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": draw(st.lists(statements(named=named), max_size=3))}


@st.composite
def layers(draw: st.DrawFn) -> dict[LayerName, list[dict[str, Any]]]:
    named = ("resource", "endpoint", "rcp")
    return {
        layer: draw(st.lists(documents(named=layer in named), max_size=1 + (layer == "identity"))) for layer in LAYERS
    }


def compiled(given_: dict[LayerName, list[dict[str, Any]]]) -> Policies:
    every = {
        layer: tuple(compile_policy(f"{layer}{index}", one, layer) for index, one in enumerate(those))
        for layer, those in given_.items()
    }
    bounds = {layer: tuple(Level("level", (one,)) for one in every.pop(layer)) for layer in ("scp", "rcp")}
    return Policies(**every, **bounds)


@st.composite
def requests(draw: st.DrawFn) -> Request:
    context = draw(
        st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["us-east-1", "red", "1", "true", ["red", "blue"]]))
    )
    unknown = draw(st.frozensets(st.sampled_from([key.lower() for key in KEYS])))
    return make_request(
        draw(st.sampled_from(PRINCIPALS)),
        draw(st.sampled_from(["s3:GetObject", "sqs:SendMessage", "kms:Decrypt", "sts:AssumeRole"])),
        draw(st.sampled_from(RESOURCES)),
        context,
        owner="111122223333",
        is_unknown=lambda key: key in unknown,
    )


@given(layers(), requests(), st.data())
def test_adding_a_deny_never_allows(
    before: dict[LayerName, list[dict[str, Any]]], request_: Request, data: st.DataObject
) -> None:
    layer, after = added(before, "Deny", data)

    assert judge(compiled(after), request_).result <= judge(compiled(before), request_).result, layer


@given(layers(), requests(), st.data())
def test_adding_an_allow_never_denies(
    before: dict[LayerName, list[dict[str, Any]]], request_: Request, data: st.DataObject
) -> None:
    layer, after = added(before, "Allow", data)

    assert judge(compiled(after), request_).result >= judge(compiled(before), request_).result, layer


def added(
    before: dict[LayerName, list[dict[str, Any]]], effect: str, data: st.DataObject
) -> tuple[LayerName, dict[LayerName, list[dict[str, Any]]]]:
    """A statement more in a document that exists: a first boundary or SCP would bound what nothing bounded."""
    layer = data.draw(st.sampled_from(LAYERS))
    statement = data.draw(statements(effect, named=layer in ("resource", "endpoint", "rcp")))
    grown = [{**one, "Statement": [*one["Statement"], statement]} for one in before[layer][:1]]
    return layer, {**before, layer: [*grown, *before[layer][1:]]}


@given(layers(), requests(), st.randoms(use_true_random=False))
def test_order_never_matters(
    before: dict[LayerName, list[dict[str, Any]]], request_: Request, chance: random.Random
) -> None:
    after = {
        layer: shuffled([{**one, "Statement": shuffled(one["Statement"], chance)} for one in those], chance)
        for layer, those in before.items()
    }
    first, second = judge(compiled(before), request_), judge(compiled(after), request_)

    assert (first.result, first.deny) == (second.result, second.deny)


def shuffled(items: list[Any], chance: random.Random) -> list[Any]:
    return chance.sample(items, len(items))


@given(layers(), requests())
def test_duplicates_never_matter(before: dict[LayerName, list[dict[str, Any]]], request_: Request) -> None:
    after = {layer: [{**one, "Statement": one["Statement"] * 2} for one in those] for layer, those in before.items()}

    assert judge(compiled(before), request_).result == judge(compiled(after), request_).result


@given(layers(), requests())
def test_what_depends_names_what_it_depends_on(
    before: dict[LayerName, list[dict[str, Any]]], request_: Request
) -> None:
    decision = decide(compiled(before), request_)

    assert (decision.result == "depends") <= bool(decision.unknown_keys)
    assert bool(decision.blockers) == (decision.result != "allowed")


@given(layers(), requests(), st.sampled_from(["us-east-1", "red", "1", None]))
def test_learning_a_key_never_turns_an_answer_round(
    before: dict[LayerName, list[dict[str, Any]]], request_: Request, value: str | None
) -> None:
    """A certain answer stays when an unknown key turns out to have a value, or to be absent."""
    policies = compiled(before)
    unknown = request_.context.unknown_among([key.lower() for key in KEYS])
    known = {key: request_.context.get(key) for key in map(str.lower, KEYS) if key not in unknown}
    learnt = {key: one for key, one in known.items() if one is not None} | dict.fromkeys(
        unknown if value else (), value
    )
    later = make_request(request_.caller.text, request_.action, request_.resource, learnt, owner=request_.owner)
    answer = judge(policies, request_).result

    assert answer not in (YES, NO) or judge(policies, later).result == answer


@given(layers(), requests(), st.sampled_from(LAYERS[:5]))
def test_an_unseen_layer_never_makes_a_denial_certain_that_was_not(
    before: dict[LayerName, list[dict[str, Any]]], request_: Request, layer: LayerName
) -> None:
    policies = compiled(before)
    hidden = policies._replace(unseen={layer: f"the {layer} policy"})
    decision = decide(hidden, request_)

    assert judge(hidden, request_).result >= judge(policies, request_).result or layer in (
        "boundary",
        "session",
        "endpoint",
    )
    assert decision.result != "allowed" or decision.assumptions


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | VALUES | ACTIONS | PATTERNS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
ELEMENTS = [
    "Sid",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Principal",
    "NotPrincipal",
    "Condition",
    "Else",
]


@st.composite
def malformed(draw: st.DrawFn) -> Any:
    """A statement that would allow everything, with some elements replaced by anything."""
    whole = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    broken = {**whole, **draw(st.dictionaries(st.sampled_from(ELEMENTS), JUNK, max_size=3))}
    document = {"Version": "2012-10-17", "Statement": draw(st.sampled_from([broken, [broken]]))}
    return draw(st.just(document) | JUNK | st.just({**document, draw(st.text(max_size=4)): 1}))


@given(malformed(), st.sampled_from(LAYERS), requests())
def test_a_malformed_document_never_crashes_and_never_allows_for_certain(
    given_: Any, layer: LayerName, request_: Request
) -> None:
    policy = compile_policy("p", given_, layer)
    alone = Policies(**{layer: (Level("l", (policy,)),) if layer in ("scp", "rcp") else (policy,)})
    decision = decide(alone, request_)
    unreadable = [flaw for flaw in policy.flaws if flaw.unreadable]

    if unreadable and layer in ("identity", "resource"):
        assert decision.result != "allowed"


@pytest.mark.parametrize("case", load("cases.json")[::7], ids=lambda case: case["id"])
def test_a_deny_of_everything_denies_every_case(case: dict[str, Any]) -> None:
    policies = policies_of(case)
    deny = {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}
    denied = policies._replace(identity=(*policies.identity, compile_policy("deny", deny, "identity")))

    assert judge(denied, request_of(case)).result == NO
