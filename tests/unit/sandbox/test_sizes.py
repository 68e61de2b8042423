"""What Lambda refuses for its size is refused here too, in its words; each limit of a size has a test, on every tier."""

from pathlib import Path
from typing import Literal

import msgspec
import pytest

from doctor.errors import UsageError
from doctor.model.outcome import Scenario
from doctor.sandbox.limits import Limits
from doctor.sandbox.sizes import check
from tests.unit.sandbox.support import ARN

MB = 1024 * 1024
HERE = Path(__file__).parent


def scenario(size: int, kind: Literal["RequestResponse", "Event"]) -> Scenario:
    event = b'"' + b"x" * (size - 2) + b'"'
    return Scenario(function=ARN, event=msgspec.Raw(event), invocation_type=kind)


@pytest.mark.parametrize(("kind", "allowed"), [("RequestResponse", 6 * MB), ("Event", MB)])
def test_an_event_may_be_as_large_as_on_lambda_and_no_larger(
    kind: Literal["RequestResponse", "Event"], allowed: int
) -> None:
    check(scenario(allowed, kind), {}, Limits())
    with pytest.raises(UsageError, match=rf"{allowed + 1:,} bytes.*RequestTooLargeException.* {allowed} bytes") as told:
        check(scenario(allowed + 1, kind), {}, Limits())
    assert "\n" not in str(told.value)


def test_an_environment_may_have_4_kb_as_json() -> None:
    fits = 4096 - len('{"A":""}')
    check(scenario(2, "Event"), {"A": "x" * fits}, Limits())
    with pytest.raises(UsageError, match=r"4,097 bytes.*4,096 \(InvalidParameterValueException"):
        check(scenario(2, "Event"), {"A": "x" * (fits + 1)}, Limits())
    with pytest.raises(UsageError):
        check(scenario(2, "Event"), {"A": "é" * (fits // 2 + 1)}, Limits())


@pytest.mark.parametrize(
    ("limit", "value", "file", "test"),
    [
        ("payload", 6_291_556, "test_lifecycle.py", "payload=100"),
        (
            "init_timeout",
            10.0,
            "test_limits.py",
            "test_an_initialisation_that_is_too_slow_is_tried_again_in_the_invocation",
        ),
        ("snap_start_timeout", 130.0, "test_snap_start.py", "snap_start_timeout"),
        ("restore_timeout", 10.0, "test_snap_start.py", "restore_timeout"),
        ("shutdown", 2.0, "test_extensions.py", "shutdown"),
        ("event", 6 * MB, "test_sizes.py", "test_an_event_may_be_as_large"),
        ("asynchronous_event", MB, "test_sizes.py", "test_an_event_may_be_as_large"),
        ("environment", 4096, "test_sizes.py", "test_an_environment_may_have_4_kb_as_json"),
    ],
)
def test_limits_are_lambdas_own_and_each_has_a_test(limit: str, value: float, file: str, test: str) -> None:
    assert getattr(Limits(), limit) == value
    assert test in (HERE / file).read_text()
