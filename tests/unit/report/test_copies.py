"""Ready texts: what is copied can be pasted where it is meant to go."""

import ast
import json
import shlex

from doctor.model.call import Call, Ref
from doctor.model.finding import Settle, Step
from doctor.model.redacted import Redacted
from doctor.report import console, copies, scripts
from tests.tui import answers, samples

SLOW = samples.SLOW.findings[0]


def _offered() -> dict[str, str]:
    return {one.label: one.text for one in copies.of_function(samples.SLOW, SLOW, "--profile 'my prod'")}


def test_a_function_is_offered_by_name_arn_finding_and_commands() -> None:
    offered = _offered()

    assert (offered["name"], offered["ARN"]) == ("report-export", samples.arn("report-export"))
    assert shlex.split(offered["doctor why"]) == ["doctor", "why", "report-export", "--profile", "my prod"]
    assert offered["finding, Markdown"].startswith("**report-export: the handler needs about 4.2 s")
    assert "Fix B: do less work in one invocation (manual)" in offered["finding, Markdown"]
    assert '"field": "Timeout"' in offered["evidence, JSON"]


def test_boto3_is_python_with_the_calls_in_order() -> None:
    step = SLOW.problem.fixes[0].steps[0]
    other = Step(name="x", call=Call(service="sns", operation="ListTopics", parameters={}))

    tree = ast.parse(scripts.boto3([step, other, step]))

    calls = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert calls.count("boto3.client") == 2
    assert calls.count("lambda_client.update_function_configuration") == 2
    assert "sns_client.list_topics" in calls


def _nat() -> list[Step]:
    """A step that needs what the one before it made, and waits."""
    see = Call(service="ec2", operation="DescribeNatGateways", parameters={})
    return [
        Step(name="take an address", call=Call(service="ec2", operation="AllocateAddress", parameters={})),
        Step(
            name="make it",
            call=Call(
                service="ec2",
                operation="CreateNatGateway",
                parameters={"AllocationId": Ref(step="take an address", path="AllocationId")},
            ),
            settled=Settle(call=see, path="NatGateways.0.State", wanted=("available",), timeout=60),
        ),
    ]


def test_an_answer_that_a_later_step_needs_is_kept_and_what_takes_time_is_waited_for() -> None:
    python = ast.unparse(ast.parse(scripts.boto3(_nat())))
    shell = scripts.cli(_nat()).splitlines()

    assert "take_an_address = ec2_client.allocate_address()" in python
    assert "AllocationId=take_an_address['AllocationId']" in python
    assert "answer['NatGateways'][0]['State'] in ('available',)" in python
    assert shell[0] == "take_an_address=$(aws ec2 allocate-address --query AllocationId --output text)"
    assert shell[1] == 'aws ec2 create-nat-gateway --allocation-id "$take_an_address"'
    assert shell[-1].endswith("--query 'NatGateways[0].State' --output text")


def test_a_redacted_value_stays_redacted() -> None:
    call = Call(service="lambda", operation="X", parameters={"A": Redacted(kind="value", length=3, digest="abc")})

    assert "abc" not in scripts.boto3([Step(name="x", call=call)]) + scripts.cli([Step(name="x", call=call)])


def test_the_policy_to_ask_for_allows_what_is_sent() -> None:
    policy = json.loads(copies.to_ask_for(SLOW.problem.fixes[0].steps))

    assert policy["Statement"][0]["Action"] == ["lambda:UpdateFunctionConfiguration"]
    assert copies.to_ask_for(()) == ""


def test_an_incident_is_a_report_and_a_list_of_names() -> None:
    offered = {one.label: one.text for one in copies.of_incident(answers.INCIDENTS[0])}

    assert offered["functions"].splitlines() == ["payments-reconcile", "billing-nightly"]
    assert "the NAT gateway was deleted" in offered["incident report"]


def test_the_console_is_the_partitions_own() -> None:
    here = console.link(samples.arn("report-export"))

    assert here == "https://eu-west-1.console.aws.amazon.com/lambda/home?region=eu-west-1#/functions/report-export"
    assert "console.amazonaws.cn" in console.link("arn:aws-cn:lambda:cn-north-1:1:function:f")
    assert console.link("arn:aws:sqs:eu-west-1:1:q").endswith("arn%3Aaws%3Asqs%3Aeu-west-1%3A1%3Aq")
    assert console.link("no ARN") == ""
