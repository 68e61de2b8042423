"""Event source mappings."""

from typing import Any

from moto.awslambda.models import EventSourceMapping

from doctor.aws.embedded.addition import Addition, Parameters, Proceed, Request, Result
from doctor.aws.embedded.additions import functions, other_event_sources

addition = Addition(
    "event source mappings",
    "moto has no LastProcessingResult, forgets the alias that a mapping goes to, and lists by the spelling used on creation",
)

_fields: dict[str, Parameters] = {}
"""Members that replace what moto answers, by UUID."""
addition.on_reset(_fields.clear)


@addition.amends("lambda", "CreateEventSourceMapping")
def create(request: Request, proceed: Proceed) -> Result:
    """Keep the qualifier of the function."""
    answer = proceed()
    mapping = _found(request, answer["UUID"])
    mapping.function_arn = functions.target(request, request.parameters["FunctionName"])
    return _amended(answer, mapping)


@addition.amends("lambda", "UpdateEventSourceMapping")
def update(request: Request, proceed: Proceed) -> Result:
    """Keep the qualifier of the function; what a changed mapping last did is unknown."""
    mapping = _found(request, request.parameters["UUID"])
    before = mapping.function_arn
    answer = proceed()
    name = request.parameters.get("FunctionName")
    mapping.function_arn = functions.target(request, name) if name else before
    _fields.pop(mapping.uuid, None)
    return _amended(answer, mapping)


@addition.amends("lambda", "GetEventSourceMapping")
def get(request: Request, proceed: Proceed) -> Result:
    """Add what we keep."""
    mapping = _found(request, request.parameters["UUID"])
    return _amended(proceed(), mapping)


@addition.amends("lambda", "DeleteEventSourceMapping")
def delete(request: Request, proceed: Proceed) -> Result:
    """Add what we keep, a last time."""
    mapping = _found(request, request.parameters["UUID"])
    answer = _amended(proceed(), mapping) | {"State": "Deleting"}
    _fields.pop(mapping.uuid, None)
    return answer


@addition.answers("lambda", "ListEventSourceMappings")
def list_mappings(request: Request) -> Result:
    """Answer the mappings of a source, of a function or of one of its qualifiers in one page."""
    source = request.parameters.get("EventSourceArn", "")
    mappings = list(functions.backend(request).list_event_source_mappings(source, ""))
    if name := request.parameters.get("FunctionName"):
        wanted = functions.split(name)
        mappings = [one for one in mappings if functions.split(one.function_arn) == wanted]
    return {"EventSourceMappings": [_amended(one.get_configuration(), one) for one in mappings]}


@addition.action("UUID", "Configuration")
def set_event_source_mapping(request: Request) -> None:
    """Make members of a mapping what they are given as, such as LastProcessingResult or State."""
    uuid, given = request.parameters["UUID"], request.parameters["Configuration"]
    if (kept := other_event_sources.find(uuid)) is not None:
        kept.update(given)
    else:
        _fields.setdefault(_found(request, uuid).uuid, {}).update(given)


def _found(request: Request, uuid: str) -> EventSourceMapping:
    mapping = functions.backend(request).get_event_source_mapping(uuid)
    if mapping is None:
        raise functions.not_found()
    return mapping


def _amended(answer: Result, mapping: EventSourceMapping) -> Result:
    settled: dict[str, Any] = {"FunctionArn": mapping.function_arn, "StateTransitionReason": "USER_INITIATED"}
    return answer | settled | _fields.get(mapping.uuid, {})
