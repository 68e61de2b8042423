"""Function URLs."""

import secrets

from doctor.aws.embedded import assigned
from doctor.aws.embedded.addition import Addition, Parameters, Refused, Request, Result
from doctor.aws.embedded.additions import functions
from doctor.aws.embedded.wire import PREFIX

addition = Addition(
    "function URLs", "moto ignores the qualifier, has no ListFunctionUrlConfigs, and hands out URLs on a host of AWS"
)

_MEMBERS = ("AuthType", "Cors", "InvokeMode")
_ID = r"[a-z0-9]{32,40}"


@addition.answers("lambda", "CreateFunctionUrlConfig")
def create(request: Request) -> Result:
    """Give the function a URL on loopback. Nothing runs there."""
    urls, qualifier = functions.hanging(request, "url"), functions.qualifier_of(request) or ""
    functions.named(request)
    if qualifier in urls:
        raise Refused(
            "ResourceConflictException",
            f"Failed to create function url config for [functionArn = {_arn(request, qualifier)}]. "
            "Error message:  FunctionUrlConfig exists for this Lambda function",
            Type="User",
        )
    url_id = assigned.current().take(_ID) or secrets.token_hex(16)
    config = {
        "FunctionUrl": f"{request.endpoint}{PREFIX}function-url/{url_id}/",
        "FunctionArn": _arn(request, qualifier),
        "CreationTime": functions.now(),
        "LastModifiedTime": functions.now(),
        "InvokeMode": "BUFFERED",
    }
    urls[qualifier] = config | _given(request)
    created: Result = urls[qualifier]
    return created


@addition.answers("lambda", "GetFunctionUrlConfig")
def get(request: Request) -> Result:
    """Answer the URL of the function or of one alias."""
    return _found(request)


@addition.answers("lambda", "UpdateFunctionUrlConfig")
def update(request: Request) -> Result:
    """Change who may call the URL and how."""
    _found(request).update(_given(request), LastModifiedTime=functions.now())
    return _found(request)


@addition.answers("lambda", "DeleteFunctionUrlConfig")
def delete(request: Request) -> Result:
    """Take the URL away."""
    _found(request)
    del functions.hanging(request, "url")[functions.qualifier_of(request) or ""]
    return {}


@addition.answers("lambda", "ListFunctionUrlConfigs")
def list_configs(request: Request) -> Result:
    """Answer the URLs of a function and its aliases in one page."""
    return {"FunctionUrlConfigs": list(functions.hanging(request, "url").values())}


def _given(request: Request) -> Parameters:
    return {name: request.parameters[name] for name in _MEMBERS if name in request.parameters}


def _arn(request: Request, qualifier: str) -> str:
    return str(functions.latest(request).function_arn) + (f":{qualifier}" if qualifier else "")


def _found(request: Request) -> Result:
    config: Result | None = functions.hanging(request, "url").get(functions.qualifier_of(request) or "")
    if config is None:
        raise functions.not_found()
    return config
