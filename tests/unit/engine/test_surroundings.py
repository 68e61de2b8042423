"""What a plan does beside what it is for: who else is reached, what it costs, who may send it, and whose it is."""

import json
from datetime import timedelta
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from doctor.engine.diagnose import diagnose
from doctor.engine.ownership import owner
from doctor.engine.plan import plan
from doctor.engine.template import diff
from doctor.engine.template_json import set_in_json
from doctor.engine.world import World
from doctor.errors import UsageError
from doctor.model.finding import Fix, Step
from doctor.model.function import Function
from doctor.model.plan import Plan
from doctor.model.snapshot import Identity
from doctor.rules_api import lambda_, role_policies, sqs
from doctor.testing.world import ACCOUNT, allow, deny, feeds, function, queue, role, succeeded, timed_out, world
from tests.unit.engine import rules
from tests.unit.engine.rules import made

R = role(allow("s3:GetObject"))
F = function("f", role=R.arn, timeout=3, memory_size=1024)
G = function("g", role=R.arn)
Q = queue(visibility_timeout=10)
ALWAYS = made(rules.always, function=Function)


def planned(before: World, *steps: Step) -> Plan:
    finding = next(one for one in diagnose(before, [ALWAYS]).findings if one.subject == F.arn)
    return plan(before, finding, Fix(title="t", steps=steps))


def only_f(before: World) -> World:
    return World(replace(before.snapshot, scope=replace(before.snapshot.scope, functions=("f",))))


GIVE = role_policies.allow(R, [("s3:PutObject", "arn:aws:s3:::b/*")])


def test_a_role_that_others_run_with_is_said() -> None:
    assert planned(world(F, G, R), GIVE).notes == ("role r is shared: the change reaches g too",)
    assert planned(world(F, R), GIVE).notes == ()


def test_a_queue_that_feeds_others_is_said() -> None:
    before = world(F, G, Q, feeds(Q, F), feeds(Q, G))

    assert planned(before, sqs.set_visibility_timeout(Q, 18)).notes == ("queue q is shared: the change reaches g too",)


def test_what_was_not_looked_at_is_not_taken_for_unshared() -> None:
    made_of_one = planned(only_f(world(F, R)), GIVE)

    assert "only f was looked at: which other functions use role r was not seen" in made_of_one.not_seen


@pytest.mark.parametrize(
    ("invocations", "step", "cost"),
    [
        ([succeeded(1.0), succeeded(1.0)], lambda_.set_memory_size(F, 2048), "+1024 MB: about +0.01 USD a month"),
        ([], lambda_.set_memory_size(F, 2048), "+1024 MB: not estimated, no invocation of f was seen"),
        ([timed_out(3.0)] * 1, lambda_.set_timeout(F, 903 - 3), "+897 s: at most +3.59 USD a month"),
        ([succeeded(1.0)], lambda_.set_timeout(F, 6), "+3 s: at most +0.00 USD a month"),
    ],
)
def test_what_it_costs_follows_from_what_ran(invocations: list[object], step: Step, cost: str) -> None:
    before = world(F, R, invocations={"f": invocations})
    (line,) = planned(before, step).cost

    assert line.startswith(cost)


SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/operator/me"


def applied_by(operator: object, *steps: Step) -> Plan:
    before = world(F, R, operator)  # type: ignore[arg-type]
    return planned(World(replace(before.snapshot, identity=Identity(account=ACCOUNT, arn=SESSION))), *steps)


@pytest.mark.parametrize(
    ("operator", "verdict"),
    [
        (role(allow("lambda:*"), name="operator"), "allowed"),
        (role(allow("s3:*"), name="operator"), "denied"),
        (role(allow("*"), deny("lambda:Update*"), name="operator"), "denied"),
    ],
)
def test_whether_the_one_who_applies_may_is_told_where_the_policies_were_seen(operator: object, verdict: str) -> None:
    made_by = applied_by(operator, lambda_.set_timeout(F, 6))

    assert {one.action: one.result for one in made_by.permitted} == {"lambda:UpdateFunctionConfiguration": verdict}
    assert made_by.not_seen == ()


def test_that_it_was_not_seen_is_told() -> None:
    made_by = applied_by(role(allow("*"), name="somebody"), lambda_.set_timeout(F, 6))

    assert made_by.permitted == ()
    assert made_by.not_seen == (f"whether {SESSION} may make these calls was not seen: its policies were not read",)


STACK = "arn:aws:cloudformation:eu-west-1:111122223333:stack/billing/0c1d"


@pytest.mark.parametrize(
    ("tags", "tool", "stack", "patch"),
    [
        ({"aws:cloudformation:stack-id": STACK}, "CloudFormation", "billing", "  Timeout: 6"),
        ({"aws:cloudformation:stack-name": "billing", "lambda:createdBy": "SAM"}, "SAM", "billing", "  Timeout: 6"),
        ({"aws:cloudformation:stack-id": STACK, "aws-cdk:x": "1"}, "CDK", "billing", "  timeout: Duration.seconds(6),"),
        ({"ManagedBy": "terraform"}, "Terraform", "", "  timeout = 6"),
        ({"terraform": "true"}, "Terraform", "", "  timeout = 6"),
    ],
)
def test_marks_of_infrastructure_as_code_are_read(tags: dict[str, str], tool: str, stack: str, patch: str) -> None:
    one = replace(F, tags=tags)
    found = owner(world(one), [lambda_.set_timeout(one, 6)])

    assert found is not None
    assert (found.tool, found.stack) == (tool, stack)
    assert patch in found.patch.splitlines()


@pytest.mark.parametrize("tags", [{}, {"team": "billing"}, {"ManagedBy": "hand"}])
def test_without_a_mark_nobody_owns_it(tags: dict[str, str]) -> None:
    one = replace(F, tags=tags)

    assert owner(world(one), [lambda_.set_timeout(one, 6)]) is None


TEMPLATE = """Resources:
  Render:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: f
      Handler: app.handler
      Timeout: 3
      EphemeralStorage:
        Size: 512
  Other:
    Type: AWS::Serverless::Function
    Properties:
      Timeout: 3
"""
AS_JSON = json.dumps(yaml.safe_load(TEMPLATE), indent=2)
TERRAFORM = """resource "aws_lambda_function" "other" {
  function_name = "other"
  timeout       = 3
}

resource "aws_lambda_function" "render" {
  function_name = "f"
  timeout       = 3
}
"""


def changed(name: str, text: str, named: str = "f", **changes: object) -> list[str]:
    told = diff(name, text, function(named), changes).splitlines()
    return [line for line in told if line[:1] in "+-" and line[:3] not in ("+++", "---")]


@pytest.mark.parametrize(
    ("name", "text", "changes", "lines"),
    [
        ("t.yaml", TEMPLATE, {"Timeout": 6}, ["-      Timeout: 3", "+      Timeout: 6"]),
        ("t.yaml", TEMPLATE, {"MemorySize": 256}, ["+      MemorySize: 256"]),
        (
            "t.yaml",
            TEMPLATE,
            {"EphemeralStorage": {"Size": 1024}},
            ["-        Size: 512", "+        Size: 1024"],
        ),
        ("t.json", AS_JSON, {"Timeout": 6}, ['-        "Timeout": 3,', '+        "Timeout": 6,']),
        ("t.json", AS_JSON, {"MemorySize": 256}, ['+        "MemorySize": 256,']),
        (
            "t.json",
            AS_JSON,
            {"EphemeralStorage": {"Size": 1024}},
            ['-          "Size": 512', '+          "Size": 1024'],
        ),
        ("main.tf", TERRAFORM, {"Timeout": 6}, ["-  timeout       = 3", "+  timeout       = 6"]),
        ("main.tf", TERRAFORM, {"MemorySize": 256}, ["+  memory_size = 256"]),
        (
            "t.yaml",
            TEMPLATE.replace("Timeout: 3", "Timeout: '3' # a # b", 1),
            {"Timeout": 6},
            ["-      Timeout: '3' # a # b", "+      Timeout: 6 # a # b"],
        ),
        (
            "t.yaml",
            TEMPLATE.replace("app.handler", '"a #b.c"', 1),
            {"Handler": "a.b"},
            ['-      Handler: "a #b.c"', "+      Handler: a.b"],
        ),
        (
            "main.tf",
            TERRAFORM.replace("= 3", "= 3 // why"),
            {"Timeout": 6},
            ["-  timeout       = 3 // why", "+  timeout       = 6 // why"],
        ),
    ],
)
def test_a_patch_moves_nothing_else(name: str, text: str, changes: dict[str, object], lines: list[str]) -> None:
    assert changed(name, text, **changes) == lines


BODIES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(["Timeout", "MemorySize", "Handler", "LoggingConfig"])


@given(
    properties=st.dictionaries(NAMES | st.text(), BODIES, max_size=4),
    others=st.dictionaries(st.text(), BODIES, max_size=3),
    changes=st.dictionaries(NAMES, st.integers() | st.text() | st.dictionaries(st.text(), st.text()), min_size=1),
    indent=st.sampled_from([None, 0, 1, 2, 4, "\t"]),
)
def test_of_a_template_in_json_only_the_properties_are_set(
    properties: dict[str, Any], others: dict[str, Any], changes: dict[str, Any], indent: int | str | None
) -> None:
    def template(given: dict[str, Any]) -> dict[str, Any]:
        one = {"Type": "AWS::Lambda::Function", "Properties": {**given, "FunctionName": "f"}}
        return {
            "Resources": {**others, "It": one},
            **{key: value for key, value in others.items() if key != "Resources"},
        }

    text = set_in_json("t.json", json.dumps(template(properties), indent=indent), function("f"), changes)

    assert json.loads(text) == template({**properties, **changes})


def test_a_function_without_a_name_is_found_by_the_one_that_cloudformation_gave_it() -> None:
    assert changed("t.yaml", TEMPLATE, "stack-Other-AB12", Timeout=6) == ["-      Timeout: 3", "+      Timeout: 6"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("t.yaml", "Resources: {}", "no function in it is f"),
        ("main.tf", "", "no aws_lambda_function in it is f"),
        ("t.json", "{}", "no function in it is f"),
        ("t.json", "{", "not JSON: .* line 1 column 2"),
        (
            "t.json",
            '{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {}}}}',
            "no function in it is f",
        ),
    ],
)
def test_a_template_that_cannot_be_patched_is_said(name: str, text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        changed(name, text, Timeout=6)


def test_a_month_is_thirty_days_of_the_window() -> None:
    before = world(F, invocations={"f": [succeeded(1.0)]})
    longer = World(
        replace(before.snapshot, scope=replace(before.snapshot.scope, window=int(timedelta(days=30).total_seconds())))
    )

    assert planned(longer, lambda_.set_memory_size(F, 2048)).cost[0].startswith("+1024 MB: about +0.00 USD")
