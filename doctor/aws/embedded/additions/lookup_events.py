"""CloudTrail's event history."""

from typing import Any

from botocore.utils import parse_timestamp
from moto.core.utils import unix_time

from doctor.aws.embedded.addition import Addition, Refused, Request, Result

addition = Addition("event history", "moto has no LookupEvents")

_PAGE = 50
_GLOBAL = {"iam.amazonaws.com": "us-east-1"}
"""By event source: the region that keeps the history of a global service."""
_events: dict[tuple[str, str], list[Result]] = {}
addition.on_reset(_events.clear)


@addition.action("Events")
def put_events(request: Request) -> None:
    """Add events to the history, as LookupEvents is to answer them; EventTime in seconds since 1970 or ISO 8601."""
    for event in request.parameters["Events"]:
        region = _GLOBAL.get(event.get("EventSource", ""), request.region)
        history = _events.setdefault((request.account, region), [])
        history.append(event | {"EventTime": parse_timestamp(event["EventTime"]).timestamp()})
        history.sort(key=lambda one: one["EventTime"], reverse=True)


@addition.answers("cloudtrail", "LookupEvents")
def lookup_events(request: Request) -> Result:
    """Answer the events that match, newest first."""
    history = _events.get((request.account, request.region), [])
    found = [event for event in history if _matches(event, request.parameters)]
    first = _position(request.parameters.get("NextToken", "0"))
    last = first + min(request.parameters.get("MaxResults", _PAGE), _PAGE)
    token = {"NextToken": str(last)} if last < len(found) else {}
    return {"Events": found[first:last]} | token


def _position(token: str) -> int:
    if not token.isdecimal():
        raise Refused("InvalidNextTokenException", "The NextToken is invalid.")
    return int(token)


def _matches(event: Result, parameters: dict[str, Any]) -> bool:
    at = event["EventTime"]
    if "StartTime" in parameters and at < unix_time(parameters["StartTime"]):
        return False
    if "EndTime" in parameters and at > unix_time(parameters["EndTime"]):
        return False
    attributes = parameters.get("LookupAttributes", [])
    return all(_has(event, attribute["AttributeKey"], attribute["AttributeValue"]) for attribute in attributes)


def _has(event: Result, key: str, value: str) -> bool:
    if key in {"ResourceName", "ResourceType"}:
        return any(resource.get(key) == value for resource in event.get("Resources", []))
    return bool(event.get(key) == value)
