"""Lambda's settings beside the configuration, read of functions that are looked at closely."""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from doctor.aws.collectors.functions import published
from doctor.aws.draft import Draft
from doctor.model import arns
from doctor.model.call import Call
from doctor.model.function import Alias, Function
from doctor.model.invoking import (
    FunctionEventInvokeConfig,
    FunctionUrlConfig,
    LayerVersion,
    ProvisionedConcurrencyConfig,
    RuntimeManagementConfig,
)
from doctor.model.record import Shape

_LISTINGS: tuple[tuple[str, str, str, type[Shape]], ...] = (
    (
        "ListFunctionEventInvokeConfigs",
        "FunctionEventInvokeConfigs",
        "event_invoke_config",
        FunctionEventInvokeConfig,
    ),
    ("ListFunctionUrlConfigs", "FunctionUrlConfigs", "function_url_config", FunctionUrlConfig),
    (
        "ListProvisionedConcurrencyConfigs",
        "ProvisionedConcurrencyConfigs",
        "provisioned_concurrency_config",
        ProvisionedConcurrencyConfig,
    ),
)
"""Each listing tells of the function and of all its versions and aliases: the operation, its list, our field, its shape."""
_SETTINGS = ("GetFunctionRecursionConfig", "GetRuntimeManagementConfig")
KINDS = (*(operation for operation, *_ in _LISTINGS), *_SETTINGS)
"""What is read of each such function, and is a gap of each other one."""


def not_asked(draft: Draft, function: Function) -> None:
    """Say that a function was not looked at closely."""
    for operation in KINDS:
        call = Call(service="lambda", operation=operation, parameters={"FunctionName": function.function_name})
        draft.gap("not_asked", call, function.arn)


def settings(draft: Draft, function: Function) -> None:
    """URLs, asynchronous invocation, provisioned concurrency, recursion and runtime updates of a function."""
    name = function.function_name
    for operation, key, field, shape in _LISTINGS:
        answer = draft.read("lambda", operation, about=function.arn, FunctionName=name) or {key: ()}
        for raw in answer[key]:
            _attach(draft, function, field, shape, raw)
    recursion = draft.read("lambda", "GetFunctionRecursionConfig", about=function.arn, FunctionName=name)
    managed = draft.read("lambda", "GetRuntimeManagementConfig", about=function.arn, FunctionName=name)
    latest = draft.resources.get(function.arn)
    if isinstance(latest, Function):
        loop = recursion["RecursiveLoop"] if recursion else ""
        config = managed and draft.decode(
            RuntimeManagementConfig, _own(managed), "lambda:GetRuntimeManagementConfig", about=function.arn
        )
        draft.add(replace(latest, recursive_loop=loop, runtime_management_config=config or None))


def _own(raw: dict[str, Any]) -> dict[str, Any]:
    """What a configuration says, without whose it is and when it was written."""
    return {
        key: value
        for key, value in raw.items()
        if key not in ("FunctionArn", "LastModified", "LastModifiedTime", "CreationTime")
    }


def _attach(draft: Draft, function: Function, field: str, shape: type[Shape], raw: dict[str, Any]) -> None:
    """Put a configuration beside the version or alias that it is of."""
    qualifier = arns.qualifier(raw["FunctionArn"])
    owner = draft.resources.get(raw["FunctionArn"].removesuffix(":$LATEST"))
    if owner is None and qualifier.isdigit():  # a version that no alias leads to
        owner = published(draft, function, qualifier)
    config = draft.decode(shape, _own(raw), "lambda:GetFunctionConfiguration", about=function.arn)
    if config is not None and isinstance(owner, Function | Alias):
        draft.add(replace(owner, **{field: config}))


def layer_arns(functions: list[Function]) -> Iterator[str]:
    """The layer versions that functions use, each once."""
    yield from dict.fromkeys(layer.arn for function in functions for layer in function.layers)


def layer(draft: Draft, arn: str) -> None:
    """What a layer version was made for."""
    answer = draft.read("lambda", "GetLayerVersionByArn", about=arn, Arn=arn)
    if answer is not None:
        content = {key: value for key, value in answer.get("Content", {}).items() if key in ("CodeSize", "CodeSha256")}
        draft.add_all(
            LayerVersion, [{**_about_layer(answer), **content, "LayerVersionArn": arn}], "lambda:GetLayerVersionByArn"
        )


def _about_layer(answer: dict[str, Any]) -> dict[str, Any]:
    """Without where its zip lies, for that address is a secret."""
    wanted = ("Version", "Description", "CreatedDate", "CompatibleRuntimes", "CompatibleArchitectures")
    return {key: answer[key] for key in wanted if key in answer}
