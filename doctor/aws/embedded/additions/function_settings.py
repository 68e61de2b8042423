"""Settings of a function that nobody changes in the embedded account but everybody reads."""

from doctor.aws.embedded.addition import Addition, Request, Result
from doctor.aws.embedded.additions import functions

addition = Addition(
    "function settings",
    "moto has no Get and Put of RuntimeManagementConfig and FunctionRecursionConfig, nor ListCodeSigningConfigs",
)


@addition.answers("lambda", "PutRuntimeManagementConfig")
def put_runtime_management(request: Request) -> Result:
    """Set when the runtime is updated."""
    members = ("UpdateRuntimeOn", "RuntimeVersionArn")
    settings = {name: request.parameters[name] for name in members if name in request.parameters}
    functions.hanging(request, "runtime management")[functions.qualifier_of(request) or ""] = settings
    return get_runtime_management(request)


@addition.answers("lambda", "GetRuntimeManagementConfig")
def get_runtime_management(request: Request) -> Result:
    """Answer when the runtime is updated: by AWS, unless it was set."""
    arn = functions.named(request).function_arn
    qualifier = functions.qualifier_of(request) or ""
    found: Result = functions.hanging(request, "runtime management").get(qualifier, {"UpdateRuntimeOn": "Auto"})
    return {"FunctionArn": arn} | found


@addition.answers("lambda", "PutFunctionRecursionConfig")
def put_recursion(request: Request) -> Result:
    """Set whether Lambda ends recursive loops."""
    functions.hanging(request, "recursion")[""] = request.parameters["RecursiveLoop"]
    return get_recursion(request)


@addition.answers("lambda", "GetFunctionRecursionConfig")
def get_recursion(request: Request) -> Result:
    """Answer whether Lambda ends recursive loops, which it does unless it was set."""
    return {"RecursiveLoop": functions.hanging(request, "recursion").get("", "Terminate")}


@addition.answers("lambda", "ListCodeSigningConfigs")
def list_code_signing_configs(_request: Request) -> Result:
    """Answer that there are none."""
    return {"CodeSigningConfigs": []}
