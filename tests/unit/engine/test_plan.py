"""A fix becomes steps that can be sent: complete, in order, each with what it expects and how it is taken back."""

import msgspec
import pytest
from msgspec.structs import replace

from doctor.engine.diagnose import diagnose
from doctor.engine.plan import carry_out, plan, resolve, take_back
from doctor.engine.rehearse import in_model, successor
from doctor.engine.world import World
from doctor.model.call import Call, Ref
from doctor.model.finding import Evidence, Finding, Fix, Problem, Step
from doctor.model.function import Alias, AliasRoutingConfig, Environment, EphemeralStorage, Function, VpcConfig
from doctor.model.invoking import FileSystemConfig
from doctor.model.plan import Plan
from doctor.rules_api import Triggers, concurrency, lambda_, permissions, role_policies, sqs
from doctor.testing.world import ACCOUNT, alias, allow, feeds, function, gap, queue, role, world
from tests.unit.engine import rules
from tests.unit.engine.rules import made

F = function(timeout=3, memory_size=128)
LATEST = function("live", timeout=3)
V1 = function("live", version="1", timeout=3)
LIVE = alias("live", V1)
SHORT = made(rules.always, name="timeout-3", function=Function)


def planned(before: World, *steps: Step) -> Plan:
    subject = before.live[-1]
    finding = diagnose(before, [SHORT]).findings[0]
    return plan(before, msgspec.structs.replace(finding, subject=subject.arn), Fix(title="give it 6 s", steps=steps))


def calls(one: Plan) -> list[tuple[str, str]]:
    return [(step.name, step.call.operation) for step in one.steps]


def _untimed(one: object) -> object:
    """A function without the time of its last change, which a change and its undo both move on."""
    assert isinstance(one, Function)
    return msgspec.structs.replace(one, last_modified="")


def test_a_change_of_latest_is_one_step() -> None:
    made = planned(world(F), lambda_.set_timeout(F, 6))
    (step,) = made.steps

    assert step.call.parameters == {"FunctionName": F.arn, "Timeout": 6}
    assert {one.field: one.value for one in step.expects_before} == {"Timeout": 3, "CodeSha256": "c0de"}
    assert step.undo is not None
    assert step.undo.parameters == {"FunctionName": F.arn, "Timeout": 3}
    assert step.settled is not None
    assert (step.settled.call.operation, step.settled.wanted) == ("GetFunctionConfiguration", ("Successful",))
    assert "lambda:UpdateFunctionConfiguration" in step.actions
    assert (made.obstacles, made.notes) == ((), ())


def test_memory_is_changed_alike() -> None:
    (step,) = planned(world(F), lambda_.set_memory_size(F, 256)).steps
    after = carry_out(world(F).snapshot, [step])

    assert _untimed(after.resources[F.arn]) == function(timeout=3, memory_size=256)
    assert _untimed(take_back(after, [step]).resources[F.arn]) == F


def test_a_version_is_changed_by_change_publish_move() -> None:
    made = planned(world(LATEST, V1, LIVE), lambda_.set_timeout(V1, 6))
    configure, publish, move = made.steps

    assert calls(made) == [
        ("configure", "UpdateFunctionConfiguration"),
        ("publish", "PublishVersion"),
        ("move alias live", "UpdateAlias"),
    ]
    assert configure.call.parameters["FunctionName"] == LATEST.arn
    assert publish.call.parameters["CodeSha256"] == "c0de"
    assert (publish.undo, bool(publish.undo_note)) == (None, True)
    assert move.call.parameters["FunctionVersion"] == Ref(step="publish", path="Version")
    assert move.undo is not None
    assert move.undo.parameters["FunctionVersion"] == "1"
    assert made.notes == ("alias live moves from version 1 to the new one",)


def test_every_alias_of_a_version_moves_and_no_other() -> None:
    v2 = function("live", version="2", timeout=3)
    made = planned(world(LATEST, V1, v2, LIVE, alias("blue", V1), alias("old", v2)), lambda_.set_timeout(V1, 6))

    assert [step.name for step in made.steps][2:] == ["move alias blue", "move alias live"]


def test_the_new_version_is_one_that_there_was_not() -> None:
    before = world(LATEST, V1, function("live", version="9"), LIVE)
    after = carry_out(before.snapshot, planned(before, lambda_.set_timeout(V1, 6)).steps)
    moved = after.resources[LIVE.arn]

    assert isinstance(moved, Alias)
    assert moved.function_version == "10"
    assert _untimed(after.resources[f"{LATEST.arn}:10"]) == function(
        "live", version="10", timeout=6, revision_id="r-$LATEST"
    )
    assert after.resources[V1.arn] == V1


def test_the_successor_of_a_version_is_what_its_alias_leads_to() -> None:
    before = world(LATEST, V1, LIVE)
    changed = World(carry_out(before.snapshot, planned(before, lambda_.set_timeout(V1, 6)).steps))

    assert successor(before, changed, V1).version == "2"
    assert successor(before, changed, V1).timeout == 6
    assert successor(before, changed, LATEST).version == "$LATEST"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("CodeSha256", {"code_sha256": "other"}),
        ("Runtime", {"runtime": "python3.13"}),
        ("Handler", {"handler": "other.handler"}),
        ("Environment", {"environment": Environment(variables={"A": "1"})}),
        ("VpcConfig", {"vpc_config": VpcConfig(subnet_ids=("subnet-1",))}),
        ("Role", {"role": "arn:aws:iam::111122223333:role/other"}),
        ("MemorySize", {"memory_size": 512}),
        ("Timeout", {"timeout": 4}),
        ("Architectures", {"architectures": ("arm64",)}),
        ("EphemeralStorage", {"ephemeral_storage": EphemeralStorage(size=1024)}),
        ("KMSKeyArn", {"kms_key_arn": "arn:aws:kms:eu-west-1:111122223333:key/k"}),
        ("FileSystemConfigs", {"file_system_configs": (FileSystemConfig(arn="a", local_mount_path="/mnt/a"),)}),
        ("ImageConfigResponse", {"extra": {"ImageConfigResponse": {"ImageConfig": {"Command": ["x"]}}}}),
    ],
)
def test_publishing_must_not_ship_anything_else(field: str, value: dict[str, object]) -> None:
    latest = function("live", **{"timeout": 3, **value})
    made = planned(world(latest, V1, LIVE), lambda_.set_timeout(V1, 6))

    assert made.obstacles == (f"publishing would also ship another {field}: $LATEST is no longer version 1",)


def test_what_always_differs_between_versions_is_no_obstacle() -> None:
    v1 = function("live", version="1", timeout=3, description="first", last_modified="2026-01-01", state="Inactive")

    assert planned(world(LATEST, v1, LIVE), lambda_.set_timeout(v1, 6)).obstacles == ()


def test_an_alias_that_splits_its_traffic_is_an_obstacle() -> None:
    split = alias("live", V1, routing_config=AliasRoutingConfig(additional_version_weights={"2": 0.1}))
    made = planned(world(LATEST, V1, function("live", version="2"), split), lambda_.set_timeout(V1, 6))

    assert made.obstacles == ("alias live splits its traffic between versions: finish or undo that first",)


def test_a_version_whose_latest_was_not_seen_is_an_obstacle() -> None:
    assert planned(world(V1, LIVE), lambda_.set_timeout(V1, 6)).obstacles == ("$LATEST of live was not seen",)


def test_a_fix_by_hand_is_an_obstacle() -> None:
    assert planned(world(F)).obstacles == ("nothing doctor could send: this fix is made by hand",)


def test_a_call_without_a_model_is_an_obstacle() -> None:
    made = planned(world(F), Step(name="x", call=Call(service="lambda", operation="DeleteFunction")))

    assert made.obstacles == ("doctor has no model of lambda:DeleteFunction: what it would change is not known",)


@pytest.mark.parametrize(("visibility", "follows"), [(10, True), (35, True), (36, False), (43_200, False)])
def test_a_longer_timeout_needs_a_queue_that_hides_its_messages_for_longer(visibility: int, follows: bool) -> None:
    source = queue(visibility_timeout=visibility)
    made = planned(world(F, source, feeds(source, F)), lambda_.set_timeout(F, 6))
    hidden = {"VisibilityTimeout": "36"}

    assert [step.call.parameters.get("Attributes") for step in made.steps] == ([hidden, None] if follows else [None])


def test_the_queue_of_an_alias_counts_too_and_goes_first() -> None:
    source = queue(visibility_timeout=18)
    made = planned(world(LATEST, V1, LIVE, source, feeds(source, LIVE)), lambda_.set_timeout(V1, 6))

    assert [name for name, _ in calls(made)] == ["hide messages of q", "configure", "publish", "move alias live"]


def test_a_queue_with_two_pollers_is_changed_once() -> None:
    source = queue(visibility_timeout=18)
    made = planned(world(LATEST, V1, LIVE, source, feeds(source, LIVE), feeds(source, V1)), lambda_.set_timeout(V1, 6))

    assert [name for name, _ in calls(made)].count("hide messages of q") == 1


def test_more_memory_needs_no_queue() -> None:
    source = queue(visibility_timeout=18)

    assert calls(planned(world(F, source, feeds(source, F)), lambda_.set_memory_size(F, 256))) == [
        ("configure", "UpdateFunctionConfiguration")
    ]


@pytest.mark.parametrize(
    ("source", "gaps", "obstacle"),
    [
        ("arn:aws:sqs:eu-west-1:999999999999:theirs", [], True),
        (queue().arn, [gap("sqs:GetQueueAttributes", queue().arn)], True),
        (queue().arn, [], False),
        ("arn:aws:kinesis:eu-west-1:111122223333:stream/s", [gap("sqs:GetQueueAttributes")], False),
    ],
)
def test_a_queue_that_was_not_seen_is_an_obstacle(source: str, gaps: list[object], obstacle: bool) -> None:
    made = planned(world(F, feeds(source, F), gaps=gaps), lambda_.set_timeout(F, 6))

    assert bool(made.obstacles) is obstacle
    assert all("was not seen: it must hide its messages for 36 s" in words for words in made.obstacles)


def test_what_a_plan_touches_is_what_was_there_before_its_first_step() -> None:
    source = queue(visibility_timeout=18)
    made = planned(world(LATEST, V1, LIVE, source, feeds(source, LIVE)), lambda_.set_timeout(V1, 6))
    before = {(one.resource.rsplit(":", 1)[-1], one.field): one.value for one in made.touches}
    told = {place: value for place, value in before.items() if isinstance(value, str | int)}

    assert told.items() >= {
        (("q", "VisibilityTimeout"), 18),
        (("live", "Timeout"), 3),
        (("live", "CodeSha256"), "c0de"),
        (("live", "FunctionVersion"), "1"),
    }
    assert ("live", "RoutingConfig") in before


def test_what_is_published_must_be_what_was_configured() -> None:
    """Each step expects the world as the steps before it leave it: a publication of somebody else's change is refused."""
    made = planned(world(LATEST, V1, LIVE), lambda_.set_timeout(V1, 6))
    publish = {one.field: one.value for one in made.steps[1].expects_before}

    assert (publish["Timeout"], publish["CodeSha256"]) == (6, "c0de")


def test_a_plan_survives_being_sent_to_the_screen_and_back() -> None:
    made = planned(world(LATEST, V1, LIVE), lambda_.set_timeout(V1, 6))
    back = msgspec.json.decode(msgspec.json.encode(made), type=Plan)

    assert msgspec.json.encode(back) == msgspec.json.encode(made)


def test_references_are_resolved_wherever_they_stand() -> None:
    ref = Ref(step="nat", path="NatGateway.NatGatewayId")
    call = Call(service="ec2", operation="X", parameters={"A": ref, "B": [ref, {"C": ref}], "D": 1})
    answers: dict[str, dict[str, object]] = {"nat": {"NatGateway": {"NatGatewayId": "nat-1"}}}

    assert resolve(call, answers).parameters == {"A": "nat-1", "B": ["nat-1", {"C": "nat-1"}], "D": 1}


@pytest.mark.parametrize(
    "step",
    [
        lambda_.set_timeout(function("gone"), 6),
        lambda_.move_alias(alias("gone", V1), "2"),
        sqs.set_visibility_timeout(queue("gone"), 6),
        Step(name="x", call=Call(service="lambda", operation="DeleteFunction")),
    ],
)
def test_carrying_out_a_step_on_what_is_not_there_says_so(step: Step) -> None:
    with pytest.raises(LookupError, match=r"is not in the snapshot|no model of lambda:DeleteFunction"):
        carry_out(world(F).snapshot, [step])


# Rehearsed in the model


def too_short(function: Function, triggers: Triggers) -> list[object]:
    """A function may not run for less than 5 s, nor for longer than its queues hide their messages."""
    found: list[object] = [rules.problem(function)] if function.timeout < 5 else []
    return found + [
        rules.problem(one, "visibility_timeout") for one in triggers.queues if one.visibility_timeout < function.timeout
    ]


RULE = made(too_short, name="too-short", function=Function, triggers=Triggers)


def rehearsed(before: World, *steps: Step) -> tuple[Finding, object]:
    finding = diagnose(before, [RULE]).findings[0]
    return finding, in_model(before, plan(before, finding, Fix(title="t", steps=steps)), [RULE])


def test_a_function_and_its_versions_are_one_function_to_who_reads_the_rehearsal() -> None:
    _, model = rehearsed(world(LATEST, V1, LIVE), lambda_.set_timeout(LATEST, 6))

    assert "model: nothing new in 1 function under 1 rule" in model.checks


def test_a_fix_that_heals_and_breaks_nothing_has_no_reason_against_it() -> None:
    _, model = rehearsed(world(F), lambda_.set_timeout(F, 6))

    assert model.reasons == ()
    assert model.checks == (
        "model: too-short is gone after the change",
        "model: nothing new in 1 function under 1 rule",
        "undo: restores every changed field",
    )


def logged(function: Function) -> list[object]:
    """Silent of invocations that ran with another memory size."""
    seen = Evidence(resource=function.arn, field="Init Duration", value="2 s", source="logs:FilterLogEvents")
    told = Problem(message="it starts slowly", evidence=(seen,))
    return [told] if function.memory_size == F.memory_size else []


@pytest.mark.parametrize(
    ("expects", "reason"),
    [("", "slow was seen in what ran before the change: only what runs after it can tell"), ("timed_out", None)],
)
def test_that_old_log_lines_no_longer_count_proves_nothing(expects: str, reason: str | None) -> None:
    def slow(function: Function) -> list[object]:
        return [replace(one, expects=expects) for one in logged(function)]

    rule, before = made(slow, name="slow", function=Function), world(F)
    finding = diagnose(before, [rule]).findings[0]
    more = Fix(title="t", steps=(lambda_.set_memory_size(F, F.memory_size * 2),))
    model = in_model(before, plan(before, finding, more), [rule])

    assert model.reasons == (() if reason is None else (reason,))  # a run tells it where the rule says what one shows


def test_a_version_that_is_published_in_place_of_another_is_the_same_place() -> None:
    _, model = rehearsed(world(LATEST, V1, LIVE), lambda_.set_timeout(V1, 6))

    assert model.reasons == ()
    assert model.checks[-1] == "undo: restores every changed field; leaves 1 published version"


def test_a_fix_that_does_not_heal_says_so() -> None:
    _, model = rehearsed(world(F), lambda_.set_timeout(F, 4))

    assert model.reasons == ("too-short would still be found after the change",)


def test_a_fix_that_breaks_another_function_says_so() -> None:
    source = queue(visibility_timeout=60)
    before = world(F, g := function("g", timeout=60), source, feeds(source, g))
    _, model = rehearsed(before, lambda_.set_timeout(F, 6), sqs.set_visibility_timeout(source, 10))

    assert model.reasons == ("the change would bring too-short on g",)


def test_a_plan_with_obstacles_is_not_carried_out() -> None:
    _, model = rehearsed(world(F))

    assert (model.changed, model.reasons) == (None, ("nothing doctor could send: this fix is made by hand",))


def test_a_rule_that_crashes_on_the_change_is_a_reason() -> None:
    def falls(function: Function) -> list[object]:
        if function.timeout > 3:
            raise ValueError("no")
        return [rules.problem(function)]

    rule = made(falls, name="falls", function=Function)
    finding = diagnose(world(F), [rule]).findings[0]
    model = in_model(world(F), plan(world(F), finding, Fix(title="t", steps=(lambda_.set_timeout(F, 6),))), [rule])

    (reason,) = model.reasons
    assert reason.startswith("rule falls crashed on the changed account: ValueError: no (engine/test_plan.py:")


# What a step sets, which guards its undo


def test_what_a_step_sets_is_told_as_before_and_after() -> None:
    configure, publish, move = planned(world(LATEST, V1, LIVE), lambda_.set_timeout(V1, 6)).steps

    assert [(one.field, one.before, one.after) for one in configure.writes] == [("Timeout", 3, 6)]
    assert publish.writes == ()
    assert [(one.field, one.before, one.after) for one in move.writes] == [("FunctionVersion", "1", "2")]


def test_of_a_policy_a_step_sets_only_its_own_statement() -> None:
    (step,) = planned(world(F), permissions.let_invoke(F, "s3.amazonaws.com", "arn:aws:s3:::b", ACCOUNT)).steps
    ((field, before, after),) = [(one.field, one.before, one.after) for one in step.writes]

    assert field == f"Policy.Statement[{step.call.parameters['StatementId']}]"
    assert before is None
    assert after["Principal"] == {"Service": "s3.amazonaws.com"}


def test_of_a_role_a_step_sets_only_its_own_policy() -> None:
    one = role(allow("s3:GetObject"))
    (step,) = planned(world(F, one), role_policies.allow(one, [("s3:PutObject", "arn:aws:s3:::b/*")])).steps
    ((field, before, after),) = [(one.field, one.before, one.after) for one in step.writes]

    assert field == f"RolePolicyList[{step.call.parameters['PolicyName']}]"
    assert before is None
    assert after["PolicyDocument"]["Statement"][0]["Action"] == ["s3:PutObject"]


def test_a_step_that_would_change_nothing_is_an_obstacle() -> None:
    one = function(reserved_concurrent_executions=None)
    (words,) = planned(world(one), concurrency.release(one)).obstacles

    assert words.endswith("nothing would change, or what changes is not known")
