"""Lambda's settings beside the configuration, read of functions that are looked at closely."""

from collections.abc import Iterator
from typing import Any
from zipfile import BadZipFile

from msgspec.structs import replace

from doctor.aws.collectors.functions import history, published
from doctor.aws.decode import JSON
from doctor.aws.draft import Draft
from doctor.aws.packages import download
from doctor.aws.session import AwsError
from doctor.code.facts import facts
from doctor.model import arns
from doctor.model.backends import CapacityProvider
from doctor.model.call import Call
from doctor.model.function import Alias, Function
from doctor.model.invoking import (
    FunctionEventInvokeConfig,
    FunctionUrlConfig,
    LayerVersion,
    ProvisionedConcurrencyConfig,
)
from doctor.model.package import Package, Source
from doctor.model.record import Shape

_EVENTS = ("ListFunctionEventInvokeConfigs", "event_invoke_config", FunctionEventInvokeConfig)
_URLS = ("ListFunctionUrlConfigs", "function_url_config", FunctionUrlConfig)
_PROVISIONED = ("ListProvisionedConcurrencyConfigs", "provisioned_concurrency_config", ProvisionedConcurrencyConfig)
_Listing = tuple[str, str, type[Shape]]
"""The operation, whose answer's list is called as it is, our field, its shape; each tells of all versions and aliases too."""
OF_SETTINGS = (_URLS[0], "ListVersionsByFunction", _PROVISIONED[0], "GetFunctionRecursionConfig")
"""What is asked for after the first listing."""
KINDS = (_EVENTS[0], *OF_SETTINGS)
"""What is read of each such function, and is a gap of each other one."""


def calls_of(function: Function) -> Iterator[Call]:
    """The calls that bring the settings of a function: their gaps, where it was not looked at closely."""
    for operation in KINDS:
        yield Call(service="lambda", operation=operation, parameters={"FunctionName": function.function_name})


def settings(draft: Draft, function: Function) -> None:
    """URLs, asynchronous invocation, versions, provisioned concurrency and recursion of a function."""
    name = function.function_name
    for listing in (_EVENTS, _URLS):
        _attach_all(draft, function, listing)
    if name not in draft.scope.functions:  # of those named it was read with their details
        history(draft, function)
    latest = draft.resources.get(function.arn)
    if not isinstance(latest, Function) or latest.published_versions != ():  # only a version can have it
        _attach_all(draft, function, _PROVISIONED)
    recursion = draft.read("lambda", "GetFunctionRecursionConfig", about=function.arn, FunctionName=name)
    latest = draft.resources.get(function.arn)
    if isinstance(latest, Function):
        draft.add(replace(latest, recursive_loop=recursion["RecursiveLoop"] if recursion else ""))


def _attach_all(draft: Draft, function: Function, listing: _Listing) -> None:
    operation, field, shape = listing
    key = operation.removeprefix("List")
    answer = draft.read("lambda", operation, about=function.arn, FunctionName=function.function_name) or {key: ()}
    for raw in answer[key]:
        _attach(draft, function, field, shape, raw)


def own(raw: dict[str, Any]) -> dict[str, Any]:
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
    config = draft.decode(shape, own(raw), "lambda:GetFunctionConfiguration", about=function.arn)
    if config is not None and isinstance(owner, Function | Alias):
        draft.add(replace(owner, **{field: config}))


def layers(functions: list[Function]) -> dict[str, str]:
    """The layer versions that functions use, each with the runtime of the first function that does."""
    found: dict[str, str] = {}
    for function in functions:
        for one in function.layers:
            found.setdefault(one.arn, function.runtime or "")
    return found


def layer(draft: Draft, arn: str, runtime: str) -> None:
    """What a layer version was made for, what it holds, and who may use it."""
    answer = draft.read("lambda", "GetLayerVersionByArn", about=arn, Arn=arn)
    policy = _policy_of_layer(draft, arn)
    if answer is not None:
        content = answer.get("Content", {})
        kept = {key: value for key, value in content.items() if key in ("CodeSize", "CodeSha256")}
        told = {**_about_layer(answer), **kept, "LayerVersionArn": arn, "Policy": policy}
        for found in draft.add_all(LayerVersion, [told], "lambda:GetLayerVersionByArn"):
            draft.add(replace(found, package=_package_of_layer(draft, found, content.get("Location", ""), runtime)))


_LARGEST = 30 * 1024 * 1024
"""Bytes, zipped: a larger layer is not fetched."""


def _package_of_layer(draft: Draft, found: LayerVersion, location: str, runtime: str) -> Package | None:
    call = draft.to("lambda", "GetLayerVersionByArn", Arn=found.arn)
    if found.code_size > _LARGEST:
        draft.gap("not_asked", call, found.arn, f"what it holds: it has more than {_LARGEST // 1024**2} MB")
        return None
    try:
        return replace(facts(download(draft.aws, call, location), handler="", runtime=runtime), source=Source())
    except AwsError as error:
        draft.note(error.gap(found.arn))
    except BadZipFile as error:
        draft.gap("failed", call, found.arn, str(error))
    return None


def _policy_of_layer(draft: Draft, arn: str) -> dict[str, Any] | None:
    """The policy of a layer version, which only its own account may read."""
    operation, (name, _, version) = "GetLayerVersionPolicy", arn.rpartition(":")
    if arns.account(arn) != draft.aws.account or arns.region(arn) != draft.aws.region:
        why = "another account's, or another region's: only its owner sees its policy"
        draft.gap("not_asked", draft.to("lambda", operation), arn, why)
        return None
    asked: dict[str, Any] = {"LayerName": name, "VersionNumber": int(version)}
    answer = draft.read("lambda", operation, about=arn, absent=("ResourceNotFoundException",), **asked)
    return JSON(answer["Policy"]) if answer else None


def capacity_providers(draft: Draft) -> set[str]:
    """The capacity providers that functions run on."""
    configs = (one.extra.get("CapacityProviderConfig") for one in draft.all(Function))
    told = (one.get(_MANAGED, {}).get("CapacityProviderArn", "") for one in configs if isinstance(one, dict))
    return {arn for arn in told if arn}


_MANAGED = "LambdaManagedInstancesCapacityProviderConfig"


def capacity_provider(draft: Draft, arn: str) -> None:
    """The instances that run functions, and the subnets that these send from."""
    name = arn.rpartition(":")[2]
    answer = draft.read("lambda", "GetCapacityProvider", about=arn, CapacityProviderName=name)
    if answer is not None:
        draft.add_all(CapacityProvider, [answer["CapacityProvider"]], "lambda:GetCapacityProvider")


def _about_layer(answer: dict[str, Any]) -> dict[str, Any]:
    """Without where its zip lies, for that address is a secret."""
    wanted = ("Version", "Description", "CreatedDate", "CompatibleRuntimes", "CompatibleArchitectures")
    return {key: answer[key] for key in wanted if key in answer}
