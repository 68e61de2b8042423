"""What the roles of a snapshot may do, and what the answer rests on."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctor.iam.authority import Authority
from doctor.iam.request import InvalidRequest
from doctor.model.call import Call, Gap
from doctor.model.function import Function, VpcConfig
from doctor.model.identity import (
    AttachedPermissionsBoundary,
    AttachedPolicy,
    ManagedPolicy,
    PolicyDetail,
    PolicyVersion,
    Role,
)
from doctor.model.network import RouteTable, RouteTableAssociation, VpcEndpoint
from doctor.model.organization import OrganizationPolicy, OrganizationTarget
from doctor.model.snapshot import Resource, Scope, Snapshot
from doctor.model.sources import Bucket, Key
from doctor.model.triggers import Queue, Table

ACCOUNT, REGION = "111122223333", "eu-west-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/service-role/fn-role"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/fn-role/f"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/t"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
BUCKET = "arn:aws:s3:::b"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"
MANAGED = f"arn:aws:iam::{ACCOUNT}:policy/shared"
ORGANIZATION = "arn:aws:organizations::999999999999:organization/o-1"
NO_ORGANIZATION = Gap(reason="absent", call=Call(service="organizations", operation="DescribeOrganization"))


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: str = "*", resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str = "*", resource: str = "*", **more: Any) -> dict[str, Any]:
    return {**allow(action, resource, **more), "Effect": "Deny"}


def role(*statements: dict[str, Any], **fields: Any) -> Role:
    inline = (PolicyDetail(policy_name="inline", policy_document=document(*statements)),) if statements else ()
    return Role(arn=ROLE, role_name="fn-role", role_policy_list=inline, **fields)


def managed(*statements: dict[str, Any]) -> ManagedPolicy:
    version = PolicyVersion(document=document(*statements), version_id="v1", is_default_version=True)
    return ManagedPolicy(arn=MANAGED, policy_name="shared", policy_version_list=(version,))


def function(**fields: Any) -> Function:
    return Function(function_name="f", function_arn=FUNCTION, role=ROLE, **fields)


def authority(*resources: Resource, gaps: tuple[Gap, ...] = (NO_ORGANIZATION,)) -> Authority:
    return Authority(
        Snapshot(
            taken_at=datetime(2026, 11, 23, tzinfo=UTC),
            scope=Scope(account=ACCOUNT, region=REGION),
            resources={one.arn: one for one in resources},
            gaps=gaps,
        ),
    )


SEND = ("sqs:SendMessage", QUEUE)
PUT_LOGS = ("logs:PutLogEvents", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:g:log-stream:s")


def test_an_allow_where_everything_was_seen_is_unqualified() -> None:
    decision = authority(role(allow("logs:*"))).can(function(), *PUT_LOGS)

    assert (decision.result, decision.assumptions, decision.principal) == ("allowed", (), SESSION)


def test_a_missing_allow_is_a_denial_that_names_the_layer() -> None:
    decision = authority(role(allow("logs:*")), Queue(queue_arn=QUEUE)).can(function(), *SEND)

    assert (decision.result, decision.explicit, decision.blockers) == ("denied", False, ("identity",))


def test_an_attached_policy_counts_at_its_default_version() -> None:
    attached = (AttachedPolicy(policy_name="shared", policy_arn=MANAGED),)
    holder = authority(role(attached_managed_policies=attached), managed(allow("logs:*")))
    (match,) = holder.can(function(), *PUT_LOGS).allows

    assert match.statement.policy == MANAGED


def test_without_its_role_nothing_is_certain() -> None:
    gap = Gap(reason="denied", call=Call(service="iam", operation="GetRole"), resource=ROLE, error="no")
    decision = authority(gaps=(gap, NO_ORGANIZATION)).can(function(), *PUT_LOGS)

    assert decision.result == "depends"
    assert decision.assumptions == (f"the role {ROLE} (iam:GetRole: no) was not seen: it may allow or deny",)


def test_an_attached_policy_that_was_not_read_may_allow() -> None:
    attached = (AttachedPolicy(policy_name="shared", policy_arn=MANAGED),)
    decision = authority(role(attached_managed_policies=attached)).can(function(), *PUT_LOGS)

    assert decision.result == "depends"
    assert MANAGED in decision.assumptions[0]


def test_an_attached_policy_that_was_not_read_leaves_an_allow_qualified() -> None:
    attached = (AttachedPolicy(policy_name="shared", policy_arn=MANAGED),)
    decision = authority(role(allow(), attached_managed_policies=attached)).can(function(), *PUT_LOGS)

    assert decision.result == "allowed"
    assert decision.assumptions == (f"{MANAGED} was not seen: it is assumed not to deny",)


@pytest.mark.parametrize(("known", "result"), [(True, "denied"), (False, "depends")])
def test_a_boundary_bounds(known: bool, result: str) -> None:
    bounded = role(allow(), permissions_boundary=AttachedPermissionsBoundary(permissions_boundary_arn=MANAGED))
    decision = authority(bounded, *([managed(allow("sqs:*"))] if known else [])).can(function(), *PUT_LOGS)

    assert (decision.result, decision.blockers) == (result, ("boundary",))


def test_scps_that_nobody_could_read_are_an_assumption() -> None:
    decision = authority(role(allow()), gaps=()).can(function(), *PUT_LOGS)

    assert decision.result == "allowed"
    assert "no service control policy denies it: none could be read" in decision.assumptions


def target(
    level: int, name: str, *statements: dict[str, Any], kind: str = "SERVICE_CONTROL_POLICY"
) -> OrganizationTarget:
    policy = OrganizationPolicy(id="p-1", name=f"at-{name}", type=kind, content=document(*statements))
    return OrganizationTarget(arn=f"{ORGANIZATION}/{name}", target_id=name, level=level, policies=(policy,))


def test_every_level_of_scps_must_allow() -> None:
    levels = (target(0, "r-root", allow()), target(1, "ou-1", allow("sqs:*")))
    decision = authority(role(allow()), *levels, gaps=()).can(function(), *PUT_LOGS)

    assert (decision.result, decision.blockers) == ("denied", ("scp",))
    assert {one.target: one.result for one in decision.layers if one.layer == "scp"} == {
        "r-root": "allowed",
        "ou-1": "implicitly_denied",
    }


def test_rcps_bound_the_services_that_support_them() -> None:
    rcp = target(0, "r-root", allow(Principal="*"), deny(Principal="*"), kind="RESOURCE_CONTROL_POLICY")
    holder = authority(role(allow()), Queue(queue_arn=QUEUE), rcp, gaps=())

    assert holder.can(function(), *SEND).blockers == ("rcp",)
    assert holder.can(function(), "lambda:GetFunction", FUNCTION).result == "allowed"


def test_a_resource_policy_that_was_not_read_may_grant() -> None:
    decision = authority(role(allow("logs:*")), Table(table_arn=TABLE, table_name="t")).can(
        function(), "dynamodb:GetItem", TABLE
    )

    assert decision.result == "depends"
    assert "identity" in decision.blockers


def test_a_queue_policy_can_grant_by_itself() -> None:
    policy = document(allow("sqs:SendMessage", QUEUE, Principal={"AWS": SESSION}))
    decision = authority(role(), Queue(queue_arn=QUEUE, policy=policy)).can(function(), *SEND)

    assert decision.result == "allowed"


def test_a_bucket_belongs_to_an_account_that_its_arn_does_not_tell() -> None:
    decision = authority(role(allow()), Bucket(arn=BUCKET, bucket_name="b")).can(
        function(), "s3:GetObject", f"{BUCKET}/k"
    )

    assert decision.result == "allowed"
    assert any("bucket belongs to" in one for one in decision.assumptions)


def test_a_key_needs_its_own_policy() -> None:
    trusting = document(allow("kms:*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))
    ask = (function(), "kms:Decrypt", KEY)

    assert authority(role(allow("kms:*")), Key(arn=KEY, key_id="1")).can(*ask).result == "depends"
    assert authority(role(allow("kms:*")), Key(arn=KEY, key_id="1", policy=trusting)).can(*ask).result == "allowed"
    assert authority(role(allow("kms:*")), Key(arn=KEY, key_id="1", policy=document())).can(*ask).result == "denied"


@pytest.mark.parametrize(
    ("context", "result"),
    [({"kms:EncryptionContext:app": "x"}, "allowed"), ({"kms:EncryptionContext:app": "y"}, "denied")],
)
def test_a_grant_allows_within_its_constraints(context: dict[str, str], result: str) -> None:
    grant = {
        "GrantId": "g",
        "GranteePrincipal": ROLE,
        "Operations": ["Decrypt"],
        "Constraints": {"EncryptionContextSubset": {"app": "x"}},
    }
    key = Key(arn=KEY, key_id="1", policy=document(), grants=(grant,))

    assert authority(role(), key).can(function(), "kms:Decrypt", KEY, context).result == result


SUBNETS = VpcConfig(subnet_ids=("subnet-1",), vpc_id="vpc-1")
ENDPOINT_ARN = f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc-endpoint/vpce-1"


@pytest.mark.parametrize(
    ("fields", "result"),
    [
        ({"vpc_endpoint_type": "Interface", "private_dns_enabled": True}, "denied"),
        ({"vpc_endpoint_type": "Interface", "private_dns_enabled": False}, "allowed"),
        ({"vpc_endpoint_type": "Gateway", "route_table_ids": ("rtb-1",)}, "denied"),
        ({"vpc_endpoint_type": "Gateway", "route_table_ids": ("rtb-2",)}, "allowed"),
    ],
)
def test_an_endpoint_policy_counts_where_the_traffic_takes_it(fields: dict[str, Any], result: str) -> None:
    endpoint = VpcEndpoint(
        arn=ENDPOINT_ARN,
        vpc_endpoint_id="vpce-1",
        vpc_id="vpc-1",
        service_name=f"com.amazonaws.{REGION}.sqs",
        policy_document='{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sqs:Receive*", "Resource": "*"}}',
        **fields,
    )
    table = RouteTable(
        arn=f"arn:aws:ec2:{REGION}:{ACCOUNT}:route-table/rtb-1",
        route_table_id="rtb-1",
        vpc_id="vpc-1",
        associations=(RouteTableAssociation(main=True),),
    )
    holder = authority(role(allow()), Queue(queue_arn=QUEUE), endpoint, table)

    assert holder.can(function(vpc_config=SUBNETS), *SEND).result == result


@pytest.mark.parametrize(
    ("condition", "result"),
    [
        ({"ArnEquals": {"lambda:SourceFunctionArn": FUNCTION}}, "allowed"),
        ({"ArnEquals": {"aws:PrincipalArn": ROLE}}, "allowed"),
        ({"StringEquals": {"aws:RequestedRegion": REGION}}, "allowed"),
        ({"StringEquals": {"aws:RequestedRegion": "us-east-1"}}, "denied"),
        ({"Null": {"aws:username": "false"}}, "denied"),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, "denied"),
        ({"StringEquals": {"s3:prefix": "a"}}, "denied"),
        ({"StringEquals": {"aws:PrincipalTag/team": "red"}}, "depends"),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, "depends"),
        ({"DateGreaterThan": {"aws:CurrentTime": "2026-11-22"}}, "allowed"),
    ],
)
def test_the_context_of_a_functions_call(condition: dict[str, Any], result: str) -> None:
    decision = authority(role(allow(Condition=condition))).can(function(), *PUT_LOGS)

    assert decision.result == result
    assert bool(decision.unknown_keys) == (result == "depends")


def test_what_is_known_of_the_context_can_be_added() -> None:
    holder = authority(role(allow(Condition={"StringEquals": {"aws:PrincipalTag/team": "red"}})))

    assert holder.can(function(), *PUT_LOGS, {"aws:PrincipalTag/team": "red"}).result == "allowed"
    assert holder.can(function(), *PUT_LOGS, {"aws:PrincipalTag/team": "blue"}).result == "denied"


def call(name: str, **parameters: Any) -> Call:
    service, operation = name.split(":")
    return Call(service=service, operation=operation, parameters=parameters)


def test_a_call_is_decided_action_by_action() -> None:
    holder = authority(role(allow("s3:PutObject", f"{BUCKET}/*")), Bucket(arn=BUCKET, bucket_name="b"))
    decisions = holder.decide(function(), call("s3:CopyObject", Bucket="b", Key="k", CopySource="b/k2"))

    assert [(one.action, one.result) for one in decisions] == [("s3:PutObject", "allowed"), ("s3:GetObject", "denied")]


def test_a_calls_parameters_settle_condition_keys() -> None:
    only = allow("s3:ListBucket", BUCKET, Condition={"StringLike": {"s3:prefix": "in/*"}})
    holder = authority(role(only), Bucket(arn=BUCKET, bucket_name="b"))

    assert holder.decide(function(), call("s3:ListObjectsV2", Bucket="b", Prefix="in/x"))[0].result == "allowed"
    assert holder.decide(function(), call("s3:ListObjectsV2", Bucket="b"))[0].result == "denied"
    assert holder.can(function(), "s3:ListBucket", BUCKET).result == "depends"


def test_what_the_parameters_do_not_tell_leaves_a_denial_open() -> None:
    secret = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:db-AbCdEf"
    (decision,) = authority(role(allow("secretsmanager:*", secret))).decide(
        function(), call("secretsmanager:GetSecretValue", SecretId="db")
    )

    assert decision.result == "depends"
    assert "six characters" in decision.assumptions[-1]


def test_an_unknown_operation_is_not_decided() -> None:
    (decision,) = authority(role(allow())).decide(function(), call("nosuch:Thing"))

    assert decision.result == "depends"
    assert decision.assumptions == ("no IAM action is known for nosuch:Thing",)


@pytest.mark.parametrize("given", ["", "fn-role"])
def test_a_function_whose_role_is_no_arn_is_not_decided(given: str) -> None:
    nameless = Function(function_name="f", function_arn=FUNCTION, role=given)

    assert authority().can(nameless, *PUT_LOGS).result == "depends"


@pytest.mark.parametrize(("action", "resource"), [("GetObject", BUCKET), ("s3:GetObject", "b"), ("s3:GetObject", "")])
def test_a_malformed_question_is_refused(action: str, resource: str) -> None:
    with pytest.raises(InvalidRequest):
        authority().can(function(), action, resource)
    with pytest.raises(InvalidRequest):
        authority().by_service("s3.amazonaws.com", action, resource)


PERMISSION = allow("lambda:InvokeFunction", FUNCTION, Principal={"Service": "s3.amazonaws.com"})


@pytest.mark.parametrize(
    ("resource", "context", "result"),
    [
        (FUNCTION, {"aws:SourceArn": BUCKET}, "allowed"),
        (FUNCTION, {"aws:SourceArn": "arn:aws:s3:::other"}, "denied"),
        (f"{FUNCTION}:prod", {"aws:SourceArn": BUCKET}, "depends"),
    ],
)
def test_a_trigger_needs_permission(resource: str, context: dict[str, str], result: str) -> None:
    policy = document({**PERMISSION, "Condition": {"ArnLike": {"AWS:SourceArn": BUCKET}}})
    holder = authority(function(policy=policy))

    assert holder.by_service("s3.amazonaws.com", "lambda:InvokeFunction", resource, context).result == result


def test_a_role_can_be_assumed_by_whom_it_trusts() -> None:
    trust = document({"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"})
    holder = authority(role(assume_role_policy_document=trust))

    assert holder.by_service("lambda.amazonaws.com", "sts:AssumeRole", ROLE).result == "allowed"
    assert holder.by_service("edgelambda.amazonaws.com", "sts:AssumeRole", ROLE).result == "denied"


OPERATIONS = [
    "s3:CopyObject",
    "sqs:SendMessage",
    "lambda:Invoke",
    "kms:Decrypt",
    "secretsmanager:GetSecretValue",
    "stepfunctions:StartExecution",
    "dynamodb:TransactWriteItems",
    "logs:PutLogEvents",
    "sts:AssumeRole",
]
PARAMETERS = [
    "Bucket",
    "Key",
    "CopySource",
    "QueueUrl",
    "FunctionName",
    "KeyId",
    "SecretId",
    "stateMachineArn",
    "RoleArn",
]
VALUES = (
    st.sampled_from(["", "x", "arn:", "arn:aws:s3", "arn:aws:sqs:::::", "*", "a b", "\n"]) | st.integers() | st.none()
)


@given(st.sampled_from(OPERATIONS), st.dictionaries(st.sampled_from(PARAMETERS), VALUES))
def test_a_call_with_any_parameters_is_decided(operation: str, parameters: dict[str, Any]) -> None:
    for decision in authority(role(allow())).decide(function(), call(operation, **parameters)):
        assert decision.result in ("allowed", "depends")
