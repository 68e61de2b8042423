"""What Lambda refuses for its size before any handler runs: an event that is too large, an environment that is too large.

Source: "Lambda quotas" in the Lambda developer guide; an asynchronous event may be 1 MB since October 2025 (256 KB before).
"""

import json
from collections.abc import Mapping

from doctor.errors import UsageError
from doctor.model.outcome import Scenario
from doctor.sandbox.limits import Limits


def check(scenario: Scenario, own: Mapping[str, str], limits: Limits) -> None:
    """Refuse what could not have been invoked.

    Args:
        scenario: The event, and how it is invoked.
        own: The function's own variables, as far as they are known.
        limits: Lambda's own limits.

    Raises:
        UsageError: It is too large; in AWS's words.
    """
    size = len(bytes(scenario.event))
    asynchronous = scenario.invocation_type == "Event"
    allowed = limits.asynchronous_event if asynchronous else limits.event
    if size > allowed:
        how = "an asynchronous" if asynchronous else "a synchronous"
        raise UsageError(
            f"the event has {size:,} bytes, and Lambda refuses {how} one of more than {allowed:,} before the function runs "
            f"(RequestTooLargeException: Request must be smaller than {allowed} bytes for the InvokeFunction operation); "
            "give a smaller one with --event"
        )
    size = len(json.dumps(dict(own), separators=(",", ":"), ensure_ascii=False).encode())
    if size > limits.environment:
        raise UsageError(
            f"the function's environment variables have {size:,} bytes, and Lambda configures no more than {limits.environment:,} "
            "(InvalidParameterValueException: the environment variables you have provided exceeded the 4KB limit); shorten them"
        )
