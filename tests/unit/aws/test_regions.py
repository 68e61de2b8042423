"""Where an account has functions."""

from typing import Any

from doctor.aws.refusals import AwsError
from doctor.aws.regions import counted
from doctor.model.call import Call

_COUNTS = {"eu-west-1": 24, "us-east-1": 3}


class _Account:
    regions = ("af-south-1", "eu-north-1", "eu-west-1", "us-east-1")

    def call(self, call: Call) -> dict[str, Any]:
        if call.region == "af-south-1":
            raise AwsError(call, "UnrecognizedClientException", "the region is not enabled", "denied")
        return {"AccountUsage": {"FunctionCount": _COUNTS[call.region]}} if call.region in _COUNTS else {}


def test_the_most_functions_come_first_and_a_refusal_is_no_zero() -> None:
    found = counted(_Account())  # type: ignore[arg-type]  # all that is asked of it

    assert [(one.region, one.functions, bool(one.error)) for one in found] == [
        ("eu-west-1", 24, False),
        ("us-east-1", 3, False),
        ("eu-north-1", 0, False),
        ("af-south-1", 0, True),
    ]
