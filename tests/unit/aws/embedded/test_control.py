"""The control endpoint: who may use it, and what its actions do."""

import json
from http import HTTPStatus
from typing import Any

import pytest

from doctor.errors import EmbeddedError
from tests.unit.aws.embedded.probe import Account, fetch

BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


@pytest.mark.parametrize("headers", [{}, {"X-Doctor-Token": ""}, {"X-Doctor-Token": "wrong"}, {"X-Doctor-Token": "é"}])
@pytest.mark.parametrize("action", ["identify", "reset", "set_function", "no such action"])
def test_nothing_is_done_without_the_token(account: Account, headers: dict[str, str], action: str) -> None:
    account.function()
    body = json.dumps({"action": action, "parameters": {}}).encode()

    assert fetch(f"{account.embedded.endpoint}/_doctor/control", body, headers)[0] == HTTPStatus.FORBIDDEN
    assert account.lambda_("get_function_configuration")["FunctionName"] == "f"


@pytest.mark.parametrize("path", ["/moto-api/reset", "/moto-api/data.json", "/_doctor/", "/_doctor/package/guess.zip"])
def test_there_is_no_other_way_in(account: Account, path: str) -> None:
    account.function()

    assert fetch(account.embedded.endpoint + path, b"{}")[0] == HTTPStatus.NOT_FOUND
    assert account.lambda_("get_function_configuration")["FunctionName"] == "f"


@pytest.mark.parametrize(
    ("action", "parameters", "said"),
    [
        ("no_such_action", {}, "no such action; there are .*identify.*reset.*set_function"),
        ("set_function", {"FunctionName": "f"}, "misses Configuration"),
        ("set_function", {"FunctionName": "f", "Configuration": {}, "Colour": 1}, "does not know Colour"),
        ("set_function", {"FunctionName": "f", "Configuration": {}}, "ResourceNotFoundException: Function not found"),
        (
            "put_managed_policy",
            {"Arn": "arn:aws:iam::1:policy/x", "Document": {}},
            "is not the ARN of a policy that AWS",
        ),
    ],
)
def test_a_wrong_call_is_explained(account: Account, action: str, parameters: dict[str, Any], said: str) -> None:
    with pytest.raises(EmbeddedError, match=said):
        account.embedded.control(action, **parameters)


def test_reset_empties_every_region_and_what_additions_keep(account: Account) -> None:
    account.function(DeadLetterConfig={"TargetArn": account.queue()})
    account.embedded.control("set_concurrency_limit", ConcurrentExecutions=10)
    account.embedded.control("put_events", Events=[{"EventId": "1", "EventTime": 1}])
    account.embedded.control("reset")

    assert account.call("lambda", "list_functions")["Functions"] == []
    assert account.call("lambda", "get_account_settings")["AccountLimit"]["ConcurrentExecutions"] == 1000
    assert account.call("cloudtrail", "lookup_events")["Events"] == []


STATE = {"State": "Failed", "StateReason": "The role is gone.", "StateReasonCode": "InvalidConfiguration"}
UPDATE = {
    "LastUpdateStatus": "Failed",
    "LastUpdateStatusReason": "No free address.",
    "LastUpdateStatusReasonCode": "SubnetOutOfIPAddresses",
}


def test_a_functions_state_is_what_it_was_set_to(account: Account) -> None:
    account.function()
    account.embedded.control("set_function", FunctionName="f", Configuration=STATE | UPDATE)
    reads = [
        account.lambda_("get_function")["Configuration"],
        account.lambda_("get_function_configuration"),
        account.call("lambda", "list_functions")["Functions"][0],
    ]

    for read in reads:
        assert {name: read[name] for name in STATE | UPDATE} == STATE | UPDATE


def test_an_update_settles_the_last_one_and_not_the_state(account: Account) -> None:
    account.function()
    account.embedded.control("set_function", FunctionName="f", Configuration=STATE | UPDATE)
    read = account.lambda_("update_function_configuration", Timeout=9)

    assert (read["LastUpdateStatus"], read["State"]) == ("Successful", "Failed")
    assert "LastUpdateStatusReason" not in read


@pytest.mark.parametrize("busy", [{"LastUpdateStatus": "InProgress"}, {"State": "Pending"}])
def test_a_function_in_motion_takes_no_change(account: Account, busy: dict[str, str]) -> None:
    account.function()
    account.embedded.control("set_function", FunctionName="f", Configuration=busy)

    assert account.lambda_("update_function_configuration", Timeout=9) == "ResourceConflictException"
    assert account.lambda_("publish_version") == "ResourceConflictException"


def test_an_environment_can_be_emptied(account: Account) -> None:
    account.function(Environment={"Variables": {"A": "1"}})
    account.lambda_("update_function_configuration", Environment={})

    assert "Environment" not in account.lambda_("get_function_configuration")


def test_a_version_can_be_set_apart_from_latest(account: Account) -> None:
    account.function(Publish=True)
    runtime = {"RuntimeVersionConfig": {"RuntimeVersionArn": "arn:aws:lambda:us-east-1::runtime:" + "a" * 64}}
    account.embedded.control("set_function", FunctionName="f", Qualifier="1", Configuration=runtime)

    assert account.lambda_("get_function_configuration", Qualifier="1").items() >= runtime.items()
    assert "RuntimeVersionConfig" not in account.lambda_("get_function_configuration")


@pytest.mark.parametrize(
    "source", ["arn:aws:sqs:us-east-1:123456789012:q", "arn:aws:mq:us-east-1:123456789012:broker:b"]
)
def test_a_mappings_last_result_can_be_set_and_goes_with_an_update(account: Account, source: str) -> None:
    account.function()
    account.queue()
    uuid = account.lambda_("create_event_source_mapping", EventSourceArn=source)["UUID"]
    problem = {"LastProcessingResult": "PROBLEM: Function call failed"}
    account.embedded.control("set_event_source_mapping", UUID=uuid, Configuration=problem)

    assert account.lambda_("list_event_source_mappings")["EventSourceMappings"][0].items() >= problem.items()
    assert "LastProcessingResult" not in account.call("lambda", "update_event_source_mapping", UUID=uuid, BatchSize=5)


def test_provisioning_can_fail(account: Account) -> None:
    account.function(Publish=True)
    where = {"FunctionName": "f", "Qualifier": "1"}
    account.call("lambda", "put_provisioned_concurrency_config", ProvisionedConcurrentExecutions=2, **where)
    failed = {"Status": "FAILED", "StatusReason": "FUNCTION_ERROR_INIT_FAILURE"}
    account.embedded.control("set_provisioned_concurrency", Config=failed, **where)

    assert account.call("lambda", "get_provisioned_concurrency_config", **where).items() >= failed.items()


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("lambda", "get_function_scaling_config", {"FunctionName": "f", "Qualifier": "1"}),
        ("lambda", "list_capacity_providers", {}),
        ("iam", "simulate_principal_policy", {"PolicySourceArn": "arn:aws:iam::1:role/r", "ActionNames": ["a:b"]}),
        ("ec2", "describe_stale_security_groups", {"VpcId": "vpc-1"}),
        ("cloudtrail", "list_queries", {"EventDataStore": "abc"}),
    ],
)
def test_what_nobody_can_do_is_said_so_at_once(
    account: Account, service: str, operation: str, parameters: dict[str, Any]
) -> None:
    assert account.call(service, operation, **parameters) == "NotImplemented"


EVENTS = [
    {"EventId": "old", "EventName": "DeleteNatGateway", "EventTime": "2026-01-01T00:00:00Z", "EventSource": "ec2.amazonaws.com"},
    {
        "EventId": "new",
        "EventName": "UpdateFunctionConfiguration20150331v2",
        "EventTime": "2026-01-02T00:00:00Z",
        "Resources": [{"ResourceType": "AWS::Lambda::Function", "ResourceName": "f"}],
    },
]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["new", "old"]),
        ({"EndTime": "2026-01-01T12:00:00Z"}, ["old"]),
        ({"StartTime": "2026-01-01T12:00:00Z"}, ["new"]),
        ({"LookupAttributes": [{"AttributeKey": "ResourceName", "AttributeValue": "f"}]}, ["new"]),
        ({"LookupAttributes": [{"AttributeKey": "EventSource", "AttributeValue": "ec2.amazonaws.com"}]}, ["old"]),
        ({"MaxResults": 1}, ["new"]),
        ({"MaxResults": 1, "NextToken": "1"}, ["old"]),
    ],
)
def test_seeded_events_are_looked_up(account: Account, asked: dict[str, Any], found: list[str]) -> None:
    account.embedded.control("put_events", Events=EVENTS)
    answer = account.call("cloudtrail", "lookup_events", **asked)

    assert [event["EventId"] for event in answer["Events"]] == found


def test_a_policy_of_aws_can_be_attached_once_it_is_put(account: Account) -> None:
    account.role()
    attach = {"RoleName": "role", "PolicyArn": BASIC}
    before = account.call("iam", "attach_role_policy", **attach)
    document = {"Version": "2012-10-17", "Statement": []}
    account.embedded.control("put_managed_policy", Arn=BASIC, Document=document, VersionId="v3")
    account.call("iam", "attach_role_policy", **attach)
    version = account.call("iam", "get_policy_version", PolicyArn=BASIC, VersionId="v3")["PolicyVersion"]

    assert before == "NoSuchEntity"
    assert version["Document"] == document


def test_the_default_vpc_can_be_taken_away(account: Account) -> None:
    before = account.call("ec2", "describe_vpcs")["Vpcs"]
    account.embedded.control("delete_default_vpc")

    assert len(before) == 1
    for kind in ("vpcs", "subnets", "route_tables", "internet_gateways", "network_acls", "security_groups"):
        answer = account.call("ec2", f"describe_{kind}")
        assert list(answer.values()) == [[]], kind


def test_the_concurrency_limit_can_be_set(account: Account) -> None:
    account.embedded.control("set_concurrency_limit", ConcurrentExecutions=10)
    quota = account.call("service-quotas", "get_service_quota", ServiceCode="lambda", QuotaCode="L-B99A9384")

    assert account.call("lambda", "get_account_settings")["AccountLimit"]["ConcurrentExecutions"] == 10
    assert quota["Quota"]["Value"] == 10
