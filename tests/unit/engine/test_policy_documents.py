"""Fixes that write to a key's policy, a boundary, an endpoint's policy, a trust policy; and how long documents may get."""

import json
from typing import Any

import pytest
from msgspec.structs import replace

from doctor.engine.diagnose import diagnose
from doctor.engine.exceptions import exception_to_add, statement_to_add
from doctor.engine.operations import documents, managed_policies, role_policies, trust
from doctor.engine.operations.ec2 import vpc_endpoints
from doctor.engine.operations.keys import let_use
from doctor.engine.plan import carry_out, plan, take_back
from doctor.engine.policy_proof import prove
from doctor.engine.rehearse import in_model
from doctor.engine.world import World
from doctor.model.decision import StatementRef
from doctor.model.finding import Finding, Fix, Step
from doctor.model.function import VpcConfig
from doctor.model.identity import AttachedPolicy, PolicyDetail, Role
from doctor.model.network import VpcEndpoint
from doctor.model.plan import Plan
from doctor.model.sources import Key
from doctor.shelf import all_rules
from doctor.testing.world import ACCOUNT, REGION, allow, denied, deny, document, function, managed, queue, role, world

QUEUE = queue()
SEND = ("sqs:SendMessage", QUEUE.arn)
KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0123"
ADMIN_ONLY = {**allow("kms:*"), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/admin"}}
KEY = Key(arn=KEY_ARN, key_id="0123", key_state="Enabled", policy=document(ADMIN_ONLY))
OTHER = role(name="other")
G = function("g", role=OTHER.arn)
INSIDE = VpcConfig(vpc_id="vpc-1", subnet_ids=("subnet-1",))


def endpoint(*statements: dict[str, Any]) -> VpcEndpoint:
    return VpcEndpoint(
        vpc_endpoint_id="vpce-1",
        arn=f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc-endpoint/vpce-1",
        vpc_endpoint_type="Interface",
        vpc_id="vpc-1",
        service_name=f"com.amazonaws.{REGION}.sqs",
        private_dns_enabled=True,
        policy_document=json.dumps(document(*({"Principal": "*", **one} for one in statements))),
    )


def first(seen: World, rule: str) -> tuple[Finding, Plan]:
    rules = [one for one in all_rules([], advice=True) if one.name == rule]
    finding = diagnose(seen, rules).findings[0]
    return finding, plan(seen, finding, finding.problem.fixes[0])


def proof_of(seen: World, rule: str) -> Any:
    _, planned = first(seen, rule)
    found = prove(seen, World(carry_out(seen.snapshot, planned.steps)), planned)
    assert found is not None
    return found


READING = managed("reading", allow("sqs:ReceiveMessage"))
BOUNDED = world(
    function(role=role().arn),
    role(allow("sqs:*"), boundary=READING),
    G,
    replace(
        OTHER,
        role_policy_list=role(allow("*")).role_policy_list,
        permissions_boundary=role(boundary=READING).permissions_boundary,
    ),
    READING,
    QUEUE,
    invocations=[denied(*SEND, "because no permissions boundary allows the sqs:SendMessage action")],
)


def test_a_boundary_gets_another_version_with_the_very_action_and_resource() -> None:
    _, planned = first(BOUNDED, "boundary-blocks-action")
    made, chosen = planned.steps
    written = json.loads(made.call.parameters["PolicyDocument"])

    assert [one.call.name for one in planned.steps] == ["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"]
    assert written["Statement"][0]["Action"] == "sqs:ReceiveMessage"
    assert written["Statement"][1] | {"Sid": ""} == {
        "Sid": "", "Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": QUEUE.arn,
    }  # fmt: skip
    assert (made.undo.name, chosen.undo.name) == ("iam:DeletePolicyVersion", "iam:SetDefaultPolicyVersion")
    assert chosen.undo.parameters["VersionId"] == "v1"
    assert take_back(carry_out(BOUNDED.snapshot, planned.steps), planned.steps) == BOUNDED.snapshot


def test_what_a_boundary_opens_to_others_that_carry_it_is_told() -> None:
    """It is meant for all: a boundary cannot tell its roles apart, and the proof says who gains."""
    found = proof_of(BOUNDED, "boundary-blocks-action")

    assert {(one.action, one.resource) for one in found.gained} == {SEND}
    assert {one.who for one in found.gained} >= {"f", "g"}
    assert (found.unintended, found.lost) == ((), ())


def test_of_awss_own_policy_no_version_is_written() -> None:
    theirs = replace(READING, arn="arn:aws:iam::aws:policy/ReadOnlyAccess")

    assert managed_policies.add(theirs, ["sqs:SendMessage"], QUEUE.arn) == ()


def test_the_older_language_takes_no_resource_that_needs_escapes() -> None:
    old = managed("old", allow("*"))
    version = replace(old.policy_version_list[0], document={"Statement": []})
    old = replace(old, policy_version_list=(version,))

    assert managed_policies.add(old, ["s3:GetObject"], "arn:aws:s3:::b/a*b") == ()
    assert managed_policies.add(old, ["s3:GetObject"], "arn:aws:s3:::b/a") != ()


def test_a_keys_policy_names_the_role_and_keeps_what_it_says() -> None:
    seen = world(
        function(role=role().arn),
        role(),
        G,
        OTHER,
        KEY,
        invocations=[denied("kms:Decrypt", KEY_ARN, "because no resource-based policy allows the kms:Decrypt action")],
    )
    _, planned = first(seen, "resource-policy-blocks-action")
    (step,) = planned.steps
    found = proof_of(seen, "resource-policy-blocks-action")

    assert json.loads(step.call.parameters["Policy"])["Statement"][0] == ADMIN_ONLY
    assert step.undo is not None
    assert json.loads(step.undo.parameters["Policy"]) == KEY.policy
    assert {(one.who, one.action, one.resource) for one in found.gained} >= {("f", "kms:Decrypt", KEY_ARN)}
    assert not any(one.who == "g" for one in found.gained)
    assert any("as g" in one for one in found.kept)
    assert found.reasons == ()


@pytest.mark.parametrize("key", [replace(KEY, policy=None), replace(KEY, arn=KEY_ARN.replace(ACCOUNT, "444455556666"))])
def test_a_key_whose_policy_was_not_seen_or_is_anothers_is_not_written_to(key: Key) -> None:
    assert let_use(key, role().arn, ["kms:Decrypt"], {}) == ()


def test_an_endpoint_lets_one_role_pass_and_no_other() -> None:
    seen = world(
        function(role=role().arn, vpc_config=INSIDE),
        role(allow("sqs:*")),
        replace(G, vpc_config=INSIDE),
        replace(OTHER, role_policy_list=role(allow("*")).role_policy_list),
        QUEUE,
        endpoint(allow("sqs:ReceiveMessage")),
        invocations=[denied(*SEND, "because no VPC endpoint policy allows the sqs:SendMessage action")],
    )
    _, planned = first(seen, "endpoint-policy-blocks-action")
    found = proof_of(seen, "endpoint-policy-blocks-action")

    assert [one.call.name for one in planned.steps] == ["ec2:ModifyVpcEndpoint"]
    assert {(one.who, one.action, one.resource) for one in found.gained} == {("f", *SEND)}
    assert any("as g" in one for one in found.kept)
    assert take_back(carry_out(seen.snapshot, planned.steps), planned.steps) == seen.snapshot


def test_an_endpoints_policy_that_is_no_document_is_left_alone() -> None:
    assert vpc_endpoints.let_pass(replace(endpoint(), policy_document="no"), role().arn, ["sqs:SendMessage"], "*") == ()


def full(characters: int) -> Role:
    return replace(
        role(),
        role_policy_list=(
            PolicyDetail(
                policy_name="much", policy_document=document(allow("s3:GetObject", "arn:aws:s3:::" + "b" * characters))
            ),
        ),
    )


def test_where_inline_policies_have_no_room_left_the_role_gets_a_managed_policy() -> None:
    steps = role_policies.grant(full(10_100), [SEND])
    seen = world(function(role=role().arn), full(10_100), QUEUE, invocations=[denied(*SEND)])
    _, planned = first(seen, "action-not-allowed")
    proved = in_model(seen, planned, [one for one in all_rules([]) if one.name == "action-not-allowed"])

    assert [one.call.name for one in steps] == ["iam:CreatePolicy", "iam:AttachRolePolicy"]
    assert proved.reasons == ()
    assert take_back(carry_out(seen.snapshot, planned.steps), planned.steps) == seen.snapshot
    assert all(one.as_code is not None for one in planned.steps[:1])


def test_where_no_managed_policy_fits_either_the_proof_says_so() -> None:
    ten = tuple(AttachedPolicy(policy_name=f"p{at}", policy_arn=managed(f"p{at}").arn) for at in range(10))
    crowded = replace(full(10_100), attached_managed_policies=ten)
    seen = world(
        function(role=role().arn), crowded, QUEUE, *(managed(f"p{at}") for at in range(10)), invocations=[denied(*SEND)]
    )
    found = proof_of(seen, "action-not-allowed")

    assert any("and AWS takes 10,240" in reason for reason in found.reasons)


def test_white_space_does_not_count() -> None:
    assert documents.size({"Statement": [{"Sid": "a b"}]}) == len('{"Statement":[{"Sid":"ab"}]}')


def test_a_trust_policy_beyond_its_quota_is_said() -> None:
    long = replace(
        role(name="target"),
        assume_role_policy_document=document(
            {**allow("sts:AssumeRole"), "Principal": {"AWS": "arn:aws:iam::111122223333:role/" + "x" * 1900}}
        ),
    )
    seen = world(function(role=role().arn), role(), long, invocations=[denied("sts:AssumeRole", long.arn)])
    finding, _ = first(world(function(role=role().arn), role(), invocations=[denied(*SEND)]), "action-not-allowed")
    planned = plan(seen, finding, Fix(title="t", steps=(trust.let_role_assume(long, role().arn),)))
    found = prove(seen, World(carry_out(seen.snapshot, planned.steps)), planned)

    assert found is not None
    assert any("AWS takes 2,048" in reason for reason in found.reasons)


def test_the_text_of_an_exception_is_exact() -> None:
    one = StatementRef(layer="scp", policy="guard", index=2, sid="Regions", effect="Deny")
    f = function(role=role().arn)

    assert exception_to_add(one, f, at_resource=False) == (
        'in guard, statement 3 (Regions), put into Condition: {"ArnNotEquals": {"lambda:SourceFunctionArn": "'
        f'{f.arn}"}}}}'
    )
    assert role().arn in exception_to_add(one, f, at_resource=True)
    assert '"Resource": "arn:aws:s3:::b/${*}"' in statement_to_add("guard", "s3:GetObject", "arn:aws:s3:::b/*")


def test_a_narrowed_deny_lets_just_this_function_through() -> None:
    """What the text says, carried out: the Deny no longer strikes this function, and still strikes its siblings."""
    f, g = function(role=role().arn), function("g", role=role().arn)
    guarded = deny("sqs:SendMessage", Condition={"ArnNotEquals": {"lambda:SourceFunctionArn": f.arn}})
    seen = world(f, g, role(allow("*"), guarded), QUEUE)

    assert seen.authority.can(f, *SEND).result == "allowed"
    assert seen.authority.can(g, *SEND).explicit


def test_a_step_has_its_text_for_templates() -> None:
    steps: list[Step] = [
        *let_use(KEY, role().arn, ["kms:Decrypt"], {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}),
        *managed_policies.add(READING, ["sqs:SendMessage"], QUEUE.arn)[:1],
        *vpc_endpoints.let_pass(endpoint(), role().arn, ["sqs:SendMessage"], QUEUE.arn),
        trust.let_role_assume(role(name="target"), role().arn),
    ]
    seen = world(
        function(role=role().arn),
        role(),
        role(name="target"),
        KEY,
        READING,
        endpoint(),
        QUEUE,
        invocations=[denied(*SEND)],
    )
    finding, _ = first(seen, "action-not-allowed")
    texts = [one.as_code for one in plan(seen, finding, Fix(title="t", steps=tuple(steps))).steps]

    assert all(one is not None and one.cloudformation and one.terraform for one in texts)
