"""What a change touched is read again as the account shows it now, by the calls that tell it."""

from typing import Any

import pytest

from doctor.aws.readback import differences, values
from doctor.model.call import Call
from doctor.model.finding import Touched
from doctor.testing.world import ACCOUNT, REGION, function

F = function()
MAPPING = f"arn:aws:lambda:{REGION}:{ACCOUNT}:event-source-mapping:91eaeb7e-c976-4939-9430-8304abc22bf9"
RULES = f"arn:aws:events:{REGION}:{ACCOUNT}:rule"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ANSWERS = {
    "DescribeKey": {"KeyMetadata": {"Arn": KEY, "KeyId": KEY.rsplit("/", 1)[1], "KeyState": "Disabled"}},
    "GetFunctionConfiguration": {"FunctionName": "f", "FunctionArn": F.arn, "Timeout": 3},
    "GetFunctionConcurrency": {"ReservedConcurrentExecutions": 4},
    "GetEventSourceMapping": {"UUID": MAPPING.rsplit(":", 1)[1], "State": "Enabled", "MaximumRetryAttempts": 3},
    "DescribeRule": {"Name": "nightly", "Arn": f"{RULES}/nightly", "State": "DISABLED"},
}


class Account:
    def __init__(self) -> None:
        self.asked: list[Call] = []

    def read(self, call: Call) -> dict[str, Any]:
        self.asked.append(call)
        return ANSWERS[call.operation]


def read(arn: str, *fields: str) -> tuple[list[Any], list[Call]]:
    account = Account()
    seen = values(account, tuple(Touched(resource=arn, field=one) for one in fields))  # type: ignore[arg-type]
    return [one.value for one in seen], account.asked


@pytest.mark.parametrize(
    ("arn", "fields", "now", "asked"),
    [
        (F.arn, ("Timeout",), [3], ["GetFunctionConfiguration"]),
        (F.arn, ("ReservedConcurrentExecutions",), [4], ["GetFunctionConfiguration", "GetFunctionConcurrency"]),
        (MAPPING, ("State", "MaximumRetryAttempts"), ["Enabled", 3], ["GetEventSourceMapping"]),
        (f"{RULES}/nightly", ("State",), ["DISABLED"], ["DescribeRule"]),
        (KEY, ("KeyState",), ["Disabled"], ["DescribeKey"]),
    ],
)
def test_each_kind_is_read_by_the_calls_that_tell_its_fields(
    arn: str, fields: tuple[str, ...], now: list[Any], asked: list[str]
) -> None:
    seen, calls = read(arn, *fields)

    assert seen == now
    assert [call.operation for call in calls] == asked


@pytest.mark.parametrize(
    ("arn", "parameters"),
    [
        (f"{RULES}/nightly", {"Name": "nightly"}),
        (f"{RULES}/orders/nightly", {"Name": "nightly", "EventBusName": "orders"}),
    ],
)
def test_a_rule_is_looked_for_on_its_own_bus(arn: str, parameters: dict[str, str]) -> None:
    assert read(arn, "State")[1][0].parameters == parameters


def test_a_reservation_that_somebody_changed_is_told() -> None:
    was = (Touched(resource=F.arn, field="ReservedConcurrentExecutions", value=2),)

    assert differences(was, values(Account(), was)) == ["f ReservedConcurrentExecutions: expected 2, is 4"]  # type: ignore[arg-type]
