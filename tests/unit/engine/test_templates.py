"""A write to IAM is told as a template too: what the template says is what is sent."""

import json
import re

import pytest
import yaml

from doctor.engine.operations import operation, permissions, role_policies
from doctor.engine.operations.role_policies import Wanted
from doctor.model.call import Call
from doctor.model.finding import AsCode
from doctor.testing.world import ACCOUNT, REGION, alias, function, role

F = function()
LIVE = alias("live", function("live", version="1"))
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"
CALLS = {
    "a policy": role_policies.allow(role(), [("sqs:SendMessage", QUEUE), ("s3:GetObject", "arn:aws:s3:::b/a?b")]).call,
    "a policy with conditions": role_policies.allow(
        role(),
        [Wanted("kms:Decrypt", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/k", (("kms:ViaService", "sqs.amazonaws.com"),))],
        only=F,
    ).call,
    "a permission": permissions.let_invoke(LIVE, "s3.amazonaws.com", "arn:aws:s3:::uploads", ACCOUNT).call,
    "a permission for a URL": permissions.let_invoke_by_url(F, "*").call,
}
EVERY = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


def code(call: Call) -> AsCode:
    known = operation(call)
    assert known is not None
    assert known.as_code is not None
    return known.as_code(call)


@EVERY
def test_cloudformation_says_what_is_sent(call: Call) -> None:
    ((_, resource),) = yaml.safe_load(code(call).cloudformation).items()
    sent = dict(call.parameters)
    if "PolicyDocument" in sent:
        sent["PolicyDocument"] = json.loads(sent["PolicyDocument"])
    else:
        qualifier = sent.pop("Qualifier", "")
        del sent["StatementId"]  # the template's own name stands for it
        sent["FunctionName"] += f":{qualifier}" if qualifier else ""

    assert resource["Properties"] == sent


@EVERY
def test_terraform_says_what_is_sent(call: Call) -> None:
    text = code(call).terraform
    values = {json.loads(one.replace("$${", "${")) for one in re.findall(r'"(?:[^"\\]|\\.)*"', text)}
    sent = _texts({**call.parameters, "PolicyDocument": json.loads(call.parameters.get("PolicyDocument", "{}"))})

    assert text.startswith('resource "aws_')
    assert text.count("{") == text.count("}")
    assert {one for one in sent if one != F.arn and not one.endswith(":function:live")} <= values


def _texts(value: object) -> set[str]:
    if isinstance(value, dict):
        return {text for one in value.values() for text in _texts(one)}
    if isinstance(value, list):
        return {text for one in value for text in _texts(one)}
    return {value} if isinstance(value, str) else set()


def test_what_terraform_would_fill_in_is_kept_as_it_stands() -> None:
    text = code(CALLS["a policy"]).terraform

    assert '"arn:aws:s3:::b/a$${?}b"' in text
