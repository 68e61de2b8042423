"""What a call asks for is told only as far as its parameters tell."""

import pytest

from doctor.iam.asked import asked
from doctor.model.call import Call

HERE = {"account": "111122223333", "region": "eu-west-1"}


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [
        ("dynamodb", "PutItem", {"TableName": "t"}, [("dynamodb:PutItem", "arn:aws:dynamodb:eu-west-1:111122223333:table/t", "")]),
        ("dynamodb", "PutItem", {}, [("dynamodb:PutItem", "", "")]),
        ("s3", "GetObject", {"Bucket": "b"}, [("s3:GetObject", "", "arn:aws:s3:::b/")]),
        ("s3", "GetObject", {}, [("s3:GetObject", "", "")]),
        ("s3", "ListObjectsV2", {"Bucket": "b"}, [("s3:ListBucket", "arn:aws:s3:::b", "")]),
        ("secretsmanager", "GetSecretValue", {"SecretId": "x"}, [("secretsmanager:GetSecretValue", "", "")]),
        ("events", "PutEvents", {}, [("events:PutEvents", "", "")]),
        ("cloudwatch", "PutMetricData", {}, [("cloudwatch:PutMetricData", "*", "")]),
        ("s3", "ListBuckets", {}, [("s3:ListAllMyBuckets", "*", "")]),
        ("nope", "Nope", {}, []),
    ],
)  # fmt: skip
def test_what_is_not_known_is_left_open(
    service: str, operation: str, parameters: dict[str, str], expected: list[tuple[str, str, str]]
) -> None:
    found = asked(Call(service=service, operation=operation, parameters=parameters, **HERE))

    assert [(one.action, one.resource, one.within) for one in found] == expected


def test_a_role_that_is_handed_on_says_to_whom() -> None:
    role = "arn:aws:iam::111122223333:role/x"
    call = Call(service="lambda", operation="CreateFunction", parameters={"FunctionName": "f", "Role": role}, **HERE)

    assert [(one.resource, dict(one.context)) for one in asked(call)][1] == (
        role,
        {"iam:PassedToService": "lambda.amazonaws.com"},
    )
