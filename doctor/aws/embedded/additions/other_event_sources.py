"""Event source mappings of Kafka, Amazon MQ and Amazon DocumentDB."""

from datetime import UTC, datetime

from moto.core.utils import unix_time
from moto.utilities.utils import get_partition

from doctor.aws.embedded import assigned
from doctor.aws.embedded.addition import Addition, Proceed, Request, Result
from doctor.aws.embedded.additions import functions

addition = Addition("other event sources", "moto maps only SQS, Kinesis and DynamoDB")

_MOTOS = ("sqs", "kinesis", "dynamodb")
_BATCH_SIZE = 100
_mappings: dict[str, Result] = {}
addition.on_reset(_mappings.clear)


@addition.amends("lambda", "CreateEventSourceMapping")
def create(request: Request, proceed: Proceed) -> Result:
    """Map what moto does not; whether the source exists is not checked."""
    given = dict(request.parameters)
    if any(f":{service}:" in given.get("EventSourceArn", "") for service in _MOTOS):
        return proceed()
    arn = functions.target(request, given.pop("FunctionName"))
    uuid = assigned.new_uuid()
    prefix = f"arn:{get_partition(request.region)}:lambda:{request.region}:{request.account}:event-source-mapping"
    enabled = given.pop("Enabled", True)
    _mappings[uuid] = {
        "UUID": uuid,
        "EventSourceMappingArn": f"{prefix}:{uuid}",
        "BatchSize": _BATCH_SIZE,
        "StateTransitionReason": "USER_INITIATED",
        **given,
        "State": "Enabled" if enabled else "Disabled",
        "FunctionArn": arn,
        "LastModified": _moment(),
    }
    return _mappings[uuid]


@addition.amends("lambda", "UpdateEventSourceMapping")
def update(request: Request, proceed: Proceed) -> Result:
    """Change what is given."""
    mapping = find(request.parameters["UUID"])
    if mapping is None:
        return proceed()
    given = dict(request.parameters)
    if "FunctionName" in given:
        given["FunctionArn"] = functions.target(request, given.pop("FunctionName"))
    if "Enabled" in given:
        given["State"] = "Enabled" if given.pop("Enabled") else "Disabled"
    mapping.pop("LastProcessingResult", None)
    mapping |= given | {"LastModified": _moment()}
    return mapping


@addition.amends("lambda", "GetEventSourceMapping")
def get(request: Request, proceed: Proceed) -> Result:
    """Answer what was kept."""
    return find(request.parameters["UUID"]) or proceed()


@addition.amends("lambda", "DeleteEventSourceMapping")
def delete(request: Request, proceed: Proceed) -> Result:
    """Forget what was kept."""
    mapping = _mappings.pop(request.parameters["UUID"], None)
    return proceed() if mapping is None else mapping | {"State": "Deleting"}


@addition.amends("lambda", "ListEventSourceMappings")
def list_mappings(request: Request, proceed: Proceed) -> Result:
    """Answer these mappings as well."""
    answer = proceed()
    found = list(_mappings.values())
    if source := request.parameters.get("EventSourceArn"):
        found = [one for one in found if one.get("EventSourceArn") == source]
    if name := request.parameters.get("FunctionName"):
        found = [one for one in found if functions.split(one["FunctionArn"]) == functions.split(name)]
    answer["EventSourceMappings"] += found
    return answer


def find(uuid: str) -> Result | None:
    """Return the mapping as it is kept, or None if it is moto's or nobody's."""
    return _mappings.get(uuid)


def _moment() -> datetime:
    return datetime.fromtimestamp(unix_time(), UTC)
