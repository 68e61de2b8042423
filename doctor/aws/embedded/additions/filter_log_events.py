"""Searching log groups."""

from doctor.aws.embedded.addition import Addition, Parameters, Proceed, Refused, Request, Result
from doctor.aws.embedded.additions.filter_pattern import parse
from doctor.aws.embedded.additions.json_pattern import PatternError

addition = Addition(
    "log search",
    "moto's FilterLogEvents understands plain terms and one phrase only, ignores logStreamNamePrefix and logGroupIdentifier, "
    "and does not interleave streams",
)

_PAGE = 10000


@addition.amends("logs", "FilterLogEvents")
def filter_log_events(request: Request, proceed: Proceed) -> Result:
    """Let moto find the events of a time, and match them here."""
    try:
        matches = parse(request.parameters.get("filterPattern", ""))
    except PatternError as error:
        raise Refused("InvalidParameterException", f"Invalid filter pattern: {error}") from error
    parameters = _for_moto(request.parameters)
    group, limit = parameters["logGroupName"], request.parameters.get("limit", _PAGE)
    prefix = request.parameters.get("logStreamNamePrefix", "")
    found: list[Result] = []
    while True:
        page = proceed(parameters)
        found += [one for one in page["events"] if one["logStreamName"].startswith(prefix) and matches(one["message"])]
        if len(found) > limit:
            last = found[limit - 1]
            token = f"{group}@{last['logStreamName']}@{last['eventId']}"  # what moto's own tokens look like
            return {"events": found[:limit], "nextToken": token, "searchedLogStreams": []}
        if "nextToken" not in page:
            return {"events": found, "searchedLogStreams": []}
        parameters = parameters | {"nextToken": page["nextToken"]}


def _for_moto(parameters: Parameters) -> Parameters:
    ours = ("filterPattern", "limit", "logStreamNamePrefix", "logGroupIdentifier")
    group = parameters.get("logGroupIdentifier", "").split(":log-group:")[-1].removesuffix(":*")
    kept = {name: value for name, value in parameters.items() if name not in ours}
    return {"logGroupName": group} | kept | {"limit": _PAGE, "interleaved": True}
