"""A rehearsal says what a change of policies opens, and takes nothing but what was intended for a proof."""

import json
from typing import Any

import pytest

from doctor.engine.diagnose import diagnose
from doctor.engine.plan import carry_out, plan
from doctor.engine.policy_proof import PolicyProof, prove
from doctor.engine.rehearse import in_model
from doctor.engine.world import World
from doctor.model.call import Call
from doctor.model.finding import Finding, Fix, Step
from doctor.model.plan import Plan
from doctor.shelf import all_rules
from doctor.testing.world import ACCOUNT, REGION, allow, denied, deny, document, function, queue, role, world

TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
PUT = ("dynamodb:PutItem", TABLE)
RULES = [one for one in all_rules([], advice=True) if one.name == "action-not-allowed"]
F = function(role=role().arn)


def first(seen: World) -> tuple[Finding, Plan]:
    finding = diagnose(seen, RULES).findings[0]
    return finding, plan(seen, finding, finding.problem.fixes[0])


def with_document(seen: World, *statements: dict[str, Any]) -> tuple[World, Plan]:
    """The plan of a fix that somebody wrote: not what doctor would have."""
    finding, _ = first(seen)
    call = Call(
        service="iam",
        operation="PutRolePolicy",
        parameters={"RoleName": "r", "PolicyName": "inline", "PolicyDocument": json.dumps(document(*statements))},
        account=ACCOUNT,
    )
    planned = plan(seen, finding, Fix(title="another", steps=(Step(name="put", call=call),)))
    return World(carry_out(seen.snapshot, planned.steps)), planned


def proof(seen: World, after: World, planned: Plan) -> PolicyProof:
    found = prove(seen, after, planned)
    assert found is not None
    return found


def test_a_literal_fix_opens_what_was_intended_to_everybody_who_runs_with_the_role() -> None:
    seen = world(F, role(), invocations=[denied(*PUT)])
    _, planned = first(seen)
    found = proof(seen, World(carry_out(seen.snapshot, planned.steps)), planned)

    assert {(one.action, one.resource) for one in found.gained} == {PUT}
    assert (found.unintended, found.lost, found.reasons) == ((), (), ())
    assert any("000000000000:table/orders" in one for one in found.kept)
    assert found.asked > 100_000


def test_on_a_shared_role_it_opens_nothing_to_the_others() -> None:
    seen = world(F, function("g", role=role().arn), role(), invocations=[denied(*PUT)])
    _, planned = first(seen)
    found = proof(seen, World(carry_out(seen.snapshot, planned.steps)), planned)

    assert {one.who for one in found.gained} == {"f"}


def test_what_is_lost_is_a_reason() -> None:
    seen = world(F, role(allow("sqs:SendMessage")), queue(), invocations=[denied(*PUT)])
    after, planned = with_document(seen, allow(*PUT))
    found = proof(seen, after, planned)

    assert "sqs:SendMessage" in {one.action for one in found.lost}
    assert "the change would take away sqs:SendMessage" in found.reasons[0]


def test_what_opens_beside_it_is_a_reason() -> None:
    seen = world(F, role(allow("sqs:SendMessage")), queue(), invocations=[denied(*PUT)])
    after, planned = with_document(seen, allow("sqs:SendMessage"), allow("dynamodb:Put*", TABLE))
    found = proof(seen, after, planned)

    assert {one.action for one in found.unintended} == {"dynamodb:PutItem", "dynamodb:PutResourcePolicy"}
    assert found.reasons


def test_a_grant_that_another_statement_still_refuses_opens_nothing() -> None:
    seen = world(F, role(), invocations=[denied(*PUT)])
    after, planned = with_document(seen, allow(*PUT), deny("dynamodb:*"))

    assert "opens nothing" in proof(seen, after, planned).reasons[-1]


def test_a_plan_that_changes_no_policy_needs_no_such_proof() -> None:
    seen = world(F, role(), invocations=[denied(*PUT)])
    _, planned = first(seen)

    assert prove(seen, seen, planned) is None


@pytest.mark.parametrize("shared", [False, True])
def test_a_rehearsal_tells_it(shared: bool) -> None:
    others = (function("g", role=role().arn),) if shared else ()
    seen = world(F, *others, role(), invocations=[denied(*PUT)])
    _, planned = first(seen)
    model = in_model(seen, planned, RULES)

    assert model.reasons == ()
    assert any(f"opens: {PUT[0]} on {PUT[1]} as f" in one for one in model.checks)
    assert "policies: nothing that was allowed is lost" in model.checks
