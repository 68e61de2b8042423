"""Lambda's own side: configurations, versions that get traffic, aliases, concurrency, resource policies, mappings."""

from typing import Any

from msgspec.structs import replace

from doctor.aws.decode import JSON
from doctor.aws.draft import Draft
from doctor.aws.session import AwsError
from doctor.errors import UnknownFunction
from doctor.model import arns
from doctor.model.call import Call
from doctor.model.function import Alias, EventSourceMapping, Function
from doctor.model.redacted import redact
from doctor.model.snapshot import AccountLimit

_NO_POLICY = ("ResourceNotFoundException",)


def account(draft: Draft) -> None:
    """Lambda's limits of the account."""
    answer = draft.read("lambda", "GetAccountSettings")
    if answer is not None:
        draft.account_limit = draft.decode(AccountLimit, answer.get("AccountLimit", {}), "lambda:GetAccountSettings")


def mappings(draft: Draft) -> None:
    """Every event source mapping of the region, in one listing."""
    answer = draft.read("lambda", "ListEventSourceMappings") or {}
    for raw in answer.get("EventSourceMappings", ()):
        uuid = raw["UUID"]
        arn = raw.get("EventSourceMappingArn") or (
            f"arn:aws:lambda:{draft.aws.region}:{draft.aws.account}:event-source-mapping:{uuid}"
        )
        draft.add_all(EventSourceMapping, [{**raw, "EventSourceMappingArn": arn}], "lambda:ListEventSourceMappings")


def listed(draft: Draft) -> list[Function]:
    """The functions of the scope, at ``$LATEST``.

    Raises:
        UnknownFunction: the scope names a function that the account does not have.
    """
    if draft.scope.functions:
        raws = [_named(draft, name) for name in draft.scope.functions]
    else:
        raws = (draft.read("lambda", "ListFunctions") or {}).get("Functions", [])
    found = [function for raw in raws if raw is not None and (function := _function(draft, raw))]
    draft.add(*found)
    return found


def _named(draft: Draft, name: str) -> dict[str, Any] | None:
    call = Call(service="lambda", operation="GetFunctionConfiguration", parameters={"FunctionName": name})
    try:
        return draft.aws.read(call)
    except AwsError as error:
        if error.reason == "absent":
            raise UnknownFunction(
                f"no function '{name}' in account {draft.aws.account}, region {draft.aws.region}; check the name and --region",
            ) from error
        arn = arns.function(draft.aws.region, draft.aws.account, name)
        draft.gap(error.reason, call, arn, error.message)
        return None


def _function(draft: Draft, raw: dict[str, Any]) -> Function | None:
    """Decode a configuration, its environment redacted before anything else sees it."""
    arn = raw["FunctionArn"].removesuffix(":$LATEST")
    variables = raw.get("Environment", {}).get("Variables", {})
    environment = {"Variables": {key: redact(value, draft.key) for key, value in variables.items()}}
    redacted = {**raw, "FunctionArn": arn, "Environment": environment}
    return draft.decode(Function, redacted, "lambda:GetFunctionConfiguration", about=arn)


def details(draft: Draft, function: Function) -> None:
    """What belongs to a function elsewhere in Lambda's API: concurrency, policy, aliases, and the versions they lead to."""
    name = function.function_name
    concurrency = draft.read("lambda", "GetFunctionConcurrency", about=function.arn, FunctionName=name) or {}
    function = replace(
        function,
        reserved_concurrent_executions=concurrency.get("ReservedConcurrentExecutions"),
        policy=_policy(draft, function),
    )
    draft.add(function)
    listing = draft.read("lambda", "ListAliases", about=function.arn, FunctionName=name) or {}
    aliases = draft.add_all(Alias, listing.get("Aliases", ()), "lambda:ListAliases")
    draft.add(*(replace(alias, policy=_policy(draft, function, alias)) for alias in aliases))
    versions = {alias.function_version for alias in aliases}
    versions.update(*(alias.routing_config.additional_version_weights for alias in aliases))
    for version in sorted(versions - {"$LATEST"}):
        raw = draft.read(
            "lambda",
            "GetFunctionConfiguration",
            about=f"{function.arn}:{version}",
            FunctionName=name,
            Qualifier=version,
        )
        published = raw and _function(draft, raw)
        if published:
            draft.add(published)


def _policy(draft: Draft, function: Function, alias: Alias | None = None) -> dict[str, Any] | None:
    """The resource policy of a function, or of one of its aliases: each has its own."""
    qualifier = {} if alias is None else {"Qualifier": alias.name}
    about = function.arn if alias is None else alias.arn
    answer = draft.read(
        "lambda",
        "GetPolicy",
        about=about,
        absent=_NO_POLICY,
        FunctionName=function.function_name,
        **qualifier,
    )
    return JSON(answer["Policy"]) if answer else None
