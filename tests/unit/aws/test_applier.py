"""Whether whoever applies a fix may send its calls: their policies are read from the account when a fix is planned."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from doctor.aws.collectors.applier import applier
from doctor.aws.draft import Draft
from doctor.aws.embedded.account import Embedded
from doctor.aws.embedded.restore.clients import Clients
from doctor.aws.session import connect
from doctor.engine.operations import lambda_
from doctor.engine.surroundings import permitted
from doctor.engine.world import World
from doctor.model.function import Function
from doctor.model.snapshot import Identity, Scope
from doctor.model.target import Target

NOW = datetime(2026, 11, 1, tzinfo=UTC)
REGION = "eu-west-1"


def document(*statements: tuple[str, str]) -> str:
    told = [{"Effect": effect, "Action": action, "Resource": "*"} for effect, action in statements]
    return json.dumps({"Version": "2012-10-17", "Statement": told})


LAMBDA = document(("Allow", "lambda:*"))
NO_UPDATE = document(("Allow", "*"), ("Deny", "lambda:Update*"))


@pytest.fixture(scope="module")
def embedded() -> Iterator[Embedded]:
    with Embedded.start(region=REGION) as account:
        yield account


@pytest.fixture
def iam(embedded: Embedded) -> Any:
    embedded.control("reset")
    return Clients(embedded).iam


def user(iam: Any) -> str:
    """A user without any policy; its ARN."""
    found: str = iam.create_user(UserName="me", Path="/ops/")["User"]["Arn"]
    return found


def with_inline(iam: Any) -> str:
    arn = user(iam)
    iam.put_user_policy(UserName="me", PolicyName="all", PolicyDocument=LAMBDA)
    return arn


def with_group(iam: Any) -> str:
    arn = user(iam)
    iam.create_group(GroupName="operators")
    iam.put_group_policy(GroupName="operators", PolicyName="all", PolicyDocument=LAMBDA)
    iam.add_user_to_group(UserName="me", GroupName="operators")
    return arn


def group_against_user(iam: Any) -> str:
    arn = with_group(iam)
    policy = iam.create_policy(PolicyName="no-update", PolicyDocument=NO_UPDATE)["Policy"]["Arn"]
    iam.attach_user_policy(UserName="me", PolicyArn=policy)
    return arn


def session(iam: Any) -> str:
    arn = iam.create_role(RoleName="operator", Path="/sso/", AssumeRolePolicyDocument='{"Statement": []}')["Role"][
        "Arn"
    ]
    iam.put_role_policy(RoleName="operator", PolicyName="all", PolicyDocument=LAMBDA)
    return str(arn).replace(":iam:", ":sts:").replace("role/sso/", "assumed-role/") + "/me"


def bounded(iam: Any) -> str:
    arn = session(iam)
    policy = iam.create_policy(PolicyName="only-s3", PolicyDocument=document(("Allow", "s3:*")))["Policy"]["Arn"]
    iam.put_role_permissions_boundary(RoleName="operator", PermissionsBoundary=policy)
    return arn


@pytest.mark.parametrize(
    ("who", "result"),
    [
        (user, "denied"),
        (with_inline, "allowed"),
        (with_group, "allowed"),
        (group_against_user, "denied"),
        (bounded, "denied"),
        (session, "allowed"),
    ],
)
def test_whoever_applies_may_or_may_not(who: Callable[[Any], str], result: str, iam: Any, embedded: Embedded) -> None:
    world, function = _read(embedded, who(iam))
    decisions, unseen = permitted(world, [lambda_.set_timeout(function, 6)])

    assert unseen == ""
    assert {one.action: one.result for one in decisions} == {"lambda:UpdateFunctionConfiguration": result}


@pytest.mark.parametrize(("kind", "call"), [("user/nobody", "iam:GetUser"), ("assumed-role/no/me", "iam:GetRole")])
def test_policies_that_cannot_be_read_are_told(kind: str, call: str, iam: Any, embedded: Embedded) -> None:
    del iam
    world, function = _read(embedded, f"arn:aws:sts::{embedded.account}:{kind}")
    decisions, unseen = permitted(world, [lambda_.set_timeout(function, 6)])

    assert decisions == ()
    assert f"may make these calls was not seen: its policies were not read ({call}: " in unseen


def _read(embedded: Embedded, principal: str) -> tuple[World, Function]:
    aws, _ = connect(Target(endpoint=embedded.endpoint), paced=False)
    draft = Draft(aws, Scope(account=embedded.account, region=REGION, window=1), NOW, b"key")
    function = Function(
        function_name="f", function_arn=f"arn:aws:lambda:{REGION}:{embedded.account}:function:f", last_modified=""
    )
    draft.add(function)
    applier(draft, principal)
    snapshot = draft.finish(Identity(account=embedded.account, arn=principal), ())
    return World(snapshot), function
