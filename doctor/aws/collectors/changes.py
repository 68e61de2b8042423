"""Who changed what in the last week, and which calls were refused, from CloudTrail's event history."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from doctor.aws.draft import Draft
from doctor.aws.session import AwsError
from doctor.model import arns
from doctor.model.function import Function
from doctor.model.redaction import redact_text
from doctor.model.telemetry import Change, RefusedCall

KNOWN_FOR = timedelta(days=7)
"""How far back is looked."""
_PAGES = 2
"""Pages of 50 events that are read for each name: LookupEvents answers twice a second."""
_PAGES_OF_ALL = 4
"""Pages of all writes that are read before each kind is looked up by itself."""
_DELAY = timedelta(minutes=20)
"""How late CloudTrail may tell of an event: it promises fifteen minutes on average, and mostly takes five."""
_GLOBAL = "us-east-1"
"""Where the history of global services is kept."""
_LAMBDA = (
    "UpdateFunctionConfiguration20150331v2",
    "UpdateFunctionCode20150331v2",
    "PublishVersion20150331",
    "UpdateAlias20150331",
    "PutFunctionConcurrency20171031",
    "UpdateEventSourceMapping20150331",
    "RemovePermission20150331v2",
)
_IAM = (
    "PutRolePolicy",
    "DeleteRolePolicy",
    "AttachRolePolicy",
    "DetachRolePolicy",
    "PutRolePermissionsBoundary",
    "UpdateAssumeRolePolicy",
    "CreatePolicyVersion",
)
_EC2 = (
    "DeleteRoute",
    "ReplaceRoute",
    "DeleteNatGateway",
    "RevokeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
    "ReplaceRouteTableAssociation",
    "DeleteVpcEndpoints",
    "ReplaceNetworkAclEntry",
)
_TRIGGERS = ("SetQueueAttributes", "PutRule", "PutTargets", "DisableRule", "PutBucketNotification", "PutKeyPolicy")
MOST_CALLERS = 40
"""Functions whose own calls are looked up; of the others it is said that they were not asked for."""
_DENIED = ("AccessDenied", "Unauthorized", "Forbidden")
"""What the codes of refused calls contain."""
_NAMED_FUNCTIONS = 3
"""So many functions are looked up each by itself where there are many writes: fewer calls than for each kind of write."""


def of_account(draft: Draft, since: datetime | None) -> None:
    """The writes to functions and their triggers, and those that cut off functions in a VPC."""
    cut = _EC2 if any(function.vpc_config.subnet_ids for function in draft.all(Function)) else ()
    names = (*_LAMBDA, *_TRIGGERS, *cut)
    if not few(draft):
        _writes(draft, names, since)
    elif not _out_of_all(draft, names, draft.now - KNOWN_FOR, pages=1):
        for arn in dict.fromkeys(arns.unqualified(one.arn) for one in draft.all(Function)):
            for name in (arns.name(arn), arn):  # CloudTrail knows a function as whoever changed it called it
                _look_up(draft, "ResourceName", name)
        for name in cut:
            _look_up(draft, "EventName", name)


def of_roles(draft: Draft, since: datetime | None) -> None:
    """The writes to roles and policies."""
    _writes(draft, _IAM, since, _GLOBAL)


def of_troubled_roles(draft: Draft) -> None:
    """Of a few functions named: the writes to the role of each that is in trouble, by the only name that IAM takes."""
    refused = {one.username for one in draft.refused.copy().values()}
    functions = draft.all(Function)
    troubled = {one.role for one in functions if draft.troubled(one) or one.function_name in refused}
    for role in sorted({one.role for one in functions} - {""}):
        if role in troubled:
            _look_up(draft, "ResourceName", arns.name(role), _GLOBAL)
        else:
            why = "asked only where a function that runs with it is in trouble"
            draft.gap("not_asked", draft.to("cloudtrail", "LookupEvents", region=_GLOBAL), f"{role}:*", why)


def _writes(draft: Draft, names: tuple[str, ...], since: datetime | None, region: str = "") -> None:
    """The events of these names: out of all writes where these are few, else each name by itself."""
    known = draft.now - KNOWN_FOR if since is None else since - _DELAY
    if not _out_of_all(draft, names, known, region):
        for name in names:
            _look_up(draft, "EventName", name, region)


def _out_of_all(
    draft: Draft, names: tuple[str, ...], since: datetime, region: str = "", pages: int = _PAGES_OF_ALL
) -> bool:
    """Add the writes of these names after a moment; tell whether these are all."""
    call = draft.to(
        "cloudtrail",
        "LookupEvents",
        region=region,
        LookupAttributes=[{"AttributeKey": "ReadOnly", "AttributeValue": "false"}],
        StartTime=since,
        EndTime=draft.now,
    )
    events: list[dict[str, Any]] = []
    try:
        for number, page in enumerate(draft.aws.pages(call, draft.stop), 1):
            events += page["Events"]
            if number == pages and page.get("NextToken"):
                return False
    except AwsError as error:
        draft.note(error.gap())
    _add(draft, [raw for raw in events if raw.get("EventName") in names])
    return True


def by_function(draft: Draft, function: Function) -> None:
    """What was refused to a function itself, whose sessions are called as it is; data events are not in the history."""
    _look_up(draft, "Username", function.function_name, about=function.arn)


def few(draft: Draft) -> bool:
    """Whether so few functions are named that each is looked up by itself."""
    return 0 < len(draft.scope.functions) <= _NAMED_FUNCTIONS


def _look_up(draft: Draft, key: str, value: str, region: str = "", about: str = "") -> None:
    """Add the events with an attribute that wrote or were refused. A history that is longer than the pages read leaves a gap."""
    answer = draft.read(
        "cloudtrail",
        "LookupEvents",
        about=about,
        region=region,
        pages=_PAGES,
        LookupAttributes=[{"AttributeKey": key, "AttributeValue": value}],
        StartTime=draft.now - KNOWN_FOR,
        EndTime=draft.now,
    )
    events = (answer or {"Events": ()})["Events"]
    _add(draft, events, writes=key != "Username")


def _add(draft: Draft, events: Iterable[dict[str, Any]], *, writes: bool = True) -> None:
    for raw in events:
        told = _record(raw)
        code = str(told.get("errorCode", ""))
        if any(mark in code for mark in _DENIED):
            draft.recorded(_refused(draft, raw, told))
        elif writes and not code and raw.get("ReadOnly") != "true":  # what failed changed nothing
            draft.recorded(_change(raw))


def _record(raw: dict[str, Any]) -> dict[str, Any]:
    """The event as CloudTrail wrote it, which alone tells of errors."""
    try:
        told = json.loads(raw.get("CloudTrailEvent") or "{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _refused(draft: Draft, raw: dict[str, Any], told: dict[str, Any]) -> RefusedCall:
    """A refused call without its parameters, which are somebody's data."""
    caller = told.get("userIdentity")
    return RefusedCall(
        event_id=raw["EventId"],
        event_name=raw["EventName"],
        event_time=raw["EventTime"].astimezone(UTC),
        event_source=raw.get("EventSource", ""),
        username=raw.get("Username", ""),
        user_identity=str(caller.get("arn", "")) if isinstance(caller, dict) else "",
        error_code=str(told["errorCode"]),
        error_message=redact_text(str(told.get("errorMessage", "")), draft.key),
    )


def _change(raw: dict[str, Any]) -> Change:
    return Change(
        event_id=raw["EventId"],
        event_name=raw["EventName"],
        event_time=raw["EventTime"].astimezone(UTC),
        event_source=raw.get("EventSource", ""),
        username=raw.get("Username", ""),
        resources=tuple(one.get("ResourceName", "") for one in raw.get("Resources", ())),
    )


def relevant(draft: Draft) -> tuple[Change, ...]:
    """The changes of something that is in the draft, or of something that CloudTrail does not name."""
    known = {name for arn in list(draft.resources) for name in (arn, arns.name(arn), arns.unqualified(arn))}
    every = sorted(draft.changes.copy().values(), key=lambda one: (one.event_time, one.event_id))
    return tuple(one for one in every if not one.resources or known.intersection(one.resources))
