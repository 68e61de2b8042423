"""A denial reads like AWS's own: by its words, and by what botocore makes of the bytes in every protocol."""

import functools
from typing import Any

import botocore.session
import pytest
from botocore.parsers import create_parser
from hypothesis import given, settings
from hypothesis import strategies as st

from doctor.iam.http_requests import HttpRequest
from doctor.iam.messages import compare, find_denial
from doctor.iam.refusal import refusal, text, write
from doctor.model.call import Call
from doctor.model.decision import Decision, LayerDecision, StatementMatch, StatementRef

SESSION = "arn:aws:sts::123456789012:assumed-role/role/fn"
FORM = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
BOUNDARY = "arn:aws:iam::123456789012:policy/bound"


def denied(action: str, resource: str, layer: str = "identity", policy: str = "") -> Decision:
    """Denied for want of an Allow in a layer, or explicitly by a policy."""
    matches = ()
    if policy:
        statement = StatementRef(layer=layer, policy=policy, index=0, effect="Deny")  # type: ignore[arg-type]
        matches = (StatementMatch(statement=statement),)
    result = "explicitly_denied" if policy else "implicitly_denied"
    layers = (LayerDecision(layer=layer, result=result, matches=matches),)  # type: ignore[arg-type]
    return Decision(
        principal=SESSION,
        action=action,
        resource=resource,
        result="denied",
        explicit=bool(policy),
        layers=layers,
        blockers=(layer,),  # type: ignore[arg-type]
    )


QUEUE = "arn:aws:sqs:eu-west-1:123456789012:q"
WORDS = [
    (
        denied("dynamodb:PutItem", "arn:aws:dynamodb:eu-west-1:123456789012:table/t"),
        "on resource: arn:aws:dynamodb:eu-west-1:123456789012:table/t because no identity-based policy allows the dynamodb:PutItem action",
    ),
    (
        denied("sqs:SendMessage", QUEUE, "boundary", BOUNDARY),
        f"perform: sqs:sendmessage on resource: {QUEUE} with an explicit deny in a permissions boundary: {BOUNDARY}",
    ),
    (
        denied("s3:GetObject", "arn:aws:s3:::b/k", "resource", "b"),
        'on resource: "arn:aws:s3:::b/k" with an explicit deny in a resource-based policy',
    ),
    (
        denied("kms:Decrypt", "arn:aws:kms:eu-west-1:123456789012:key/k", "identity", "inline"),
        "with an explicit deny in an identity-based policy",
    ),
    (
        denied("s3:ListAllMyBuckets", "*"),
        "perform: s3:ListAllMyBuckets because no identity-based policy allows the s3:ListAllMyBuckets action",
    ),
    (
        denied("ssm:GetParameter", "*", "scp"),
        "because no service control policy allows the ssm:GetParameter action",
    ),
    (
        denied("sqs:SendMessage", QUEUE, "endpoint"),
        "because no VPC endpoint policy allows the sqs:sendmessage action",
    ),
]


@pytest.mark.parametrize(("decision", "words"), WORDS)
def test_the_words_are_awss_and_doctor_reads_them_back(decision: Decision, words: str) -> None:
    said = text(decision)
    found = find_denial(said)

    assert said.startswith(f"User: {SESSION} is not authorized to perform: ")
    assert said.endswith(words)
    assert found is not None
    assert found.action.lower() == decision.action.lower()
    assert found.resource == ("" if words.startswith("perform: s3:List") else decision.resource)
    assert not compare(found, decision)


PROTOCOLS: list[tuple[str, str, dict[str, str], str, int]] = [
    ("dynamodb", "PutItem", {"x-amz-target": "DynamoDB_20120810.PutItem"}, "AccessDeniedException", 400),
    ("kms", "Decrypt", {"x-amz-target": "TrentService.Decrypt"}, "AccessDeniedException", 400),
    ("sqs", "SendMessage", {"x-amz-target": "AmazonSQS.SendMessage"}, "AccessDenied", 400),
    ("sqs", "SendMessage", FORM, "AccessDenied", 403),
    ("sns", "Publish", FORM, "AuthorizationError", 403),
    ("sts", "AssumeRole", FORM, "AccessDenied", 403),
    ("ec2", "DescribeVpcs", FORM, "UnauthorizedOperation", 403),
    ("s3", "PutObject", {}, "AccessDenied", 403),
    ("lambda", "Invoke", {}, "AccessDeniedException", 403),
    ("cloudwatch", "PutMetricData", {"content-type": "application/cbor"}, "AccessDeniedException", 400),
]
PARSERS = {"application/cbor": "smithy-rpc-v2-cbor"}


SESSION_OF_BOTOCORE = functools.cache(botocore.session.get_session)
MODEL = functools.cache(lambda service: SESSION_OF_BOTOCORE().get_service_model(service))


def parsed(service: str, operation: str, headers: dict[str, str], written: Any) -> dict[str, Any]:
    model = MODEL(service)
    kind = headers.get("content-type", "")
    protocol = model.metadata["protocol"]
    if headers is FORM and protocol not in ("query", "ec2"):
        protocol = "query"  # an SDK from before the service changed its protocol
    parser = create_parser(PARSERS.get(kind, protocol))
    response = {"status_code": written.status, "headers": {k.lower(): v for k, v in written.headers.items()}}
    found: dict[str, Any] = parser.parse(
        {**response, "body": written.body}, model.operation_model(operation).output_shape
    )
    return found


@pytest.mark.parametrize(("service", "operation", "headers", "code", "status"), PROTOCOLS)
def test_botocore_reads_a_refusal_in_every_protocol(
    service: str, operation: str, headers: dict[str, str], code: str, status: int
) -> None:
    decision = denied(f"{service}:{operation}", "arn:aws:x:eu-west-1:123456789012:thing/<&>")
    request = HttpRequest("POST", "/", headers)
    written = refusal(Call(service=service, operation=operation), decision, request)
    error = parsed(service, operation, headers, written)["Error"]

    assert (written.status, written.code) == (status, code)
    assert (error["Code"], error["Message"]) == (code, text(decision))


ONE_EACH = [
    ("s3", "PutObject", {}),
    ("sns", "Publish", FORM),
    ("ec2", "DescribeVpcs", FORM),
    ("dynamodb", "PutItem", {"x-amz-target": "DynamoDB_20120810.PutItem"}),
]


@settings(deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=300))
def test_no_message_breaks_out_of_its_form(message: str) -> None:
    for service, operation, headers in ONE_EACH:
        written = write(service, HttpRequest("POST", "/", headers), "Code", message, 403)
        error = parsed(service, operation, headers, written)["Error"]

        assert error["Code"] == "Code"
        assert (error["Message"] or "").split() == message.split()
