"""Calls that need more than the action of their name, or name their resource in a way of their own."""

from typing import Any

import pytest

from doctor.iam.operations import needs
from doctor.model.call import Call

ACCOUNT = "111122223333"
HERE = f"eu-west-1:{ACCOUNT}"
CLUSTER, SECRET = f"arn:aws:rds:{HERE}:cluster:c", f"arn:aws:secretsmanager:{HERE}:secret:db-AbCdEf"
THEIR_ROLE = "arn:aws:iam::444455556666:role/r"


def asked(name: str, parameters: dict[str, Any]) -> list[tuple[str, str]]:
    service, operation = name.split(":")
    call = Call(service=service, operation=operation, parameters=parameters, account=ACCOUNT, region="eu-west-1")
    return [(need.action, need.resource) for need in needs(call)]


@pytest.mark.parametrize(
    ("name", "parameters", "expected"),
    [
        (
            "rds-data:ExecuteStatement",
            {"resourceArn": CLUSTER, "secretArn": SECRET},
            [("rds-data:ExecuteStatement", CLUSTER), ("secretsmanager:GetSecretValue", SECRET)],
        ),
        (
            "secretsmanager:BatchGetSecretValue",
            {"SecretIdList": [SECRET]},
            [("secretsmanager:BatchGetSecretValue", "*"), ("secretsmanager:GetSecretValue", SECRET)],
        ),
        (
            "ssm:GetParameter",
            {"Name": "/aws/reference/secretsmanager/db"},
            [
                ("ssm:GetParameter", f"arn:aws:ssm:{HERE}:parameter/aws/reference/secretsmanager/db"),
                ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{HERE}:secret:db-??????"),
            ],
        ),
        (
            "sts:AssumeRole",
            {"RoleArn": THEIR_ROLE, "Tags": [{"Key": "team", "Value": "red"}], "SourceIdentity": "eve"},
            [("sts:AssumeRole", THEIR_ROLE), ("sts:TagSession", THEIR_ROLE), ("sts:SetSourceIdentity", THEIR_ROLE)],
        ),
        ("sns:Publish", {"PhoneNumber": "+4915550100"}, [("sns:Publish", "*")]),
        ("lambda:InvokeAsync", {"FunctionName": "f"}, [("lambda:InvokeFunction", f"arn:aws:lambda:{HERE}:function:f")]),
        (
            "lambda:GetLayerVersion",
            {"LayerName": "l", "VersionNumber": 3},
            [("lambda:GetLayerVersion", f"arn:aws:lambda:{HERE}:layer:l:3")],
        ),
        (
            "secretsmanager:GetSecretValue",
            {"SecretId": SECRET.removesuffix("-AbCdEf")},
            [("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{HERE}:secret:db-??????")],
        ),
        (
            "dynamodbstreams:GetRecords",
            {"ShardIterator": f"arn:aws:dynamodb:{HERE}:table/t/stream/2026-11-23|1|AAAA"},
            [("dynamodb:GetRecords", f"arn:aws:dynamodb:{HERE}:table/t/stream/2026-11-23")],
        ),
        (
            "dynamodb:ExecuteTransaction",
            {"TransactStatements": [{"Statement": "EXISTS(SELECT * FROM t WHERE a=1)"}]},
            [("dynamodb:PartiQLSelect", f"arn:aws:dynamodb:{HERE}:table/t")],
        ),
        (
            "s3:GetObject",
            {"Bucket": "fast--euw1-az1--x-s3", "Key": "k"},
            [("s3express:CreateSession", f"arn:aws:s3express:{HERE}:bucket/fast--euw1-az1--x-s3")],
        ),
        (
            "s3:CopyObject",
            {"Bucket": "to", "Key": "k", "CopySource": {"Bucket": "from", "Key": "a b"}},
            [("s3:PutObject", "arn:aws:s3:::to/k"), ("s3:GetObject", "arn:aws:s3:::from/a b")],
        ),
        (
            "ec2:CreateTags",
            {"Resources": ["i-1", "vol-2"]},
            [
                ("ec2:CreateTags", f"arn:aws:ec2:{HERE}:instance/i-1"),
                ("ec2:CreateTags", f"arn:aws:ec2:{HERE}:volume/vol-2"),
            ],
        ),
        ("ecs:RunTask", {"taskDefinition": "t:7"}, [("ecs:RunTask", f"arn:aws:ecs:{HERE}:task-definition/t:7")]),
        (
            "route53:ChangeResourceRecordSets",
            {"HostedZoneId": "/hostedzone/Z1"},
            [("route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/Z1")],
        ),
        ("s3control:GetPublicAccessBlock", {"AccountId": ACCOUNT}, [("s3:GetAccountPublicAccessBlock", "*")]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_call_needs(name: str, parameters: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert asked(name, parameters) == expected


def test_a_copy_says_of_its_source_nothing_about_what_is_written() -> None:
    call = Call(
        service="s3",
        operation="CopyObject",
        parameters={"Bucket": "to", "Key": "k", "CopySource": "from/a", "ACL": "private"},
        account=ACCOUNT,
        region="eu-west-1",
    )
    contexts = {need.action: set(need.context) for need in needs(call)}

    assert contexts["s3:GetObject"] == set()
    assert contexts["s3:PutObject"] == {"s3:x-amz-acl", "s3:x-amz-copy-source"}
