"""Function configuration: RevisionId, members that moto ignores, limits, and states."""

import json
from typing import Any

from moto.awslambda.models import LambdaFunction
from moto.ec2.models import ec2_backends

from doctor.aws.embedded import assigned
from doctor.aws.embedded.addition import Addition, Parameters, Proceed, Refused, Request, Result
from doctor.aws.embedded.additions import functions
from doctor.aws.embedded.additions.functions import check_revision, kept, latest, named, split

addition = Addition(
    "function configuration",
    "moto returns no RevisionId and accepts a stale one, ignores DeadLetterConfig, LoggingConfig, FileSystemConfigs and, on update, "
    "six members more, takes any Timeout and MemorySize, and invents VpcId",
)

_KEPT = (
    "DeadLetterConfig",
    "DurableConfig",
    "EphemeralStorage",
    "FileSystemConfigs",
    "KMSKeyArn",
    "TenancyConfig",
    "TracingConfig",
)
_LIMITS = {"Timeout": (1, 900), "MemorySize": (128, 10240)}  # seconds, MB
_STORAGE_LIMITS = (512, 10240)  # MB
_MOST_LAYERS = 5
_MOST_ENVIRONMENT = 4096  # bytes
_TRANSIENT = ("State", "StateReason", "StateReasonCode")
_OF_AN_UPDATE = ("LastUpdateStatus", "LastUpdateStatusReason", "LastUpdateStatusReasonCode", "LastModified")


@addition.amends("lambda", "CreateFunction")
def create(request: Request, proceed: Proceed) -> Result:
    """Keep what moto ignores."""
    _check_limits(request.parameters)
    vpc = _vpc(request)
    configuration = proceed()
    function = latest(request)
    function.last_modified = functions.now()
    kept(function).fields |= vpc | _members(function, request.parameters)
    return amended(configuration | {"LastModified": function.last_modified}, function)


@addition.amends("lambda", "UpdateFunctionConfiguration", "UpdateFunctionCode")
def update(request: Request, proceed: Proceed) -> Result:
    """Check the RevisionId and the limits, let moto change what it can, keep the rest."""
    function = latest(request)
    beside = kept(function)
    check_settled(function)
    check_revision(request, beside.revision)
    _check_limits(request.parameters)
    vpc = _vpc(request)
    configuration = proceed(_for_moto(request.parameters))
    if request.parameters.get("DryRun"):
        return amended(configuration, function)
    if architectures := request.parameters.get("Architectures"):
        function.architectures = architectures
    for name in (*_OF_AN_UPDATE, *request.parameters):
        beside.fields.pop(name, None)
    beside.fields |= vpc | _members(function, request.parameters)
    beside.revision = functions.new_revision()
    function.last_modified = functions.now()
    return amended(function.get_configuration(), function)


@addition.amends("lambda", "GetFunctionConfiguration")
def get_configuration(request: Request, proceed: Proceed) -> Result:
    """Add what we keep."""
    return _qualified(amended(proceed(), named(request)), request)


@addition.amends("lambda", "GetFunction")
def get_function(request: Request, proceed: Proceed) -> Result:
    """Add what we keep."""
    answer = proceed()
    answer["Configuration"] = _qualified(amended(answer["Configuration"], named(request)), request)
    return answer


@addition.amends("lambda", "ListFunctions")
def list_functions(request: Request, proceed: Proceed) -> Result:
    """Add what we keep."""
    answer = proceed()
    answer["Functions"] = [_amended_entry(request, entry) for entry in answer["Functions"]]
    return answer


@addition.amends("lambda", "ListVersionsByFunction")
def list_versions(request: Request, proceed: Proceed) -> Result:
    """Add what we keep."""
    answer = proceed()
    answer["Versions"] = [_amended_entry(request, entry) for entry in answer["Versions"]]
    return answer


@addition.action("FunctionName", "Configuration", optional=("Qualifier",))
def set_function(request: Request) -> None:
    """Make members of FunctionConfiguration what they are given as, such as State or LastUpdateStatusReason; null removes one."""
    beside = kept(named(request))
    given = request.parameters["Configuration"]
    beside.revision = given.get("RevisionId", beside.revision)
    beside.fields |= {name: value for name, value in given.items() if name != "RevisionId"}


def amended(configuration: Result, function: LambdaFunction) -> Result:
    """Return a FunctionConfiguration with what we keep beside the function."""
    beside = kept(function)
    whole = {**configuration, **_defaults(function), **beside.fields, "RevisionId": beside.revision}
    return {name: value for name, value in whole.items() if value is not None}


def check_settled(function: LambdaFunction) -> None:
    """Refuse a change to a function that is still being created or changed."""
    fields = kept(function).fields
    if fields.get("LastUpdateStatus") == "InProgress" or fields.get("State") == "Pending":
        raise Refused(
            "ResourceConflictException",
            "The operation cannot be performed at this time. "
            f"An update is in progress for resource: {function.function_arn}",
            Type="User",
        )


def versioned(fields: Parameters) -> Parameters:
    """Return what a version takes over from the members that are kept beside $LATEST."""
    taken = {name: value for name, value in fields.items() if name not in (*_TRANSIENT, *_OF_AN_UPDATE)}
    apply_on = taken.get("SnapStart", {}).get("ApplyOn")
    if apply_on == "PublishedVersions":
        taken["SnapStart"] = {"ApplyOn": apply_on, "OptimizationStatus": "On"}
    return taken


def _for_moto(parameters: Parameters) -> Parameters:
    """Spell an empty environment in the one way that moto can read."""
    if parameters.get("Environment", {"Variables": {}}).keys():
        return parameters
    return parameters | {"Environment": {"Variables": {}}}


def _amended_entry(request: Request, entry: Result) -> Result:
    function = functions.backend(request).get_function(entry["FunctionName"], entry["Version"])
    return amended(entry, function)


def _qualified(configuration: Result, request: Request) -> Result:
    """Give the ARN the qualifier that was asked for: moto answers the version that an alias leads to."""
    name, qualifier = split(request.parameters["FunctionName"], request.parameters.get("Qualifier"))
    if qualifier:
        base = functions.backend(request).get_function(name).function_arn
        configuration["FunctionArn"] = f"{base}:{qualifier}"
    return configuration


def _defaults(function: LambdaFunction) -> Parameters:
    return {"LoggingConfig": _logging(function, {})}


def _members(function: LambdaFunction, parameters: Parameters) -> Parameters:
    """Return the members of FunctionConfiguration that follow from parameters which moto drops."""
    members = {name: parameters[name] or None for name in _KEPT if name in parameters}
    if not parameters.get("DeadLetterConfig", {}).get("TargetArn", "x"):
        members["DeadLetterConfig"] = None  # an empty ARN takes the queue away
    if "LoggingConfig" in parameters:
        members["LoggingConfig"] = _logging(function, parameters["LoggingConfig"])
    if "SnapStart" in parameters:
        members["SnapStart"] = {"ApplyOn": parameters["SnapStart"]["ApplyOn"], "OptimizationStatus": "Off"}
    if "ImageConfig" in parameters:
        image = parameters["ImageConfig"]
        members["ImageConfigResponse"] = {"ImageConfig": image} if image else None
    return members


def _logging(function: LambdaFunction, given: Parameters) -> Parameters:
    levels = {"ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO"} if given.get("LogFormat") == "JSON" else {}
    return {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{function.function_name}"} | levels | given


def _check_limits(parameters: Parameters) -> None:
    for name, limits in _LIMITS.items():
        _check_range(name[0].lower() + name[1:], parameters.get(name), *limits)
    _check_range("ephemeralStorage.size", parameters.get("EphemeralStorage", {}).get("Size"), *_STORAGE_LIMITS)
    if len(parameters.get("Layers", ())) > _MOST_LAYERS:
        raise functions.invalid(f"Cannot reference more than {_MOST_LAYERS} layers.")
    variables = parameters.get("Environment", {}).get("Variables", {})
    if len(json.dumps(variables, separators=(",", ":"))) > _MOST_ENVIRONMENT:
        raise functions.invalid(
            "Lambda was unable to configure your environment variables because the environment variables you have provided "
            "exceeded the 4KB limit."
        )


def _check_range(name: str, value: int | None, least: int, most: int) -> None:
    if value is None or least <= value <= most:
        return
    bound = f"greater than or equal to {least}" if value < least else f"less than or equal to {most}"
    raise Refused(
        "ValidationException",
        f"1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: "
        f"Member must have value {bound}",
    )


def _vpc(request: Request) -> dict[str, Any]:
    """Return VpcConfig with the VPC that its subnets are in, if the request sets it."""
    given = request.parameters.get("VpcConfig")
    if given is None:
        return {}
    known = ec2_backends[request.account][request.region]
    subnets = {subnet.id: subnet for subnet in known.describe_subnets()} if given.get("SubnetIds") else {}
    missing = [subnet for subnet in given.get("SubnetIds", ()) if subnet not in subnets]
    if missing and not assigned.restoring():
        raise functions.invalid(
            "Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. "
            f"EC2 Error Message: The subnet ID '{missing[0]}' does not exist"
        )
    vpcs = [subnets[subnet].vpc_id for subnet in given.get("SubnetIds", ()) if subnet in subnets]
    whole = {"SubnetIds": [], "SecurityGroupIds": [], "Ipv6AllowedForDualStack": False} | given
    return {"VpcConfig": whole | {"VpcId": vpcs[0] if vpcs else ""}}
