"""What IAM would not accept is named, and neither allows nor denies for certain."""

from typing import Any

import pytest

from doctor.iam.evaluate import Policies
from doctor.iam.explain import decide
from doctor.iam.policy import compile_policy
from doctor.iam.request import InvalidRequest, make_request
from doctor.model.decision import Decision

USER = "arn:aws:iam::111122223333:user/bob"
ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
OBJECT = "arn:aws:s3:::b/k"


def decision_of(*documents: Any, action: str = "s3:GetObject", resource: str = OBJECT, **context: Any) -> Decision:
    policies = tuple(compile_policy(f"p{index}", one, "identity") for index, one in enumerate(documents))
    return decide(Policies(identity=policies), make_request(USER, action, resource, context, owner="111122223333"))


def document(*statements: Any, version: str = "2012-10-17") -> dict[str, Any]:
    return {"Version": version, "Statement": list(statements)}


MALFORMED: list[tuple[str, Any, str]] = [
    ("none", None, ""),
    ("a number", 7, ""),
    ("a list", [ALLOW], ""),
    ("broken JSON", '{"Statement": [', ""),
    ("no statement", {"Version": "2012-10-17"}, "Statement"),
    ("a statement that is text", document("Allow"), ""),
    ("no effect", document({"Action": "*", "Resource": "*"}), "Effect"),
    ("effect in lower case", document({**ALLOW, "Effect": "allow"}), "Effect"),
    ("no action", document({"Effect": "Allow", "Resource": "*"}), "Action"),
    ("both actions", document({**ALLOW, "NotAction": "s3:PutObject"}), "Action"),
    ("an action without service", document({**ALLOW, "Action": "GetObject"}), "Action"),
    ("an action that is a number", document({**ALLOW, "Action": 1}), "Action"),
    ("no actions", document({**ALLOW, "Action": []}), "Action"),
    ("no resource", document({"Effect": "Allow", "Action": "*"}), "Resource"),
    ("a resource that is no ARN", document({**ALLOW, "Resource": "my-bucket"}), "Resource"),
    ("a principal", document({**ALLOW, "Principal": "*"}), "Principal"),
    ("a misspelt element", document({**ALLOW, "Resources": "*"}), "Resources"),
    ("a misspelt operator", document({**ALLOW, "Condition": {"StringEqual": {"a": "b"}}}), "Condition"),
    ("a condition that is a list", document({**ALLOW, "Condition": []}), "Condition"),
    ("a condition without values", document({**ALLOW, "Condition": {"StringEquals": {"a": {}}}}), "Condition"),
    ("another version", document(ALLOW, version="2020-01-01"), "Version"),
    ("a version that is a list", {"Version": [], "Statement": [ALLOW]}, "Version"),
]


@pytest.mark.parametrize(("given", "element"), [row[1:] for row in MALFORMED], ids=[row[0] for row in MALFORMED])
def test_a_malformed_document_never_allows_for_certain(given: Any, element: str) -> None:
    decision = decision_of(given)

    assert decision.result == "depends"
    assert element in {flaw.element for flaw in decision.flaws}
    assert all(flaw.policy == "p0" and flaw.message for flaw in decision.flaws)


@pytest.mark.parametrize("given", [row[1] for row in MALFORMED], ids=[row[0] for row in MALFORMED])
def test_a_malformed_document_beside_a_good_one_lifts_no_denial(given: Any) -> None:
    deny = document({**ALLOW, "Effect": "Deny"})

    assert decision_of(document(ALLOW), deny, given).result == "denied"


TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
LAMBDA = ("lambda.amazonaws.com", "sts:AssumeRole", "arn:aws:iam::111122223333:role/r")


@pytest.mark.parametrize(
    ("principal", "result"),
    [
        ({"Service": "lambda.amazonaws.com"}, "allowed"),
        ({"Service": "edgelambda.amazonaws.com"}, "denied"),
        ("*", "allowed"),
        ("lambda.amazonaws.com", "depends"),
        ({"Services": "lambda.amazonaws.com"}, "depends"),
        ({"Service": {"a": "b"}}, "depends"),
        ({}, "depends"),
        (None, "depends"),
    ],
)
def test_a_principal_that_cannot_be_read_leaves_it_open(principal: Any, result: str) -> None:
    policy = compile_policy("trust", document({**TRUST, "Principal": principal}), "resource")

    assert decide(Policies(resource=(policy,)), make_request(*LAMBDA, {})).result == result


def test_a_resource_policy_without_principal_names_nobody() -> None:
    policy = compile_policy("trust", document({"Effect": "Allow", "Action": "sts:AssumeRole"}), "resource")

    assert decide(Policies(resource=(policy,)), make_request(*LAMBDA, {})).result == "denied"


def test_not_principal_with_allow_is_reported() -> None:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "NotPrincipal": {"AWS": USER}}

    assert "everyone else" in compile_policy("trust", document(statement), "resource").flaws[0].message


@pytest.mark.parametrize(
    ("resource", "result"),
    [
        ("arn:aws:s3:::b/${aws:PrincipalTag/team}", "depends"),
        ("arn:aws:s3:::other/${aws:PrincipalTag/team}", "denied"),
        ("arn:aws:s3:::b/${aws:PrincipalTag/team, 'k'}", "depends"),
    ],
)
def test_an_unknown_variable_in_a_resource_leaves_it_open(resource: str, result: str) -> None:
    policy = compile_policy("p", document({**ALLOW, "Resource": resource}), "identity")
    request = make_request(
        USER, "s3:GetObject", OBJECT, {}, owner="111122223333", is_unknown=lambda key: key == "aws:principaltag/team"
    )
    decision = decide(Policies(identity=(policy,)), request)

    assert decision.result == result
    assert decision.unknown_keys == (("aws:principaltag/team",) if result == "depends" else ())


def test_an_unreadable_statement_that_does_not_concern_the_request_changes_nothing() -> None:
    other = {"Effect": "Deny", "Action": "sqs:*", "Resource": "*", "Condition": {"NoSuch": {"a": "b"}}}
    decision = decision_of(document(ALLOW, other))

    assert decision.result == "allowed"
    assert decision.flaws != ()


def test_json_text_is_read() -> None:
    assert decision_of('{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}').result == "allowed"


@pytest.mark.parametrize(
    ("resource", "asked", "allowed"),
    [
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/a/c", True),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b", False),
        ("arn:aws:s3:::B/k", "arn:aws:s3:::b/k", False),
        ("arn:aws:*:b/k", "arn:aws:s3:::b/k", False),
        ("arn:*:s3:::b/?", "arn:aws:s3:::b/k", True),
        ("arn:aws:ec2:*:*:security-group*/*", "arn:aws:ec2:eu-west-1:111122223333:security-group-rule/s", True),
        ("arn:aws:s3", "arn:aws:s3:::b/k", True),
        ("arn:aws:s3:::b/${a:b}", "arn:aws:s3:::b/k", True),
        ("arn:aws:s3:::b/${absent}", "arn:aws:s3:::b/k", False),
        ("arn:aws:s3:::b/${absent, 'k'}", "arn:aws:s3:::b/k", True),
        ("arn:aws:sqs:eu-west-1:${colon}:q", "arn:aws:sqs:eu-west-1:1:2:q", False),
        ("arn:aws:s3:::b/${*}", "arn:aws:s3:::b/k", False),
        ("*", "*", True),
        ("arn:aws:s3:::*", "*", False),
    ],
)
def test_resources(resource: str, asked: str, allowed: bool) -> None:
    context = {"a:b": "k", "colon": "1:2"}
    statement = {**ALLOW, "Action": "*", "Resource": resource}
    decision = decision_of(document(statement), resource=asked, **context)

    assert (decision.result == "allowed") == allowed


def test_a_pattern_of_many_stars_is_matched_in_no_time() -> None:
    pattern = "arn:aws:s3:::" + "*a" * 2000 + "*b"
    decision = decision_of(document({**ALLOW, "Resource": pattern}), resource="arn:aws:s3:::" + "a" * 5000)

    assert decision.result == "denied"


def test_a_huge_policy_is_read() -> None:
    statements = [{**ALLOW, "Resource": f"arn:aws:s3:::b/{index}"} for index in range(5000)]

    assert decision_of(document(*statements), resource="arn:aws:s3:::b/4999").result == "allowed"


def test_a_deleted_principal_never_matches_and_is_reported() -> None:
    trust = document({"Effect": "Allow", "Principal": {"AWS": "AROAEXAMPLEID12345678"}, "Action": "sts:AssumeRole"})
    policy = compile_policy("trust", trust, "resource")
    role = "arn:aws:iam::111122223333:role/r"
    decision = decide(Policies(resource=(policy,)), make_request(USER, "sts:AssumeRole", role, {}))

    assert decision.result == "denied"
    assert [flaw.unreadable for flaw in decision.flaws] == [False]


@pytest.mark.parametrize(
    ("principal", "action", "resource"),
    [
        ("bob", "s3:GetObject", OBJECT),
        (USER, "GetObject", OBJECT),
        (USER, "s3:Get*", OBJECT),
        (USER, "s3:GetObject", "b/k"),
        (USER, "s3:GetObject", "arn:aws:s3"),
        (USER, "s3:GetObject", ""),
    ],
)
def test_a_malformed_question_is_refused_in_one_line(principal: str, action: str, resource: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        make_request(principal, action, resource, {})

    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("statement", "element", "hint"),
    [
        ({**ALLOW, "Resource": "arn:aws:s3:::b"}, "Resource", "missing /*"),
        ({**ALLOW, "Resource": "arn:aws:s3:::B/k"}, "Resource", "case"),
        (
            {**ALLOW, "Resource": "arn:aws:s3:::other/k"},
            "Resource",
            "resource: b/k is asked for, the policy says other/k",
        ),
        ({**ALLOW, "Action": "s3:GetObjectVersion"}, "Action", "the policy says s3:getobjectversion"),
        (
            {**ALLOW, "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}},
            "Condition",
            "aws:RequestedRegion is us-east-1, StringEquals asks for eu-west-1",
        ),
    ],
)
def test_a_near_miss_names_the_one_element(statement: dict[str, Any], element: str, hint: str) -> None:
    decision = decision_of(document(statement), **{"aws:RequestedRegion": "us-east-1"})

    assert decision.result == "denied"
    assert [(one.element, hint in one.hint) for one in decision.near_misses] == [(element, True)]


@pytest.mark.parametrize(
    ("pattern", "asked", "hint"),
    [
        (
            "arn:aws:sqs:eu-west-1:111122223333:q",
            "arn:aws:sqs:us-east-1:111122223333:q",
            "region: us-east-1 is asked for",
        ),
        ("arn:aws:sqs:us-east-1:444455556666:q", "arn:aws:sqs:us-east-1:111122223333:q", "account: 111122223333"),
        ("arn:aws:lambda:us-east-1:1:function:f", "arn:aws:lambda:us-east-1:1:function:f:prod", "missing qualifier"),
        ("arn:aws:lambda:us-east-1:1:function:f:*", "arn:aws:lambda:us-east-1:1:function:f", "superfluous qualifier"),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b", "superfluous /*"),
    ],
)
def test_near_misses_of_a_resource(pattern: str, asked: str, hint: str) -> None:
    (miss,) = decision_of(document({**ALLOW, "Action": "*", "Resource": pattern}), resource=asked).near_misses

    assert hint in miss.hint


def test_a_statement_that_fails_in_two_elements_is_no_near_miss() -> None:
    statement = {**ALLOW, "Resource": "arn:aws:s3:::b", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}

    assert decision_of(document(statement)).near_misses == ()
