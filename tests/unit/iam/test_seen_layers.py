"""What was read of the layers around a request, and what an answer says where something was not."""

import json
from typing import Any

import pytest
from msgspec.structs import replace

from doctor.engine.allowance import allowance
from doctor.engine.diagnose import diagnose
from doctor.engine.world import World
from doctor.model.call import Call
from doctor.model.function import VpcConfig
from doctor.model.network import VpcEndpoint
from doctor.model.organization import OrganizationPolicy, OrganizationTarget
from doctor.model.snapshot import Snapshot
from doctor.model.sources import Key, Stream
from doctor.model.telemetry import TracedCall
from doctor.model.triggers import Table
from doctor.shelf import all_rules
from doctor.testing.world import (
    ACCOUNT,
    NOW,
    REGION,
    allow,
    deny,
    document,
    function,
    gap,
    queue,
    role,
    snapshot,
    world,
)

TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
STREAM = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/clicks"
KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0123"
ALIAS = f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/orders"
TRUSTING = {**allow("kms:*"), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}
KEY = Key(arn=KEY_ARN, key_id="0123", key_state="Enabled", policy=document(TRUSTING), aliases=("alias/orders",))
F = function(role=role().arn)
INSIDE = function(role=role().arn, vpc_config=VpcConfig(vpc_id="vpc-1", subnet_ids=("subnet-1",)))


def can(seen: World, action: str, resource: str) -> Any:
    return seen.authority.can(seen.live[0], action, resource)


def table(**more: Any) -> Table:
    return Table(table_arn=TABLE, table_name="orders", **more)


def test_a_table_that_has_no_policy_leaves_it_to_the_role() -> None:
    assert can(world(F, role(), table(policy={})), "dynamodb:GetItem", TABLE).result == "denied"
    assert can(world(F, role(), table()), "dynamodb:GetItem", TABLE).result == "depends"


def test_a_tables_policy_is_for_its_indexes_too_and_not_for_its_stream() -> None:
    closed = table(policy=document({**deny("dynamodb:*"), "Principal": "*"}))
    seen = world(F, role(allow("*")), closed)

    assert can(seen, "dynamodb:Query", f"{TABLE}/index/i").explicit
    assert can(seen, "dynamodb:GetRecords", f"{TABLE}/stream/2026").result == "allowed"


def test_a_streams_policy_counts() -> None:
    stream = Stream(
        stream_arn=STREAM, stream_name="clicks", policy=document({**deny("kinesis:PutRecord"), "Principal": "*"})
    )

    assert can(world(F, role(allow("*")), stream), "kinesis:PutRecord", STREAM).explicit


def test_an_alias_stands_for_its_key() -> None:
    seen = world(F, role(allow("kms:Decrypt", KEY_ARN)), KEY)
    call = Call(service="kms", operation="Decrypt", parameters={"KeyId": "alias/orders"})

    assert can(seen, "kms:Decrypt", ALIAS).resource == KEY_ARN
    assert [one.result for one in seen.authority.decide(F, call)] == ["allowed"]
    assert can(world(F, role(allow("kms:Decrypt", KEY_ARN))), "kms:Decrypt", ALIAS).resource == ALIAS


def test_conditions_on_an_alias_are_decided_by_the_one_that_was_named() -> None:
    by_name = allow("kms:Decrypt", KEY_ARN, Condition={"StringEquals": {"kms:RequestAlias": "alias/orders"}})
    by_any = allow("kms:Decrypt", KEY_ARN, Condition={"ForAnyValue:StringLike": {"kms:ResourceAliases": "alias/ord*"}})

    assert can(world(F, role(by_name), KEY), "kms:Decrypt", ALIAS).result == "allowed"
    assert can(world(F, role(by_any), KEY), "kms:Decrypt", ALIAS).result == "allowed"


def test_what_is_about_the_alias_itself_stays_about_it() -> None:
    assert can(world(F, role(allow("kms:*", KEY_ARN)), KEY), "kms:DeleteAlias", ALIAS).resource == ALIAS


def test_a_queue_whose_key_is_told_by_alias_needs_that_key() -> None:
    from doctor.engine.facts.role_needs import key_of, key_wants

    one = queue(kms_master_key_id="alias/orders")

    assert key_of(world(one, KEY), one) == KEY_ARN
    assert [want.resource for want in key_wants(world(one, KEY), one, "Decrypt")] == [KEY_ARN]
    assert key_of(world(one), one) == ""
    assert key_of(world(KEY), queue(kms_master_key_id="alias/aws/sqs")) == ""
    assert key_of(world(KEY), queue(kms_master_key_id="0123")) == KEY_ARN


def endpoint(service: str, *statements: dict[str, Any]) -> VpcEndpoint:
    return VpcEndpoint(
        vpc_endpoint_id="vpce-1",
        arn=f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc-endpoint/vpce-1",
        vpc_endpoint_type="Interface",
        vpc_id="vpc-1",
        service_name=f"com.amazonaws.{REGION}.{service}",
        private_dns_enabled=True,
        policy_document=json.dumps(document(*({"Principal": "*", **one} for one in statements))),
    )


@pytest.mark.parametrize(
    ("service", "action"),
    [
        ("kinesis-streams", "kinesis:PutRecord"),
        ("monitoring", "cloudwatch:PutMetricData"),
        ("ecr.api", "ecr:GetAuthorizationToken"),
        ("kinesis-firehose", "firehose:PutRecord"),
        ("sqs", "sqs:ListQueues"),
    ],
)
def test_an_endpoint_is_found_by_the_name_that_its_service_has_there(service: str, action: str) -> None:
    seen = world(INSIDE, role(allow("*")), endpoint(service, deny(action)))

    assert can(seen, action, "*").explicit


def test_endpoints_that_were_not_read_are_taken_for_granted_aloud() -> None:
    seen = World(snapshot(INSIDE, role(allow("*")), gaps=[gap("ec2:DescribeVpcEndpoints")]))
    outside = World(snapshot(F, role(allow("*")), gaps=[gap("ec2:DescribeVpcEndpoints")]))

    assert any("VPC endpoint" in one for one in can(seen, "sqs:ListQueues", "*").assumptions)
    assert not any("VPC endpoint" in one for one in can(outside, "sqs:ListQueues", "*").assumptions)


def with_trace(seen: Snapshot, **parameters: str) -> Snapshot:
    call = TracedCall(
        function=F.arn, service="dynamodb", operation="PutItem", parameters=parameters, at=NOW, trace_id="1-5f-1"
    )
    return replace(seen, traced=(call,))


def test_a_call_that_a_trace_tells_is_foreseen_to_be_denied() -> None:
    rules = [one for one in all_rules([], advice=True) if one.name == "call-will-be-denied"]
    seen = with_trace(snapshot(F, role(), table(policy={})), TableName="orders")
    (finding,) = diagnose(World(seen), rules).findings

    assert f"dynamodb:PutItem on {TABLE} (X-Ray, " in finding.problem.message
    assert "xray:BatchGetTraces" in {one.source for one in finding.problem.evidence}
    assert not diagnose(World(with_trace(snapshot(F, role(allow("dynamodb:*"))), TableName="orders")), rules).findings


def test_a_call_that_a_trace_tells_is_a_need() -> None:
    seen = World(with_trace(snapshot(F, role(allow("dynamodb:PutItem", TABLE))), TableName="orders"))
    (grant,) = allowance(seen, seen.live[0]).grants

    assert [one.action for one in grant.needed] == ["dynamodb:PutItem"]
    assert grant.needed[0].told.startswith("X-Ray")


def on(key: str, value: str, operator: str = "StringEquals") -> dict[str, Any]:
    return {"Condition": {operator: {key: value}}}


def test_a_resources_policy_does_not_see_which_function_asks() -> None:
    """``lambda:SourceFunctionArn`` is for identity-based policies and service control policies alone."""
    named = {**allow("sqs:*", **on("lambda:SourceFunctionArn", F.arn, "ArnEquals")), "Principal": {"AWS": role().arn}}
    one = queue(policy=document(named))

    assert can(world(F, role(), one), "sqs:SendMessage", one.arn).result == "denied"
    own = role(allow("sqs:*", **on("lambda:SourceFunctionArn", F.arn, "ArnEquals")))
    assert can(world(F, own, queue()), "sqs:SendMessage", one.arn).result == "allowed"


@pytest.mark.parametrize(
    ("key", "value", "result"),
    [
        ("aws:SourceVpce", "vpce-1", "allowed"),
        ("aws:SourceVpce", "vpce-2", "denied"),
        ("aws:SourceVpc", "vpc-1", "allowed"),
        ("aws:SourceIp", "203.0.113.7", "denied"),
        ("aws:VpcSourceIp", "10.0.0.7", "depends"),
    ],
)
def test_by_an_endpoint_it_is_known_where_a_call_comes_from(key: str, value: str, result: str) -> None:
    seen = world(INSIDE, role(allow("sqs:*", **on(key, value))), endpoint("sqs", allow("*")))

    assert can(seen, "sqs:ListQueues", "*").result == result


def test_without_an_endpoint_of_its_vpc_it_may_still_leave_by_anothers() -> None:
    seen = world(INSIDE, role(allow("sqs:*", **on("aws:SourceVpce", "vpce-9"))))

    assert can(seen, "sqs:ListQueues", "*").result == "depends"


def test_the_resources_account_is_told_by_its_arn() -> None:
    seen = world(F, role(allow("sqs:*", **on("aws:ResourceAccount", ACCOUNT))), queue())

    assert can(seen, "sqs:SendMessage", queue().arn).result == "allowed"
    assert can(seen, "sqs:SendMessage", queue().arn.replace(ACCOUNT, "444455556666")).result == "denied"
    assert (
        can(
            world(F, role(allow("s3:*", **on("aws:ResourceAccount", ACCOUNT)))), "s3:GetObject", "arn:aws:s3:::b/k"
        ).result
        == "depends"
    )


def test_a_session_is_told_by_its_roles_id() -> None:
    known = replace(role(allow("sqs:*", **on("aws:userid", "AROA1:f"))), role_id="AROA1")

    assert can(world(F, known), "sqs:ListQueues", "*").result == "allowed"


def test_in_no_organization_its_keys_are_absent() -> None:
    needy = role(allow("sqs:*", **on("aws:PrincipalOrgID", "o-1")))
    alone = gap("organizations:DescribeOrganization", reason="absent")

    assert can(World(snapshot(F, needy, gaps=[alone])), "sqs:ListQueues", "*").result == "denied"
    assert can(world(F, needy), "sqs:ListQueues", "*").result == "depends"


def test_the_organization_is_told_by_what_bounds_the_account() -> None:
    full = OrganizationPolicy(id="p", name="FullAWSAccess", type="SERVICE_CONTROL_POLICY", content=document(allow("*")))
    target = OrganizationTarget(
        arn=f"arn:aws:organizations::999999999999:account/o-1/{ACCOUNT}", target_id=ACCOUNT, level=1, policies=(full,)
    )
    seen = world(F, role(allow("sqs:*", **on("aws:PrincipalOrgID", "o-1"))), target)

    assert can(seen, "sqs:ListQueues", "*").result == "allowed"


@pytest.mark.parametrize(
    ("action", "resource", "result"),
    [
        ("iam:CreatePolicyVersion", "arn:aws:iam::aws:policy/ReadOnlyAccess", "denied"),
        ("iam:GetPolicy", "arn:aws:iam::aws:policy/ReadOnlyAccess", "allowed"),
        ("iam:DeleteRole", f"arn:aws:iam::{ACCOUNT}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_x", "denied"),
        ("iam:DeleteRole", f"arn:aws:iam::{ACCOUNT}:role/mine", "allowed"),
        ("kms:DeleteAlias", f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/aws/sqs", "denied"),
    ],
)
def test_what_is_awss_own_changes_for_nobody(action: str, resource: str, result: str) -> None:
    seen = world(F, role(allow("*")))
    decision = can(seen, action, resource)

    assert decision.result == result or (result == "allowed" and decision.result == "depends")
    assert decision.explicit == (result == "denied")
