"""Asynchronous invocation: retries, age and destinations."""

from moto.core.utils import utcnow

from doctor.aws.embedded.addition import Addition, Parameters, Refused, Request, Result
from doctor.aws.embedded.additions import functions

addition = Addition(
    "event invoke config",
    "moto's PutFunctionEventInvokeConfig appends while Get returns the oldest, Update replaces, and the qualifier is ignored",
)

_LIMITS = {"MaximumRetryAttempts": (0, 2), "MaximumEventAgeInSeconds": (60, 21600)}
_MEMBERS = (*_LIMITS, "DestinationConfig")
_KIND = "event invoke config"


@addition.answers("lambda", "PutFunctionEventInvokeConfig")
def put(request: Request) -> Result:
    """Set the configuration; what is left out falls back to Lambda's default."""
    return _set(request, {})


@addition.answers("lambda", "UpdateFunctionEventInvokeConfig")
def update(request: Request) -> Result:
    """Change what is given."""
    return _set(request, _found(request))


@addition.answers("lambda", "GetFunctionEventInvokeConfig")
def get(request: Request) -> Result:
    """Answer the configuration of a function, version or alias."""
    return _found(request)


@addition.answers("lambda", "DeleteFunctionEventInvokeConfig")
def delete(request: Request) -> Result:
    """Go back to Lambda's defaults."""
    _found(request)
    del functions.hanging(request, _KIND)[functions.qualifier_of(request) or functions.LATEST]
    return {}


@addition.answers("lambda", "ListFunctionEventInvokeConfigs")
def list_configs(request: Request) -> Result:
    """Answer all configurations of a function in one page."""
    return {"FunctionEventInvokeConfigs": list(functions.hanging(request, _KIND).values())}


def _set(request: Request, before: Parameters) -> Result:
    function = functions.latest(request)
    functions.named(request)
    for name, (least, most) in _LIMITS.items():
        if not least <= request.parameters.get(name, least) <= most:
            raise Refused(
                "ValidationException",
                f"1 validation error detected: Value '{request.parameters[name]}' at '{name[0].lower()}{name[1:]}' failed to "
                f"satisfy constraint: Member must have value between {least} and {most}",
            )
    given = {name: request.parameters[name] for name in _MEMBERS if name in request.parameters}
    qualifier = functions.qualifier_of(request) or functions.LATEST
    config = {"DestinationConfig": {"OnSuccess": {}, "OnFailure": {}}} | before | given
    config |= {"FunctionArn": f"{function.function_arn}:{qualifier}", "LastModified": utcnow()}
    functions.hanging(request, _KIND)[qualifier] = config
    return config


def _found(request: Request) -> Result:
    qualifier = functions.qualifier_of(request) or functions.LATEST
    config: Result | None = functions.hanging(request, _KIND).get(qualifier)
    if config is None:
        arn = f"{functions.latest(request).function_arn}:{qualifier}"
        raise functions.not_found(f"The function {arn} doesn't have an EventInvokeConfig")
    return config
