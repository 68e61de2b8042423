"""A call, or the raw request of any SDK, becomes the actions and ARNs that IAM decides on."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctor.iam import catalogue, models
from doctor.iam.http_requests import HttpRequest, UnknownRequest, identify
from doctor.iam.operation_table import (
    ACTIONS,
    DYNAMODB_TRANSACTION,
    PARTIQL,
    S3_ACTIONS,
    S3_ELSEWHERE,
    S3_VERSIONED,
)
from doctor.iam.operations import UnmappedCall, needs
from doctor.model.call import Call
from tests.unit.iam.iam_cases import load

ACCOUNT = "111122223333"
REQUESTS = load("sdk_requests.json", "requests")
IN_SNAPSHOT = ("key behind alias/app (needs snapshot)",)
"""Resources that the parameters cannot tell."""


def name(request: dict[str, Any]) -> str:
    return f"{request['sdk'].split()[0]}-{request['service']}-{request['operation']}"


def wire(request: dict[str, Any]) -> HttpRequest:
    raw = request["request"]
    headers = {key.lower(): value for key, value in raw["headers"].items()}
    return HttpRequest(raw["method"], raw["path"], headers, base64.b64decode(raw["body_b64"]))


@pytest.mark.parametrize("request_", REQUESTS, ids=name)
def test_a_raw_request_is_identified(request_: dict[str, Any]) -> None:
    call = identify(wire(request_), ACCOUNT)
    payload = [key for key, value in request_["params"].items() if isinstance(value, dict) and "bytes" in value]
    expected = {key: value for key, value in request_["params"].items() if key not in payload}

    assert (call.service, call.operation) == (request_["service"], request_["operation"])
    assert {key: call.parameters.get(key) for key in expected} == expected
    assert call.region == "us-east-1"


@pytest.mark.parametrize("request_", REQUESTS, ids=name)
def test_a_raw_request_asks_for_the_actions_and_resources_it_means(request_: dict[str, Any]) -> None:
    found = needs(identify(wire(request_), ACCOUNT))

    assert [need.action for need in found] == [action for action, _ in request_["expected"]]
    for need, (_, resource) in zip(found, request_["expected"], strict=True):
        if resource in IN_SNAPSHOT:
            assert need.note
        else:
            assert need.resource == resource


SIGNED = (
    "AWS4-HMAC-SHA256 Credential=ASIADOCTORLOCAL/20261123/eu-west-1/{}/aws4_request, SignedHeaders=host, Signature=0"
)


def sent(service: str, method: str, target: str, body: bytes = b"", **headers: str) -> Call:
    every = {"authorization": SIGNED.format(service)} | {key.replace("_", "-"): one for key, one in headers.items()}
    return identify(HttpRequest(method, target, every, body), ACCOUNT)


def test_a_bucket_in_the_host_is_a_parameter() -> None:
    call = sent("s3", "GET", "/a%20b/c", host="orders.s3.eu-west-1.amazonaws.com")

    assert (call.operation, call.parameters) == ("GetObject", {"Bucket": "orders", "Key": "a b/c"})


def test_a_presigned_url_is_signed_in_its_query() -> None:
    query = "X-Amz-Credential=ASIADOCTORLOCAL%2F20261123%2Feu-west-1%2Fs3%2Faws4_request"
    call = identify(HttpRequest("GET", f"/orders/k?{query}", {"host": "127.0.0.1"}), ACCOUNT)

    assert (call.operation, call.region) == ("GetObject", "eu-west-1")


@pytest.mark.parametrize(
    ("method", "target", "headers", "operation"),
    [
        ("PUT", "/b/k", {}, "PutObject"),
        ("PUT", "/b/k", {"x_amz_copy_source": "/b2/k2"}, "CopyObject"),
        ("PUT", "/b/k?partNumber=1&uploadId=u", {}, "UploadPart"),
        ("PUT", "/b/k?partNumber=1&uploadId=u", {"x_amz_copy_source": "/b2/k2"}, "UploadPartCopy"),
        ("POST", "/b/k?uploadId=u", {}, "CompleteMultipartUpload"),
        ("GET", "/b", {}, "ListObjects"),
        ("GET", "/b?versions", {}, "ListObjectVersions"),
        ("GET", "/b/k?tagging", {}, "GetObjectTagging"),
        ("HEAD", "/b", {}, "HeadBucket"),
        ("GET", "/", {}, "ListBuckets"),
    ],
)
def test_the_most_specific_route_wins(method: str, target: str, headers: dict[str, str], operation: str) -> None:
    assert sent("s3", method, target, **headers).operation == operation


def test_an_xml_body_is_read_by_its_shape() -> None:
    body = b"<Delete><Object><Key>a</Key></Object><Object><Key>b</Key><VersionId>v</VersionId></Object></Delete>"
    found = needs(sent("s3", "POST", "/orders?delete", body))

    assert [(need.action, need.resource) for need in found] == [
        ("s3:DeleteObject", "arn:aws:s3:::orders/a"),
        ("s3:DeleteObjectVersion", "arn:aws:s3:::orders/b"),
    ]


def test_an_xml_body_that_defines_entities_is_not_read() -> None:
    body = b'<!DOCTYPE x [<!ENTITY e "k">]><Delete><Object><Key>&e;</Key></Object></Delete>'

    assert "Delete" not in sent("s3", "POST", "/orders?delete", body).parameters


def test_a_cbor_body_is_read() -> None:
    body = b"\xbf\x69Namespace\x63App\x6aMetricData\x81\xa1\x65Value\xfb\x3f\xf8\x00\x00\x00\x00\x00\x00\xff"
    path = "/service/GraniteServiceVersion20100801/operation/PutMetricData"
    call = sent("monitoring", "POST", path, body, content_type="application/cbor", smithy_protocol="rpc-v2-cbor")

    assert call.operation == "PutMetricData"
    assert call.parameters == {"Namespace": "App", "MetricData": [{"Value": 1.5}]}


def test_lists_and_maps_of_a_query_body_are_read() -> None:
    body = (
        b"Action=Publish&Version=2010-03-31&TopicArn=arn%3Aaws%3Asns%3Aeu-west-1%3A111122223333%3At"
        b"&MessageAttributes.entry.1.Name=a&MessageAttributes.entry.1.Value.DataType=String"
    )
    call = sent("sns", "POST", "/", body, content_type="application/x-www-form-urlencoded")

    assert call.parameters["MessageAttributes"] == {"a": {"DataType": "String"}}


@pytest.mark.parametrize(
    "request_",
    [
        HttpRequest("GET", "/", {}),
        HttpRequest("GET", "/nothing/like/it", {"authorization": SIGNED.format("lambda")}),
        HttpRequest("POST", "/", {"authorization": SIGNED.format("no-such-service")}),
        HttpRequest(
            "POST",
            "/",
            {
                "authorization": SIGNED.format("sqs"),
                "x-amz-target": "AmazonSQS.GetQueueUrl",
                "content-type": "application/x-amz-json-1.0",
            },
            b"[1",
        ),
    ],
)
def test_what_is_no_call_is_said_in_one_line(request_: HttpRequest) -> None:
    with pytest.raises(UnknownRequest) as caught:
        identify(request_, ACCOUNT)

    assert str(caught.value)
    assert "\n" not in str(caught.value)


def here(name: str, /, **parameters: Any) -> Call:
    service, operation = name.split(":")
    return Call(service=service, operation=operation, parameters=parameters, account=ACCOUNT, region="eu-west-1")


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (
            here("s3:CopyObject", Bucket="to", Key="k", CopySource="from/a%20b?versionId=v"),
            [("s3:PutObject", "arn:aws:s3:::to/k"), ("s3:GetObjectVersion", "arn:aws:s3:::from/a b")],
        ),
        (here("s3:PutBucketEncryption", Bucket="b"), [("s3:PutEncryptionConfiguration", "arn:aws:s3:::b")]),
        (here("s3:ListBuckets"), [("s3:ListAllMyBuckets", "*")]),
        (
            here("dynamodb:Query", TableName="t", IndexName="i"),
            [("dynamodb:Query", "arn:aws:dynamodb:eu-west-1:111122223333:table/t/index/i")],
        ),
        (
            here("dynamodb:ExecuteStatement", Statement='SELECT * FROM "t"."i" WHERE x = 1'),
            [("dynamodb:PartiQLSelect", "arn:aws:dynamodb:eu-west-1:111122223333:table/t/index/i")],
        ),
        (
            here("dynamodb:ExecuteStatement", Statement="UPDATE t SET a = 1"),
            [("dynamodb:PartiQLUpdate", "arn:aws:dynamodb:eu-west-1:111122223333:table/t")],
        ),
        (
            here("lambda:Invoke", FunctionName="f", Qualifier="prod"),
            [("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:111122223333:function:f:prod")],
        ),
        (
            here("lambda:Invoke", FunctionName="444455556666:function:f"),
            [("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:444455556666:function:f")],
        ),
        (
            here("kms:ReEncrypt", SourceKeyId="1", DestinationKeyId="2"),
            [
                ("kms:ReEncryptFrom", "arn:aws:kms:eu-west-1:111122223333:key/1"),
                ("kms:ReEncryptTo", "arn:aws:kms:eu-west-1:111122223333:key/2"),
            ],
        ),
        (
            here("secretsmanager:GetSecretValue", SecretId="db"),
            [("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-??????")],
        ),
        (
            here(
                "stepfunctions:StartExecution", stateMachineArn="arn:aws:states:eu-west-1:111122223333:stateMachine:m"
            ),
            [("states:StartExecution", "arn:aws:states:eu-west-1:111122223333:stateMachine:m")],
        ),
        (
            here("events:PutEvents", Entries=[{"Source": "a"}, {"EventBusName": "orders"}]),
            [
                ("events:PutEvents", "arn:aws:events:eu-west-1:111122223333:event-bus/default"),
                ("events:PutEvents", "arn:aws:events:eu-west-1:111122223333:event-bus/orders"),
            ],
        ),
        (
            here("ssm:GetParameters", Names=["/a", "b"]),
            [
                ("ssm:GetParameters", "arn:aws:ssm:eu-west-1:111122223333:parameter/a"),
                ("ssm:GetParameters", "arn:aws:ssm:eu-west-1:111122223333:parameter/b"),
            ],
        ),
        (
            here("apigateway:GetRestApi", restApiId="abc"),
            [("apigateway:GET", "arn:aws:apigateway:eu-west-1::/restapis/abc")],
        ),
        (
            here("sts:AssumeRole", RoleArn="arn:aws:iam::444455556666:role/p/r", RoleSessionName="s"),
            [("sts:AssumeRole", "arn:aws:iam::444455556666:role/p/r")],
        ),
        (
            here("bedrock-runtime:Converse", modelId="anthropic.claude"),
            [("bedrock:InvokeModel", "arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude")],
        ),
        (
            here("firehose:PutRecord", DeliveryStreamName="d"),
            [("firehose:PutRecord", "arn:aws:firehose:eu-west-1:111122223333:deliverystream/d")],
        ),
        (
            here("glue:GetTable", DatabaseName="d", Name="t"),
            [("glue:GetTable", "arn:aws:glue:eu-west-1:111122223333:table/d/t")],
        ),
        (
            here("logs:CreateLogGroup", logGroupName="/aws/lambda/f"),
            [("logs:CreateLogGroup", "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/f:*")],
        ),
        (
            here(
                "scheduler:CreateSchedule", Name="s", Target={"Arn": "x", "RoleArn": "arn:aws:iam::111122223333:role/r"}
            ),
            [
                ("scheduler:CreateSchedule", "arn:aws:scheduler:eu-west-1:111122223333:schedule/default/s"),
                ("iam:PassRole", "arn:aws:iam::111122223333:role/r"),
            ],
        ),
        (
            here("iam:GetRole", RoleName="r"),
            [("iam:GetRole", "arn:aws:iam::111122223333:role/r")],
        ),
    ],
    ids=lambda value: value.name if isinstance(value, Call) else "",
)
def test_what_a_call_needs(call: Call, expected: list[tuple[str, str]]) -> None:
    found = [(need.action, need.resource) for need in needs(call)]

    assert set(expected) <= set(found)
    assert {action for action, _ in found} == {action for action, _ in expected}


def test_handing_a_role_to_a_service_needs_pass_role() -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/r"
    passed = [
        need for need in needs(here("lambda:CreateFunction", FunctionName="f", Role=role)) if "PassRole" in need.action
    ]

    assert [(need.resource, dict(need.context)) for need in passed] == [
        (role, {"iam:PassedToService": "lambda.amazonaws.com"})
    ]


def test_parameters_set_condition_keys() -> None:
    (listing,) = needs(here("s3:ListObjectsV2", Bucket="b", Prefix="in/"))
    (tagging,) = needs(here("sqs:CreateQueue", QueueName="q", tags={"team": "red"}))
    (decrypting,) = needs(here("kms:Decrypt", KeyId="1", EncryptionContext={"app": "x"}))

    assert listing.context == {"s3:prefix": "in/"}
    assert tagging.context == {"aws:RequestTag/team": "red", "aws:TagKeys": ("team",)}
    assert decrypting.context == {"kms:EncryptionContext:app": "x", "kms:EncryptionContextKeys": ("app",)}


def test_an_operation_without_known_action_is_said() -> None:
    with pytest.raises(UnmappedCall, match="no IAM action is known for nosuch:Thing"):
        needs(here("nosuch:Thing"))


def test_every_action_of_our_table_is_one_of_iam() -> None:
    named = {action for actions in ACTIONS.values() for action in actions} | set(S3_ELSEWHERE.values())
    named |= {f"s3:{action}" for action in [*S3_ACTIONS.values(), *S3_VERSIONED]}
    named |= {f"dynamodb:{action}" for action in [*DYNAMODB_TRANSACTION.values(), *PARTIQL.values()]}

    assert sorted(action for action in named if catalogue.action(action) is None) == []


def test_every_operation_of_our_table_is_one_of_botocore() -> None:
    named = [*(name.split(":") for name in ACTIONS), *(("s3", name) for name in [*S3_ACTIONS, *S3_ELSEWHERE])]
    missing = [
        f"{service}:{operation}"
        for service, operation in named
        if (found := models.model(service)) is None or operation not in found.operations
    ]

    assert missing == []


def test_most_operations_of_what_functions_use_are_mapped() -> None:
    services = (
        "s3",
        "dynamodb",
        "sqs",
        "sns",
        "lambda",
        "kms",
        "secretsmanager",
        "ssm",
        "logs",
        "events",
        "stepfunctions",
    )
    calls = [
        Call(service=service, operation=operation, parameters={"Bucket": "b", "TableName": "t"})
        for service in services
        if (found := models.model(service)) is not None
        for operation in found.operations
    ]

    def is_mapped(call: Call) -> bool:
        try:
            return needs(call) != ()
        except UnmappedCall:
            return False

    assert sum(map(is_mapped, calls)) >= 0.95 * len(calls)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
MEMBERS = sorted(
    {
        member
        for service in ("s3", "dynamodb", "sqs", "lambda", "kms", "events", "ssm", "logs", "sns")
        if (found := models.model(service)) is not None
        for operation in found.operations.values()
        for member in found.input_of(operation).members
    }
)
OPERATIONS = sorted(
    f"{service}:{operation}"
    for service in ("s3", "dynamodb", "sqs", "lambda", "kms", "events", "ssm", "logs", "sns", "sts", "secretsmanager")
    if (found := models.model(service)) is not None
    for operation in found.operations
)


@given(st.sampled_from(OPERATIONS), st.dictionaries(st.sampled_from(MEMBERS), JSON, max_size=5))
def test_parameters_of_any_form_are_mapped_or_refused(operation: str, parameters: dict[str, Any]) -> None:
    try:
        found = needs(here(operation, **parameters))
    except UnmappedCall:
        return

    assert all(need.action.count(":") == 1 and need.resource for need in found)


@given(
    st.sampled_from(["s3", "lambda", "sqs", "sns", "monitoring", "dynamodb"]),
    st.sampled_from(["application/json", "application/x-www-form-urlencoded", "application/cbor", "application/xml"]),
    st.sampled_from(["/", "/b/k", "/b?delete", "/2015-03-31/functions", "/service/x/operation/PutMetricData"]),
    st.binary(max_size=60) | st.builds(lambda value: json.dumps(value).encode(), JSON),
)
def test_any_bytes_are_a_call_or_refused(service: str, kind: str, target: str, body: bytes) -> None:
    try:
        call = sent(service, "POST", target, body, content_type=kind)
    except UnknownRequest:
        return

    assert call.operation
