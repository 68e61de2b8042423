"""The reads behind rules are operations that AWS has, and the policy names the actions that IAM has for them."""

import botocore.session
import pytest

from doctor.engine.reads import BESIDE, actions, operations
from doctor.shelf import all_rules


def test_every_read_is_an_operation_of_its_service() -> None:
    session = botocore.session.get_session()
    asked = operations(all_rules([], advice=True)) | {*BESIDE}
    known = {
        f"{service}:{operation}"
        for service in {name.partition(":")[0] for name in asked}
        for operation in session.get_service_model(service).operation_names
    }

    assert asked - known == set()


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("lambda:GetPolicy", "lambda:GetPolicy"),
        ("lambda:GetLayerVersionByArn", "lambda:GetLayerVersion"),
        ("s3:GetBucketEncryption", "s3:GetEncryptionConfiguration"),
        ("s3:GetBucketPolicy", "s3:GetBucketPolicy"),
        ("apigatewayv2:GetStages", "apigateway:GET"),
        ("efs:DescribeMountTargets", "elasticfilesystem:DescribeMountTargets"),
        ("elbv2:DescribeRules", "elasticloadbalancing:DescribeRules"),
    ],
)
def test_an_action_is_called_as_iam_calls_it(operation: str, action: str) -> None:
    assert actions([operation]) == {action}


def test_what_a_rule_needs_is_allowed_with_what_leads_to_it() -> None:
    rules = {rule.name: rule for rule in all_rules([], advice=True)}

    assert "s3:GetBucketLocation" in operations([rules["bucket-does-not-notify"]])
    assert "s3:GetBucketLocation" not in operations([rules["default-timeout"]])
