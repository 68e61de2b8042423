"""Which calls to AWS a function's code made, by the traces that X-Ray keeps of it.

Of a call X-Ray tells service, operation and what its SDK's list of harmless parameters lets through: a table's name, a queue's
URL. Values that somebody wrote, such as an object's key, are not kept.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from doctor.aws.draft import Draft
from doctor.model import arns
from doctor.model.function import Function
from doctor.model.telemetry import TracedCall

_HOURS = timedelta(hours=6)
"""How far back traces are looked for: GetTraceSummaries takes no longer window."""
_TRACES = 5
"""Traces that are read whole: as many as BatchGetTraces takes at once."""
ALSO = ("BatchGetTraces",)

_SERVICES = {
    "cloudwatchevents": "events",
    "cloudwatchlogs": "logs",
    "eventbridge": "events",
    "sfn": "stepfunctions",
    "simplesystemsmanagementssm": "ssm",
    "systemsmanager": "ssm",
}
"""What X-Ray's SDKs call services, in lower case without blanks, where that is not botocore's name."""
_PARAMETERS = {
    "bucket_name": "Bucket",
    "function_name": "FunctionName",
    "index_name": "IndexName",
    "key_id": "KeyId",
    "queue_url": "QueueUrl",
    "secret_id": "SecretId",
    "state_machine_arn": "stateMachineArn",
    "stream_name": "StreamName",
    "table_name": "TableName",
    "topic_arn": "TopicArn",
}
"""Names of resources in a trace, and the parameters that they were."""


def traced(draft: Draft, function: Function) -> None:
    """The calls in the newest traces of a function; each operation on each resource once."""
    summaries = draft.listed(
        "xray",
        "GetTraceSummaries",
        "TraceSummaries",
        about=function.arn,
        pages=1,
        StartTime=draft.now - _HOURS,
        EndTime=draft.now,
        FilterExpression=f'service("{function.function_name}")',
    )
    newest = [one["Id"] for one in summaries if one.get("Id")][-_TRACES:]
    if not newest:
        return
    found: dict[tuple[str, str, str], TracedCall] = {}
    for trace in draft.listed("xray", "BatchGetTraces", "Traces", about=function.arn, TraceIds=newest):
        for one in _calls(function, trace):
            found.setdefault((one.service, one.operation, str(one.parameters)), one)
    draft.trace(*found.values())


def _calls(function: Function, trace: dict[str, Any]) -> Iterator[TracedCall]:
    for segment in trace.get("Segments", ()):
        document = _read(segment.get("Document", ""))
        if document.get("name") == function.function_name:
            for part in _parts(document):
                call = _call(function, str(trace.get("Id", "")), part)
                if call is not None:
                    yield call


def _read(text: str) -> dict[str, Any]:
    """A segment; empty where it is not one."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _parts(segment: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The subsegments of a segment, however deep: a handler's own ones hold those of its calls."""
    waiting = [segment]
    while waiting:
        for one in waiting.pop().get("subsegments") or ():
            if isinstance(one, dict):
                yield one
                waiting.append(one)


def _call(function: Function, trace: str, part: dict[str, Any]) -> TracedCall | None:
    told = part.get("aws")
    operation = told.get("operation") if isinstance(told, dict) else None
    started = part.get("start_time")
    if part.get("namespace") != "aws" or not isinstance(operation, str) or not isinstance(started, int | float):
        return None
    assert isinstance(told, dict)
    named = str(part.get("name", "")).lower().replace(" ", "").replace("-", "")
    known = {ours: told[theirs] for theirs, ours in _PARAMETERS.items() if isinstance(told.get(theirs), str)}
    return TracedCall(
        function=arns.unqualified(function.arn),
        service=_SERVICES.get(named, named),
        operation=operation[:1].upper() + operation[1:],  # SDKs for JavaScript write putItem
        parameters=known,
        region=str(told.get("region") or ""),
        at=datetime.fromtimestamp(started, UTC),
        trace_id=trace,
    )
