"""Each addition makes the embedded account do what AWS does, and is still needed for it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from doctor.aws.embedded.additions import all_additions
from tests.unit.aws.embedded.lambda_cases import LAMBDA
from tests.unit.aws.embedded.other_cases import OTHERS
from tests.unit.aws.embedded.probe import Account, Case

CASES = LAMBDA.rows + OTHERS.rows
BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def _managed_policy(moto: Account) -> Any:
    """A policy that every AWS account can attach."""
    return moto.call("iam", "get_policy", PolicyArn=BASIC)


def _left_of_default_vpc(moto: Account) -> Any:
    """What remains when the default VPC is deleted by AWS's own calls, as an account's owner would."""
    (vpc,) = moto.call("ec2", "describe_vpcs")["Vpcs"]
    for subnet in moto.call("ec2", "describe_subnets")["Subnets"]:
        moto.call("ec2", "delete_subnet", SubnetId=subnet["SubnetId"])
    for gateway in moto.call("ec2", "describe_internet_gateways")["InternetGateways"]:
        moto.call("ec2", "detach_internet_gateway", InternetGatewayId=gateway["InternetGatewayId"], VpcId=vpc["VpcId"])
        moto.call("ec2", "delete_internet_gateway", InternetGatewayId=gateway["InternetGatewayId"])
    moto.call("ec2", "delete_vpc", VpcId=vpc["VpcId"])
    return [
        len(moto.call("ec2", f"describe_{kind}")[key])
        for kind, key in (("vpcs", "Vpcs"), ("network_acls", "NetworkAcls"))
    ]


ACTIONS_ONLY: dict[str, tuple[Callable[[Account], Any], Any]] = {
    "managed policies": (_managed_policy, "NoSuchEntity"),
    "default VPC": (_left_of_default_vpc, [0, 1]),
}
"""Additions that change no operation but offer a way in, with what moto does without them; test_control has what they do."""


@pytest.mark.parametrize("case", CASES)
def test_the_embedded_account_does_what_aws_does(case: Case, account: Account) -> None:
    assert case.observe(account) == case.expected


@pytest.mark.parametrize("case", CASES)
def test_moto_still_needs_it(case: Case, moto: Account) -> None:
    assert case.observe(moto) != case.expected, f"moto now does this: delete it from the addition {case.addition!r}"


@pytest.mark.parametrize("name", ACTIONS_ONLY)
def test_moto_still_offers_no_other_way(name: str, moto: Account) -> None:
    probe, without = ACTIONS_ONLY[name]

    assert probe(moto) == without, f"moto now does this: the addition {name!r} may be needed no longer"


def test_every_addition_has_a_case() -> None:
    covered = {row.values[0].addition for row in CASES}

    assert {addition.name for addition in all_additions()} == covered | ACTIONS_ONLY.keys()


def test_every_addition_gives_a_reason_in_one_line() -> None:
    for addition in all_additions():
        assert addition.reason
        assert "\n" not in addition.reason


def test_of_two_changes_to_one_revision_one_wins(account: Account) -> None:
    """The check of a revision and the change behind it are one step, however many clients there are."""
    revision = account.function()["RevisionId"]

    def change(timeout: int) -> bool:
        answer = account.lambda_("update_function_configuration", Timeout=timeout, RevisionId=revision)
        return answer != "PreconditionFailedException"

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(change, range(1, 17)))

    assert won.count(True) == 1
