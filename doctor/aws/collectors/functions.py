"""Lambda's own side of every function: configuration, concurrency, resource policies, aliases, the versions they lead to."""

import json
from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from doctor.aws.collectors.backends import named_in
from doctor.aws.decode import JSON
from doctor.aws.draft import Draft
from doctor.aws.session import AwsError
from doctor.errors import UnknownFunction
from doctor.model import arns
from doctor.model.function import Alias, EventSourceMapping, Function, PublishedVersion
from doctor.model.near import near
from doctor.model.redaction import redact
from doctor.model.snapshot import AccountLimit, AccountUsage

OF_DETAILS = ("GetFunctionConcurrency", "GetPolicy", "ListAliases")
"""What ``details`` asks for after ``GetFunction``."""
_NO_POLICY = ("ResourceNotFoundException",)


def account(draft: Draft) -> None:
    """Lambda's limits of the account, and what of them is used."""
    answer = draft.read("lambda", "GetAccountSettings")
    if answer is not None:
        draft.account_limit = draft.decode(AccountLimit, answer["AccountLimit"], "lambda:GetAccountSettings")
        used = answer.get("AccountUsage")
        draft.account_usage = draft.decode(AccountUsage, used, "lambda:GetAccountSettings") if used else None


def mappings(draft: Draft) -> None:
    """The event source mappings of the functions of the scope; one listing tells those of versions and aliases too."""
    answer = draft.read("lambda", "ListEventSourceMappings") or {"EventSourceMappings": ()}
    for raw in answer["EventSourceMappings"]:
        arn = raw.get("EventSourceMappingArn") or (
            f"arn:aws:lambda:{draft.aws.region}:{draft.aws.account}:event-source-mapping:{raw['UUID']}"
        )
        if not draft.scope.functions or arns.name(raw.get("FunctionArn", "")) in draft.scope.functions:
            told = {**raw, "EventSourceMappingArn": arn, "FilterCriteria": _filters(draft, raw.get("FilterCriteria"))}
            draft.add_all(EventSourceMapping, [told], "lambda:ListEventSourceMappings")


_STREAM_EVENTS = ("INSERT", "MODIFY", "REMOVE")
"""DynamoDB's, which patterns name and which are nobody's secret."""


def _filters(draft: Draft, criteria: dict[str, Any] | None) -> dict[str, Any] | None:
    """Filters with their form whole; the texts that they compare with are the user's data, kept or replaced by classification."""

    def classified(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: classified(one) for name, one in value.items()}
        if isinstance(value, list):
            return [classified(one) for one in value]
        return str(redact(value, draft.key)) if isinstance(value, str) and value not in _STREAM_EVENTS else value

    if not criteria:
        return None
    return {"Filters": [{"Pattern": json.dumps(classified(_pattern(one)))} for one in criteria.get("Filters", ())]}


def _pattern(raw: dict[str, Any]) -> Any:
    """A filter's pattern; one that is no JSON, which Lambda would not have taken, counts as a text."""
    try:
        return json.loads(raw.get("Pattern", "{}"))
    except ValueError:
        return raw["Pattern"]


def listed(draft: Draft) -> None:
    """The functions of the scope, at ``$LATEST``: those named, each whole; or all, as the listing tells them.

    Raises:
        UnknownFunction: the scope names a function that the account does not have.
    """
    for name in draft.scope.functions:
        _named(draft, name)
    if not draft.scope.functions:
        answer = draft.read("lambda", "ListFunctions") or {"Functions": ()}
        for raw in answer["Functions"]:
            configured(draft, raw)


def _named(draft: Draft, name: str) -> None:
    call = draft.to("lambda", "GetFunction", FunctionName=name)
    try:
        answer = draft.aws.read(call, draft.stop)
        function = _whole(draft, answer)
        if function is not None:
            draft.packages[function.arn] = answer
    except AwsError as error:
        if error.reason == "absent":
            raise UnknownFunction(
                f"no function '{name}' in account {draft.aws.account}, region {draft.aws.region}{_near(draft, name)}",
            ) from error
        draft.note(error.gap(arns.function(draft.aws.region, draft.aws.account, name)))
        _told_otherwise(draft, arns.function(draft.aws.region, draft.aws.account, name), name)


def _near(draft: Draft, name: str) -> str:
    """Which functions a mistyped name may mean: one more listing, for which whoever mistyped waits gladly."""
    try:
        answer = draft.aws.read(draft.to("lambda", "ListFunctions"), draft.stop)
    except AwsError:
        answer = {}
    names = [one["FunctionName"] for one in answer.get("Functions", ())]
    return near(name, names) or "; check the name and --region"


def configured(draft: Draft, raw: dict[str, Any], **ours: Any) -> Function | None:
    """Add a configuration, its environment redacted before anything else sees it."""
    arn = raw["FunctionArn"].removesuffix(":$LATEST")
    variables = (raw.get("Environment") or {}).get("Variables")
    draft.services |= named_in((variables or {}).values())
    redacted = {**raw, "FunctionArn": arn, "Environment": {"Variables": draft.values(variables)}}
    function = draft.decode(Function, redacted, "lambda:GetFunctionConfiguration", about=arn, **ours)
    if function is not None:
        draft.add(function)
    return function


def _whole(draft: Draft, answer: dict[str, Any]) -> Function | None:
    """Add a function as ``GetFunction`` tells it: not where its package lies, for that address is a secret."""
    ours = {
        "ReservedConcurrentExecutions": answer.get("Concurrency", {}).get("ReservedConcurrentExecutions"),
        "Tags": draft.values(answer.get("Tags")),
    }
    told = {key: value for key, value in ours.items() if value is not None}
    return configured(draft, answer["Configuration"], **_image(answer), **told)


def _image(answer: dict[str, Any]) -> dict[str, Any]:
    """Which image a version runs, and what encrypts its package."""
    code = answer.get("Code", {})
    told = {name: code.get(name) for name in ("ImageUri", "ResolvedImageUri", "SourceKMSKeyArn")}
    return {name: value for name, value in told.items() if value}


def polled(draft: Draft) -> dict[str, set[str]]:
    """By a function's unqualified ARN: the published versions that mappings invoke without an alias."""
    found: dict[str, set[str]] = {}
    for mapping in draft.all(EventSourceMapping):
        qualifier = arns.qualifier(mapping.function_arn)
        if qualifier.isdigit():
            found.setdefault(arns.unqualified(mapping.function_arn), set()).add(qualifier)
    return found


def details(draft: Draft, function: Function, versions: Iterable[str] = ()) -> None:
    """What a listing does not tell: state, concurrency, tags, policies, aliases, and the versions that get traffic.

    Args:
        draft: Where it is added.
        function: As the listing tells it.
        versions: Those that get traffic by other ways than aliases.
    """
    name = function.function_name
    if name not in draft.scope.functions:  # of those named it was read already
        function = _completed(draft, function)
    draft.add(replace(function, policy=_policy(draft, function)))
    listing = draft.read("lambda", "ListAliases", about=function.arn, FunctionName=name) or {"Aliases": ()}
    aliases = draft.add_all(Alias, listing["Aliases"], "lambda:ListAliases")
    draft.add(*(replace(alias, policy=_policy(draft, function, alias)) for alias in aliases))
    wanted = {*versions, *(alias.function_version for alias in aliases)}
    wanted.update(*(alias.routing_config.additional_version_weights for alias in aliases))
    told = history(draft, function) if name in draft.scope.functions else {}
    for version in sorted(wanted - {"$LATEST"}):
        raw = told.get(version)
        if raw is None or raw.get("PackageType") == "Image":  # the listing does not tell of which image
            published(draft, function, version)
        else:
            configured(draft, raw)


def published(draft: Draft, function: Function, version: str) -> Function | None:
    """Add a published version; ``GetFunction`` has a quota of its own, which is seven times that of the other reads."""
    about = f"{function.arn}:{version}"
    answer = draft.read("lambda", "GetFunction", about=about, FunctionName=function.function_name, Qualifier=version)
    return configured(draft, answer["Configuration"], **_image(answer)) if answer else None


_PAGES = 2
"""Pages of 50 versions that are read of one function: the oldest; those that get traffic are read whatever their number."""


def history(draft: Draft, function: Function) -> dict[str, dict[str, Any]]:
    """Note every version that a function has; returns their configurations by version, ``$LATEST`` left out."""
    answer = draft.read(
        "lambda",
        "ListVersionsByFunction",
        about=function.arn,
        pages=_PAGES,
        FunctionName=function.function_name,
    )
    told = {one["Version"]: one for one in (answer or {"Versions": ()})["Versions"] if one["Version"] != "$LATEST"}
    latest = draft.resources.get(function.arn)
    if answer is not None and isinstance(latest, Function):
        wanted = ("Version", "CodeSize", "CodeSha256", "LastModified")
        raws = [{key: raw[key] for key in wanted if key in raw} for raw in told.values()]
        source = "lambda:ListVersionsByFunction"
        found = [draft.decode(PublishedVersion, raw, source, about=function.arn) for raw in raws]
        draft.add(replace(latest, published_versions=tuple(one for one in found if one is not None)))
    return told


def _completed(draft: Draft, function: Function) -> Function:
    """A function as ``GetFunction`` tells it, or as two other reads do where that one is not allowed."""
    name = function.function_name
    answer = draft.read("lambda", "GetFunction", about=function.arn, FunctionName=name)
    if answer is not None:
        return _whole(draft, answer) or function
    return _told_otherwise(draft, function.arn, name) or function


def _told_otherwise(draft: Draft, arn: str, name: str) -> Function | None:
    """A function by the two reads that together tell what ``GetFunction`` does, but for its tags."""
    answer = draft.read("lambda", "GetFunctionConfiguration", about=arn, FunctionName=name)
    concurrency = draft.read("lambda", "GetFunctionConcurrency", about=arn, FunctionName=name) or {}
    reserved = concurrency.get("ReservedConcurrentExecutions")
    ours = {} if reserved is None else {"ReservedConcurrentExecutions": reserved}
    return configured(draft, answer, **ours) if answer else None


def _policy(draft: Draft, function: Function, alias: Alias | None = None) -> dict[str, Any] | None:
    """The resource policy of a function, or of one of its aliases: each has its own."""
    qualifier: dict[str, Any] = {"Qualifier": alias.name} if alias else {}
    answer = draft.read(
        "lambda",
        "GetPolicy",
        about=alias.arn if alias else function.arn,
        absent=_NO_POLICY,
        FunctionName=function.function_name,
        **qualifier,
    )
    return JSON(answer["Policy"]) if answer else None
