"""What rules are told about permissions, and what the writes to policies do."""

import json
from typing import Any

import pytest
from msgspec.structs import replace

from doctor.engine.diagnose import diagnose
from doctor.engine.facts import Denials, InvokePolicy, Permissions, Refusals
from doctor.engine.merge import merged
from doctor.engine.operations import operation, permissions, role_policies
from doctor.engine.operations.operation import same
from doctor.engine.plan import plan
from doctor.engine.world import Unseen, World
from doctor.model.call import Call
from doctor.model.finding import Confidence, Fix
from doctor.model.function import Function
from doctor.model.identity import PolicyDetail, Role
from doctor.testing.world import (
    ACCOUNT,
    alias,
    allow,
    denied,
    document,
    function,
    gap,
    managed,
    queue,
    raised,
    role,
    world,
)
from tests.unit.engine import rules
from tests.unit.engine.rules import made

QUEUE = queue()
SEND = ("sqs:SendMessage", QUEUE.arn)
ROLE = role(allow(*SEND))
F = function(role=ROLE.arn)
ALL_BUT_POLICIES = ("iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies", "iam:GetRolePolicy")


def test_a_call_is_decided_for_the_role_of_the_function() -> None:
    held = Permissions.of(world(F, ROLE, QUEUE), F)
    url = f"https://sqs.eu-west-1.amazonaws.com/{ACCOUNT}/q"
    call = Call(service="sqs", operation="SendMessage", parameters={"QueueUrl": url, "MessageBody": "x"})

    (decision,) = held.decide(call)

    assert (decision.result, decision.action, decision.resource) == ("allowed", *SEND)
    assert held.can("sqs:PurgeQueue", QUEUE.arn).result == "denied"
    assert held.session == f"arn:aws:sts::{ACCOUNT}:assumed-role/r/f"


def test_the_other_functions_of_a_role_are_known_each_once() -> None:
    latest, v1, alone = function("g", role=ROLE.arn), function("g", version="1", role=ROLE.arn), function("h")

    assert Permissions.of(world(F, latest, v1, alone, ROLE), F).shared == (latest.arn,)


@pytest.mark.parametrize("read", ALL_BUT_POLICIES)
def test_a_role_that_was_not_read_whole_is_unseen(read: str) -> None:
    with pytest.raises(Unseen) as unseen:
        Permissions.of(world(F, ROLE, gaps=[gap(read, ROLE.arn)]), F).can(*SEND)

    assert unseen.value.gap.call.name == read


def test_a_managed_policy_that_was_not_read_is_unseen() -> None:
    shared = managed("shared", allow("*"))

    with pytest.raises(Unseen):
        Permissions.of(world(F, role(attached=[shared]), gaps=[gap("iam:GetPolicyVersion", shared.arn)]), F).can(*SEND)


def test_a_role_that_is_not_in_the_snapshot_is_unseen() -> None:
    with pytest.raises(Unseen) as unseen:
        Permissions.of(world(F), F).decide(Call(service="sqs", operation="ListQueues"))

    assert (unseen.value.gap.reason, unseen.value.gap.resource) == ("not_asked", ROLE.arn)


def test_a_gap_on_another_role_does_no_harm() -> None:
    assert Permissions.of(world(F, ROLE, gaps=[gap("iam:GetRole", role(name="other").arn)]), F).role == ROLE


def test_denials_are_grouped_by_action_and_resource_whatever_their_case() -> None:
    told = [
        denied(*SEND, ago=900),
        denied("sqs:sendmessage", QUEUE.arn, ago=800),
        denied("s3:GetObject", "arn:aws:s3:::b/k"),
    ]

    found = Denials.of(world(F, ROLE, invocations=told), F).all

    assert [(one.denial.action, len(one.those)) for one in found] == [("sqs:sendmessage", 2), ("s3:GetObject", 1)]
    assert found[0].last.request_id == told[1].request_id


def test_an_error_that_keeps_the_text_to_itself_is_told_by_the_line_before_it() -> None:
    whole = denied(*SEND)
    bare = replace(whole, error_type="AccessDeniedException", error_message="upload failed")

    (found,) = Denials.of(world(F, ROLE, invocations=[bare]), F).all

    assert (found.denial.action, found.denial.resource) == SEND


def test_an_error_of_another_kind_is_no_denial() -> None:
    assert Denials.of(world(F, ROLE, invocations=[raised("KeyError", "'x'")]), F).all == ()


def test_only_what_was_refused_asks_for_the_role() -> None:
    assert Refusals.of(world(F, invocations=[raised()]), F).all == ()
    with pytest.raises(Unseen):
        Refusals.of(world(F, invocations=[denied(*SEND)]), F)


def test_a_text_that_contradicts_the_model_is_said_and_only_possible() -> None:
    boundary = "because no permissions boundary allows the sqs:PurgeQueue action"
    seen = world(F, ROLE, QUEUE, invocations=[denied("sqs:PurgeQueue", QUEUE.arn, boundary)])

    (one,) = Refusals.of(seen, F).all

    assert one.confidence_in("identity") is Confidence.POSSIBLE
    assert "AWS names the boundary layer, the model identity" in one.remark("identity")


def _written(call: Call, *resources: Any) -> World:
    known = operation(call)
    assert known is not None
    return World(known.effect(world(*resources).snapshot, call)[0])


def test_the_least_statement_is_literal_and_for_one_function_where_the_role_is_shared() -> None:
    call = role_policies.allow(
        ROLE, [("s3:GetObject", "arn:aws:s3:::b/what?*.csv"), ("s3:PutObject", "arn:aws:s3:::b/x")], only=F
    ).call
    bound = {"ArnEquals": {"lambda:SourceFunctionArn": F.arn}}

    statements = json.loads(call.parameters["PolicyDocument"])["Statement"]
    named = [one.pop("Sid") for one in statements]

    assert len(set(named)) == len(named)
    assert statements == [
        {
            "Effect": "Allow",
            "Action": ["s3:GetObject"],
            "Resource": "arn:aws:s3:::b/what${?}${*}.csv",
            "Condition": bound,
        },
        {"Effect": "Allow", "Action": ["s3:PutObject"], "Resource": "arn:aws:s3:::b/x", "Condition": bound},
    ]


def test_a_literal_statement_lets_in_nothing_beside_it() -> None:
    call = role_policies.allow(ROLE, [("s3:GetObject", "arn:aws:s3:::b/what?.csv")]).call
    after = Permissions.of(_written(call, F, ROLE), F)

    assert after.can("s3:GetObject", "arn:aws:s3:::b/what?.csv").result == "allowed"
    assert after.can("s3:GetObject", "arn:aws:s3:::b/whatx.csv").result != "allowed"


def test_another_function_of_the_role_gets_nothing() -> None:
    other = function("g", role=ROLE.arn)
    after = _written(role_policies.allow(ROLE, [("sqs:PurgeQueue", QUEUE.arn)], only=F).call, F, other, ROLE, QUEUE)

    assert Permissions.of(after, F).can("sqs:PurgeQueue", QUEUE.arn).result == "allowed"
    assert Permissions.of(after, other).can("sqs:PurgeQueue", QUEUE.arn).result == "denied"


def test_a_policy_that_is_written_over_comes_back() -> None:
    call = role_policies.allow(ROLE, [SEND]).call
    before = PolicyDetail(policy_name=call.parameters["PolicyName"], policy_document=document())
    had = replace(ROLE, role_policy_list=(*ROLE.role_policy_list, before))
    known = operation(call)
    assert known is not None
    undo = known.undo(world(had), call)
    assert undo is not None

    after = _written(call, had)

    assert after.get(ROLE.arn, Role) != had
    assert known.effect(after.snapshot, undo)[0].resources[ROLE.arn] == had


def test_a_second_fix_joins_the_first_in_one_policy() -> None:
    first = _written(role_policies.allow(ROLE, [("s3:GetObject", "arn:aws:s3:::b/x")]).call, F, ROLE)
    had = first.get(ROLE.arn, Role)
    assert had is not None

    call = role_policies.allow(had, [("s3:PutObject", "arn:aws:s3:::b/x"), ("s3:GetObject", "arn:aws:s3:::b/y")]).call
    after = _written(call, F, had).get(ROLE.arn, Role)

    assert after is not None
    assert [one.policy_name for one in after.role_policy_list] == [one.policy_name for one in had.role_policy_list]
    allowed = [(one["Action"], one["Resource"]) for one in json.loads(call.parameters["PolicyDocument"])["Statement"]]
    assert allowed == [(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::b/x"), (["s3:GetObject"], "arn:aws:s3:::b/y")]


def test_two_fixes_of_one_plan_join_in_the_policy_of_an_earlier_one() -> None:
    had = _written(role_policies.allow(ROLE, [("s3:GetObject", "arn:aws:s3:::b/x")]).call, F, ROLE).get(ROLE.arn, Role)
    assert had is not None
    steps = [role_policies.allow(had, [one]) for one in (("s3:PutObject", "arn:aws:s3:::b/x"), SEND)]
    obstacles: list[str] = []

    (one,) = merged(steps, obstacles)
    statements = json.loads(one.call.parameters["PolicyDocument"])["Statement"]

    assert obstacles == []
    assert [(told["Action"], told["Resource"]) for told in statements] == [
        (["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::b/x"),
        ([SEND[0]], SEND[1]),
    ]


def test_what_lambda_does_with_the_role_does_not_say_for_which_function() -> None:
    bound = {"ArnEquals": {"lambda:SourceFunctionArn": F.arn}}
    mine = role(allow("sqs:SendMessage", QUEUE.arn, Condition=bound))
    found = Permissions.of(world(F, mine, QUEUE), F)

    assert found.can("sqs:SendMessage", QUEUE.arn).result == "allowed"
    assert found.lets_lambda("sqs:SendMessage", QUEUE.arn).result == "denied"


def test_where_others_may_run_with_the_role_a_grant_is_bound_to_the_function() -> None:
    alone = world(F, ROLE)
    named = World(replace(alone.snapshot, scope=replace(alone.snapshot.scope, functions=(F.function_name,))))
    shared = world(F, function("g", role=ROLE.arn), ROLE)

    assert [Permissions.of(one, F).only for one in (alone, named, shared)] == [None, F, F]


def test_each_version_and_alias_has_a_policy_of_its_own() -> None:
    v1 = function("live", version="1")
    live = alias("live", v1)
    source = f"arn:aws:events:eu-west-1:{ACCOUNT}:rule/r"
    step = permissions.let_invoke(live, "events.amazonaws.com", source, ACCOUNT)
    after = InvokePolicy.of(_written(step.call, function("live"), v1, live), v1)

    decided = {
        target: after.may_invoke("events.amazonaws.com", source, ACCOUNT, target).result
        for target in (live.arn, v1.arn)
    }

    assert decided == {live.arn: "allowed", v1.arn: "denied"}
    assert after.may_invoke("events.amazonaws.com", f"{source}2", ACCOUNT, live.arn).result == "denied"


def test_a_write_to_what_is_not_there_is_refused() -> None:
    for call in (
        role_policies.allow(ROLE, [SEND]).call,
        permissions.let_invoke(F, "events.amazonaws.com", "arn:x", "1").call,
    ):
        known = operation(call)
        assert known is not None
        with pytest.raises(LookupError, match="is not in the snapshot"):
            known.effect(world().snapshot, call)


TRIGGER = {
    "Sid": "nightly",
    "Effect": "Allow",
    "Principal": {"Service": "events.amazonaws.com"},
    "Action": "lambda:InvokeFunction",
    "Resource": F.arn,
    "Condition": {"ArnLike": {"AWS:SourceArn": f"arn:aws:events:eu-west-1:{ACCOUNT}:rule/nightly"}},
}
PUBLIC = {"Sid": "hurry", "Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunction", "Resource": F.arn}


def _with_policy(*statements: dict[str, object]) -> Function:
    return replace(F, policy={"Version": "2012-10-17", "Id": "default", "Statement": [*statements]})


@pytest.mark.parametrize("statements", [(PUBLIC, TRIGGER), (TRIGGER, PUBLIC)])
def test_a_statement_is_withdrawn_alone_and_put_back_as_it_was(statements: tuple[dict[str, object], ...]) -> None:
    before = _with_policy(*statements)
    step = permissions.withdraw(before, PUBLIC)
    known = operation(step.call)
    assert known is not None
    after, _ = known.effect(world(before).snapshot, step.call)
    undo = known.undo(world(before), step.call)
    assert undo is not None
    back, _ = operation(undo).effect(after, undo)  # type: ignore[union-attr]

    assert after.resources[F.arn].policy["Statement"] == [TRIGGER]  # type: ignore[union-attr,index]
    assert same(back.resources[F.arn], before)


def test_a_statement_that_no_call_writes_is_not_withdrawn() -> None:
    before = _with_policy({**PUBLIC, "Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}}, TRIGGER)
    step = permissions.withdraw(before, PUBLIC)
    (finding,) = diagnose(world(before), [made(rules.always, function=Function)]).findings

    assert plan(world(before), finding, Fix(title="t", steps=(step,))).obstacles == (
        "withdraw the statement hurry: it could not be taken back: AddPermission cannot write the statement as it is",
    )
