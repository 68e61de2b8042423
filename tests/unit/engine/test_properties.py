"""A write of properties is told as a template too, in each language: what the template says is what is sent."""

import json

import yaml

from doctor.engine.operations import concurrency, lambda_, operation, sqs, trust
from doctor.model.call import Call
from doctor.model.finding import AsCode
from doctor.testing import world as small

F = small.function("orders", timeout=3)
LIVE = small.alias("live", small.function("orders", version="1"))
QUEUE = small.queue()


def code(call: Call) -> AsCode:
    known = operation(call)
    assert known is not None
    assert known.as_code is not None
    return known.as_code(call)


def test_a_setting_of_a_function_in_each_language() -> None:
    told = code(lambda_.set_timeout(F, 6).call)

    assert told.cloudformation == "# orders, an AWS::Lambda::Function\nProperties:\n  Timeout: 6"
    assert told.sam == "# orders, an AWS::Serverless::Function\nProperties:\n  Timeout: 6"
    assert told.terraform == 'resource "aws_lambda_function" "..." {  # orders\n  timeout = 6\n}'


def test_what_aws_nests_is_a_block_of_terraform() -> None:
    told = code(lambda_.set_ephemeral_storage(F, 1024).call)

    assert "  EphemeralStorage:\n    Size: 1024" in told.cloudformation
    assert "  ephemeral_storage {\n    size = 1024\n  }\n}" in told.terraform


def test_a_reservation_that_is_deleted_is_left_out() -> None:
    put = concurrency.reserve(F, 5).call
    deleted = concurrency.release(F).call

    assert code(put).cloudformation.endswith("  ReservedConcurrentExecutions: 5")
    assert code(deleted).cloudformation.endswith("  # without ReservedConcurrentExecutions")
    assert yaml.safe_load(code(deleted).cloudformation) == {"Properties": None}
    assert code(deleted).terraform.endswith("  # without reserved_concurrent_executions\n}")


def test_sam_publishes_and_moves_the_alias_by_itself() -> None:
    assert 'AutoPublishAlias: "live"' in code(lambda_.move_alias(LIVE, "2").call).sam
    assert "AutoPublishAlias" in code(lambda_.publish_version(F, "fixed").call).sam


def test_a_queue_takes_numbers_and_has_its_own_name_in_terraform() -> None:
    told = code(sqs.set_visibility_timeout(QUEUE, 60).call)

    assert yaml.safe_load(told.cloudformation) == {"Properties": {"VisibilityTimeout": 60}}
    assert "visibility_timeout_seconds = 60" in told.terraform
    assert told.sam == ""


def test_who_may_take_on_a_role_is_the_whole_document() -> None:
    call = trust.let_assume(small.role(), "lambda.amazonaws.com").call
    told = code(call)

    document = yaml.safe_load(told.cloudformation)["Properties"]["AssumeRolePolicyDocument"]
    assert document == json.loads(call.parameters["PolicyDocument"])
    assert told.terraform.count("{") == told.terraform.count("}")
