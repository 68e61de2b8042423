"""Writes to managed policies, keys' policies and endpoints' policies are applied to an embedded account, read back and taken back."""

import json
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from doctor.aws.apply import apply
from doctor.aws.embedded.account import Embedded
from doctor.aws.readback import after, differences, values
from doctor.aws.session import connect
from doctor.aws.undo import undo
from doctor.engine.diagnose import diagnose
from doctor.engine.operations import managed_policies, role_policies, trust
from doctor.engine.operations.ec2 import vpc_endpoints
from doctor.engine.operations.keys import let_use
from doctor.engine.plan import plan
from doctor.engine.world import World
from doctor.model.finding import Fix, Step
from doctor.model.identity import ManagedPolicy, PolicyDetail, PolicyVersion, Role
from doctor.model.network import VpcEndpoint
from doctor.model.plan import Proved, Receipt
from doctor.model.snapshot import Resource
from doctor.model.sources import Key
from doctor.model.target import Target
from doctor.shelf import all_rules
from doctor.testing.world import allow, denied, document, function, role, world

QUEUE = "arn:aws:sqs:eu-west-1:111122223333:q"


@pytest.fixture(scope="module")
def embedded() -> Iterator[Embedded]:
    with Embedded.start(region="eu-west-1") as account:
        yield account


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", lambda _: None)


def client(embedded: Embedded, service: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=embedded.endpoint,
        region_name="eu-west-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def run(job: Generator[Any, None, Receipt]) -> Receipt:
    while True:
        try:
            next(job)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def carried_out_and_taken_back(embedded: Embedded, steps: tuple[Step, ...], *there: Resource) -> dict[str, Any]:
    """What the account shows in between, by the fields that were written."""
    needy = world(function(role=role().arn), role(), invocations=[denied("sqs:SendMessage", QUEUE)])
    rules = [one for one in all_rules([]) if one.name == "action-not-allowed"]
    finding = diagnose(needy, rules).findings[0]
    made = plan(World(needy.snapshot.with_resources(*there)), finding, Fix(title="t", steps=steps))
    aws, _ = connect(Target(endpoint=embedded.endpoint), paced=False)
    before = values(aws, made.touches)

    receipt = run(
        apply(Proved(plan=made, account=embedded.account, region="eu-west-1", code_sha256=""), aws, datetime.now(UTC))
    )

    assert made.obstacles == ()
    assert [step.error for step in receipt.steps if step.error] == []
    shown = {one.field: one.value for step in receipt.steps for one in values(aws, after(step.writes))}
    assert run(undo(receipt, aws)).state == "undone"
    assert differences(before, values(aws, before)) == []
    return shown


def a_role(embedded: Embedded, name: str, trusted: dict[str, Any], *inline: PolicyDetail) -> Role:
    iam = client(embedded, "iam")
    told = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trusted))["Role"]
    for one in inline:
        iam.put_role_policy(RoleName=name, PolicyName=one.policy_name, PolicyDocument=json.dumps(one.policy_document))
    return Role(arn=told["Arn"], role_name=name, assume_role_policy_document=trusted, role_policy_list=inline)


def test_a_version_of_a_boundary(embedded: Embedded) -> None:
    iam, said = client(embedded, "iam"), document(allow("sqs:ReceiveMessage"))
    arn = iam.create_policy(PolicyName="fence", PolicyDocument=json.dumps(said))["Policy"]["Arn"]
    iam.create_policy_version(
        PolicyArn=arn, PolicyDocument=json.dumps(said)
    )  # so that the next is not what the model takes it for
    version = PolicyVersion(document=said, version_id="v1", is_default_version=True)
    policy = ManagedPolicy(arn=arn, policy_name="fence", policy_version_list=(version,))

    shown = carried_out_and_taken_back(embedded, managed_policies.add(policy, ["sqs:SendMessage"], QUEUE), policy)

    assert shown == {"DefaultVersionId": "v3"}
    assert [one["VersionId"] for one in iam.list_policy_versions(PolicyArn=arn)["Versions"]] == ["v1", "v2"]


def test_a_managed_policy_where_inline_ones_have_no_room(embedded: Embedded) -> None:
    much = PolicyDetail(
        policy_name="much", policy_document=document(allow("s3:GetObject", "arn:aws:s3:::" + "b" * 10_100))
    )
    full = a_role(embedded, "full", {"Version": "2012-10-17", "Statement": []}, much)

    shown = carried_out_and_taken_back(embedded, role_policies.grant(full, [("sqs:SendMessage", QUEUE)]), full)

    (attached,) = shown["AttachedManagedPolicies"]
    assert attached["PolicyName"].startswith("doctor-")
    assert client(embedded, "iam").list_policies(Scope="Local", PathPrefix="/doctor")["Policies"] == []


def test_a_keys_policy(embedded: Embedded) -> None:
    owner = {**allow("kms:*"), "Principal": {"AWS": f"arn:aws:iam::{embedded.account}:root"}}
    told = client(embedded, "kms").create_key(Policy=json.dumps(document(owner)))["KeyMetadata"]
    key = Key(arn=told["Arn"], key_id=told["KeyId"], key_state="Enabled", policy=document(owner))
    who = f"arn:aws:iam::{embedded.account}:role/r"

    shown = carried_out_and_taken_back(
        embedded, let_use(key, who, ["kms:Decrypt"], {"kms:ViaService": "sqs.eu-west-1.amazonaws.com"}), key
    )

    assert [one["Principal"]["AWS"] for one in shown["Policy"]["Statement"]] == [owner["Principal"]["AWS"], who]


def test_an_endpoints_policy(embedded: Embedded) -> None:
    ec2 = client(embedded, "ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    said = json.dumps(document({**allow("s3:GetObject"), "Principal": "*"}))
    told = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.eu-west-1.s3", PolicyDocument=said)[
        "VpcEndpoint"
    ]
    endpoint = VpcEndpoint(
        arn=f"arn:aws:ec2:eu-west-1:{embedded.account}:vpc-endpoint/{told['VpcEndpointId']}",
        vpc_endpoint_id=told["VpcEndpointId"],
        vpc_id=vpc,
        service_name="com.amazonaws.eu-west-1.s3",
        state=told["State"],
        policy_document=said,
    )
    steps = vpc_endpoints.let_pass(endpoint, "arn:aws:iam::111122223333:role/r", ["s3:PutObject"], "arn:aws:s3:::b/k")

    shown = carried_out_and_taken_back(embedded, steps, endpoint)

    assert [one["Action"] for one in json.loads(shown["PolicyDocument"])["Statement"]] == [
        "s3:GetObject",
        ["s3:PutObject"],
    ]


def test_a_trust_policy(embedded: Embedded) -> None:
    trusted = document(
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    )
    target = a_role(embedded, "target", trusted)

    shown = carried_out_and_taken_back(
        embedded, (trust.let_role_assume(target, f"arn:aws:iam::{embedded.account}:role/r"),), target
    )

    assert len(shown["AssumeRolePolicyDocument"]["Statement"]) == 2
