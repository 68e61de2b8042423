"""A handler's read, asked of the account itself: what is there now, and never a write."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import botocore.session
import pytest

from doctor.aws.embedded.account import Embedded
from doctor.aws.live import ask
from doctor.aws.session import Aws
from doctor.iam.http_requests import HttpRequest
from doctor.model.call import Call

REGION = "eu-west-1"


@pytest.fixture(scope="module")
def account() -> Iterator[tuple[Aws, Any]]:
    with Embedded.start(region=REGION, account="111122223333") as embedded:
        session = botocore.session.Session()
        session.set_credentials("AKIDEXAMPLE", "own")
        yield (
            Aws(session, REGION, embedded.endpoint),
            lambda name: boto3.client(
                name,
                endpoint_url=embedded.endpoint,
                region_name=REGION,
                aws_access_key_id="x",
                aws_secret_access_key="x",
            ),
        )


def signed(service: str, **more: str) -> dict[str, str]:
    """Headers as a handler's SDK sends them, signed with nobody's credentials."""
    scope = f"Credential=ASIALOCALRUNOFDOCTOR/20260101/{REGION}/{service}/aws4_request"
    return {"authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=5eed", **more}


def test_an_item_is_read_from_the_account(account: tuple[Aws, Any]) -> None:
    aws, client = account
    key = {"AttributeName": "id", "AttributeType": "S"}
    keys = [{"AttributeName": "id", "KeyType": "HASH"}]
    dynamodb = client("dynamodb")
    dynamodb.create_table(TableName="t", AttributeDefinitions=[key], KeySchema=keys, BillingMode="PAY_PER_REQUEST")
    dynamodb.put_item(TableName="t", Item={"id": {"S": "a"}, "n": {"N": "7"}})
    headers = signed(
        "dynamodb",
        **{
            "x-amz-target": "DynamoDB_20120810.GetItem",
            "content-type": "application/x-amz-json-1.0",
            "host": f"dynamodb.{REGION}.amazonaws.com",
        },
    )
    body = json.dumps({"TableName": "t", "Key": {"id": {"S": "a"}}}).encode()
    told = ask(aws, Call(service="dynamodb", operation="GetItem"), HttpRequest("POST", "/", headers, body))

    assert not isinstance(told, str)
    assert (told[0], json.loads(told[2])["Item"]["n"]) == (200, {"N": "7"})
    assert [(one.name, one.write) for one in aws.log][-1:] == [("dynamodb:GetItem", False)]


def test_an_object_is_read_from_a_bucket_that_is_named_by_the_host(account: tuple[Aws, Any]) -> None:
    aws, client = account
    s3 = client("s3")
    s3.create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="bucket", Key="a key", Body=b"content")
    headers = signed("s3", host=f"bucket.s3.{REGION}.amazonaws.com", **{"x-amz-content-sha256": "5eed"})
    told = ask(aws, Call(service="s3", operation="GetObject"), HttpRequest("GET", "/a%20key", headers))

    assert not isinstance(told, str)
    assert (told[0], told[2]) == (200, b"content")


WHY = [
    ({"host": "sqs.eu-west-1.amazonaws.com"}, "not signed in its headers"),
    (signed("sqs", host="evil.example.com"), "no endpoint of AWS"),
    (signed("sqs", host="amazonaws.com.example.com"), "no endpoint of AWS"),
]


@pytest.mark.parametrize(("headers", "words"), WHY)
def test_what_is_no_signed_call_to_aws_is_not_sent(
    account: tuple[Aws, Any], headers: dict[str, str], words: str
) -> None:
    told = ask(account[0], Call(service="sqs", operation="ListQueues"), HttpRequest("GET", "/", headers))

    assert isinstance(told, str)
    assert words in told
