"""What is asked only where what was read tells of trouble that it may explain; of every other function it is a gap."""

from msgspec.structs import replace

from doctor.aws.collectors.invoking import own
from doctor.aws.draft import Draft
from doctor.model import arns
from doctor.model.function import Function
from doctor.model.invoking import CodeSigningConfig, RuntimeManagementConfig
from doctor.model.triggers import LogGroup, LogStream

OPERATIONS = ("GetRuntimeManagementConfig", "GetFunctionCodeSigningConfig")
"""Of Lambda's."""
_RUNTIME, _SIGNING = OPERATIONS
_SIGNED = ("SigningProfileVersionArn", "SigningJobArn")
"""What a configuration tells of signed code."""


def explained(draft: Draft, function: Function) -> None:
    """What updates its runtime, who signs its code, and when its log was last written to."""
    _newest_stream(draft, function)
    if function.package_type != "Image":  # an image brings its own runtime, and is not signed
        _runtime(draft, function.arn, function.function_name)
        _signing(draft, function.arn, function.function_name)


def _runtime(draft: Draft, arn: str, name: str) -> None:
    function = draft.resources[arn]
    if not isinstance(function, Function) or not draft.troubled(function):
        draft.gap("not_asked", draft.to("lambda", _RUNTIME), arn, "asked only of functions in trouble")
        return
    managed = draft.read("lambda", _RUNTIME, about=arn, FunctionName=name)
    config = managed and draft.decode(RuntimeManagementConfig, own(managed), f"lambda:{_RUNTIME}", about=arn)
    draft.add(replace(function, runtime_management_config=config or None))


def _signing(draft: Draft, arn: str, name: str) -> None:
    """Whose signature the code must carry, where it carries one or could not be deployed."""
    function = draft.resources[arn]
    if not isinstance(function, Function):
        return
    if not any(function.extra.get(one) for one in _SIGNED) and function.last_update_status != "Failed":
        why = "asked only where code is signed, or could not be deployed"
        draft.gap("not_asked", draft.to("lambda", _SIGNING), arn, why)
        return
    signing = draft.read("lambda", _SIGNING, about=arn, FunctionName=name)
    config = (signing or {}).get("CodeSigningConfigArn", "")
    draft.add(replace(function, code_signing_config_arn=config))
    told = draft.read("lambda", "GetCodeSigningConfig", about=config, CodeSigningConfigArn=config) if config else None
    if told is not None:
        draft.add_all(CodeSigningConfig, [told["CodeSigningConfig"]], "lambda:GetCodeSigningConfig")


def _newest_stream(draft: Draft, function: Function) -> None:
    """When a log was last written to, where the function was invoked and the window shows no line of it."""
    group = draft.resources.get(function.log_group_arn)
    arn = arns.unqualified(function.arn)
    invoked = any(one.metric_name == "Invocations" and any(one.values) for one in draft.metrics.get(arn, ()))
    if not isinstance(group, LogGroup) or draft.invocations.get(arn) or not invoked:
        return
    told = draft.listed(
        "logs",
        "DescribeLogStreams",
        "logStreams",
        about=group.arn,
        pages=1,
        logGroupName=group.log_group_name,
        orderBy="LastEventTime",
        descending=True,
        limit=1,
    )
    wanted = ("logStreamName", "lastEventTimestamp", "lastIngestionTime")
    raws = [{key: raw[key] for key in wanted if key in raw} for raw in told[:1]]
    found = [draft.decode(LogStream, raw, "logs:DescribeLogStreams", about=group.arn) for raw in raws]
    draft.add(replace(group, log_streams=tuple(one for one in found if one is not None)))
