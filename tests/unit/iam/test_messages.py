"""AccessDenied texts are taken apart, wherever they occur."""

from typing import Any

import msgspec
import pytest

from doctor.iam.messages import compare, find_denial, find_denials
from doctor.model.decision import Decision
from tests.unit.iam.iam_cases import load

ROLE = "arn:aws:sts::111122223333:assumed-role/fn-role/fn"
TABLE = "arn:aws:dynamodb:us-east-1:111122223333:table/orders"
USUAL = f"User: {ROLE} is not authorized to perform: dynamodb:GetItem on resource: {TABLE}"


@pytest.mark.parametrize("case", load("messages.json"), ids=lambda case: case["text"][:60])
def test_text_is_taken_apart(case: dict[str, Any]) -> None:
    expected = {("service" if name == "svc" else name): value for name, value in case["expected"].items()}
    found = find_denial(case["text"])

    assert found is not None
    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "User: arn:aws:sts::111122223333:assumed-role/a/b is not authorized to perform: s3:PutObject on resource: "
            '"arn:aws:s3:::b/k" with an explicit deny in a service control policy, with policy ARN: '
            "arn:aws:organizations::123456789012:policy/o-a/service_control_policy/p-1.",
            {
                "kind": "explicit",
                "layer": "scp",
                "resource": "arn:aws:s3:::b/k",
                "policy_arn": "arn:aws:organizations::123456789012:policy/o-a/service_control_policy/p-1",
            },
            id="policy-arn-as-s3-spells-it",
        ),
        pytest.param(
            f"User: {ROLE} is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext because no"
            " identity-based policy allows the kms:Decrypt action",
            {"action": "kms:Decrypt", "resource_hidden": True, "kind": "implicit", "layer": "identity"},
            id="a-ciphertext-whose-key-is-not-told",
        ),
        pytest.param(
            f"User: {ROLE} is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext because the"
            " resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly"
            " denies access",
            {"form": "kms-blur", "resource_hidden": True},
            id="a-ciphertext-and-all-that-may-be-wrong-with-its-key",
        ),
        pytest.param(
            "An error occurred (403) when calling the HeadObject operation: Forbidden",
            {"form": "s3-bare", "error_code": "403", "operation": "HeadObject"},
            id="an-answer-without-a-body",
        ),
        pytest.param(
            f"{USUAL} with an explicit deny in an identity-based policy: arn:aws:iam::111122223333:policy/p",
            {"kind": "explicit", "layer": "identity", "policy_arn": "arn:aws:iam::111122223333:policy/p"},
            id="policy-arn-as-most-services-spell-it",
        ),
        pytest.param(
            f"{USUAL} with an explicit deny in a resource-based policy transitively through a VPC endpoint policy",
            {"kind": "explicit", "layer": "resource", "via": "endpoint"},
            id="transitively",
        ),
        pytest.param(
            f"{USUAL} with an explicit deny", {"kind": "explicit", "layer": "unknown"}, id="bare-explicit-deny"
        ),
        pytest.param(
            USUAL, {"kind": "unknown", "layer": "unknown", "resource": TABLE}, id="nothing-after-the-resource"
        ),
        pytest.param(
            f"User: {ROLE} is not authorized to perform: kms:Decrypt on this resource because the resource does not exist "
            "in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access",
            {"form": "kms-blur", "resource_hidden": True, "action": "kms:Decrypt", "kind": "unknown"},
            id="kms-does-not-say",
        ),
        pytest.param(
            "An error occurred (UnauthorizedOperation) when calling the RunInstances operation: You are not authorized to "
            f"perform this operation. User: {ROLE} is not authorized to perform: ec2:RunInstances on resource: x because "
            "no identity-based policy allows the ec2:RunInstances action. Encoded authorization failure message: a-B_9",
            {"form": "ec2-encoded", "encoded": "a-B_9", "action": "ec2:RunInstances", "operation": "RunInstances"},
            id="ec2-encoded",
        ),
        pytest.param(
            f'User: {ROLE} is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::b" because '
            "public policies are blocked by the BlockPublicPolicy block public access setting.",
            {"kind": "block-public-access", "layer": "s3-bpa", "resource": "arn:aws:s3:::b"},
            id="block-public-access",
        ),
        pytest.param(
            "An error occurred (AccessDenied) when calling the PutObject operation: Access Denied",
            {"form": "s3-bare", "error_code": "AccessDenied", "operation": "PutObject"},
            id="s3-says-nothing",
        ),
        pytest.param(
            '{"level":"ERROR","message":"User: ' + ROLE + " is not authorized to perform: s3:GetObject\\n on resource: "
            '\\"arn:aws:s3:::b/k with space\\" because no identity-based policy allows the s3:GetObject action"}',
            {"resource": "arn:aws:s3:::b/k with space", "kind": "implicit", "layer": "identity"},
            id="quoted-in-json-and-broken-over-lines",
        ),
        pytest.param(
            "Unable to validate the following destination configurations",
            {"form": "s3-destination"},
            id="s3-destination",
        ),
        pytest.param(
            "The security token included in the request is expired", {"form": "credentials"}, id="not-a-permission"
        ),
    ],
)
def test_further_forms(text: str, expected: dict[str, str]) -> None:
    found = find_denial(text)

    assert found is not None
    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize("text", ["", "all is well", "denied", "User is authorized to perform: s3:GetObject"])
def test_other_texts_are_no_denials(text: str) -> None:
    assert find_denial(text) is None


def test_every_denial_in_a_text_is_found_once() -> None:
    other = USUAL.replace("GetItem", "PutItem")
    found = list(find_denials(f"{USUAL}, and {other}, and {USUAL},"))

    assert [one.action for one in found] == ["dynamodb:GetItem", "dynamodb:PutItem"]


def decision(**fields: Any) -> Decision:
    return msgspec.convert(
        {"principal": ROLE, "action": "dynamodb:GetItem", "resource": TABLE, "result": "denied", **fields}, Decision
    )


IMPLICIT = f"{USUAL} because no identity-based policy allows the dynamodb:GetItem action"


@pytest.mark.parametrize(
    ("text", "model", "expected"),
    [
        (IMPLICIT, decision(blockers=["identity"]), ""),
        (USUAL, decision(blockers=["boundary"]), ""),
        (IMPLICIT, decision(result="allowed"), "the model allows it"),
        (IMPLICIT, decision(blockers=["boundary"]), "AWS names the identity layer, the model boundary"),
        (f"{USUAL} with an explicit deny in a session policy", decision(blockers=["identity"]), "the model found none"),
    ],
)
def test_a_text_is_held_against_the_model(text: str, model: Decision, expected: str) -> None:
    denial = find_denial(text)

    assert denial is not None
    assert expected in compare(denial, model)
    assert (compare(denial, model) == "") == (expected == "")
