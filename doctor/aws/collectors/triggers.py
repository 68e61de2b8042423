"""What invokes functions: rules, schedules and APIs, each listed once; and the log groups that functions write to."""

from collections.abc import Iterator
from typing import Any

from doctor.aws.collectors.mentioned import elsewhere, topic
from doctor.aws.decode import JSON
from doctor.aws.draft import Draft
from doctor.model import arns
from doctor.model.function import Alias, Function
from doctor.model.sources import Api, EventBus, Schedule
from doctor.model.triggers import EventRule, LogGroup

_MOST_APIS = 20
"""So many APIs are all read; of more only those that a function's resource policy names."""


def event_rules(draft: Draft) -> None:
    """Every event bus, and its rules with their targets; of functions named, the rules that lead to them."""
    listing = draft.read("events", "ListEventBuses")
    for bus in listing["EventBuses"] if listing else ({"Name": "default"},):
        if bus.get("Arn"):
            policy = JSON(bus["Policy"]) if bus.get("Policy") else None
            told = {"Arn": bus["Arn"], "Name": bus["Name"], "Policy": policy}
            draft.add_all(EventBus, [told], "events:ListEventBuses")
        names = _rules_of_named(draft, bus["Name"]) if draft.scope.functions else None
        answer = draft.read("events", "ListRules", EventBusName=bus["Name"]) if names is None or names else None
        for raw in (answer or {"Rules": ()})["Rules"]:
            if names is None or raw["Name"] in names:
                _rule(draft, raw, bus["Name"])


def _rules_of_named(draft: Draft, bus: str) -> set[str]:
    """The rules of a bus that invoke a function of the scope, or one of its aliases."""
    found: set[str] = set()
    for arn in [one.arn for one in _owners(draft) if not arns.qualifier(one.arn).isdigit()]:
        answer = draft.read("events", "ListRuleNamesByTarget", about=arn, TargetArn=arn, EventBusName=bus)
        found.update(answer["RuleNames"] if answer else ())
    return found


def _rule(draft: Draft, raw: dict[str, Any], bus: str) -> None:
    answer = draft.read("events", "ListTargetsByRule", about=raw["Arn"], Rule=raw["Name"], EventBusName=bus) or {}
    targets = [_target(target) for target in answer.get("Targets", ())]
    draft.add_all(EventRule, [{**raw, "Targets": targets}], "events:ListRules")


_PAYLOADS = ("Input", "InputPath", "InputTransformer", "HttpParameters")


def _target(raw: dict[str, Any]) -> dict[str, Any]:
    """A target without what it is sent: events are the user's."""
    return {key: value for key, value in raw.items() if key not in _PAYLOADS}


def subscriptions(draft: Draft) -> None:
    """The topics that functions subscribed to, by one listing of the region's subscriptions."""
    answer = draft.read("sns", "ListSubscriptions") or {"Subscriptions": ()}
    known = {one.arn for one in draft.all(Function)}
    found = {
        one["TopicArn"]
        for one in answer["Subscriptions"]
        if one.get("Protocol") == "lambda" and arns.unqualified(one.get("Endpoint", "")) in known
    }
    for arn in sorted(found):
        if arns.region(arn) == draft.aws.region:
            topic(draft, arn)
        else:
            elsewhere(draft, arn)


def schedules(draft: Draft) -> None:
    """The schedules of EventBridge Scheduler that invoke functions of the scope."""
    answer = draft.read("scheduler", "ListSchedules") or {"Schedules": ()}
    for listed in answer["Schedules"]:
        target = listed.get("Target", {}).get("Arn", "")
        if ":function:" not in target or not _in_scope(draft, target):
            continue
        named = {"Name": listed["Name"], "GroupName": listed.get("GroupName", "default")}
        whole = draft.read("scheduler", "GetSchedule", about=listed["Arn"], **named)
        if whole is not None:
            raw = {**whole, "Target": _target(whole.get("Target", {}))}
            draft.add_all(Schedule, [raw], "scheduler:GetSchedule")


def _in_scope(draft: Draft, target: str) -> bool:
    return not draft.scope.functions or arns.name(target) in draft.scope.functions


def rest_apis(draft: Draft) -> None:
    """REST APIs with the integrations that invoke functions."""
    listing = _listing(draft, "apigateway", "GetRestApis") or {"items": ()}
    for api in _chosen(draft, "apigateway", listing["items"], "id"):
        arn = f"arn:aws:apigateway:{draft.aws.region}::/restapis/{api['id']}"
        tree = draft.read("apigateway", "GetResources", about=arn, restApiId=api["id"], embed=["methods"], limit=500)
        stages = draft.read("apigateway", "GetStages", about=arn, restApiId=api["id"]) or {"item": ()}
        raw = {
            "Arn": arn,
            "ApiId": api["id"],
            "Name": api.get("name", ""),
            "Integrations": [one for resource in (tree or {"items": ()})["items"] for one in _methods(resource)],
            "Stages": [_stage(draft, one["stageName"], one.get("variables")) for one in stages["item"]],
        }
        draft.add_all(Api, [raw], "apigateway:GetResources")


def _methods(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for verb, method in resource.get("resourceMethods", {}).items():
        found = method.get("methodIntegration", {})
        if _invokes(found.get("uri", "")):
            yield {
                "Route": f"{verb} {resource.get('path', '')}",
                "IntegrationType": found.get("type", ""),
                "Uri": found["uri"],
                "TimeoutInMillis": found.get("timeoutInMillis"),
                "CredentialsArn": found.get("credentials") or "",
            }


def _invokes(uri: str) -> bool:
    return ":function:" in uri or ":lambda:path" in uri


def http_apis(draft: Draft) -> None:
    """HTTP and WebSocket APIs with the integrations that invoke functions."""
    listing = _listing(draft, "apigatewayv2", "GetApis") or {"Items": ()}
    for api in _chosen(draft, "apigatewayv2", listing["Items"], "ApiId"):
        arn = f"arn:aws:apigateway:{draft.aws.region}::/apis/{api['ApiId']}"
        integrations = draft.read("apigatewayv2", "GetIntegrations", about=arn, ApiId=api["ApiId"]) or {"Items": ()}
        routes = draft.read("apigatewayv2", "GetRoutes", about=arn, ApiId=api["ApiId"]) or {"Items": ()}
        stages = draft.read("apigatewayv2", "GetStages", about=arn, ApiId=api["ApiId"]) or {"Items": ()}
        keys = {one.get("Target", "").rpartition("/")[2]: one.get("RouteKey", "") for one in routes["Items"]}
        raw = {
            "Arn": arn,
            "ApiId": api["ApiId"],
            "Name": api.get("Name", ""),
            "ProtocolType": api.get("ProtocolType", ""),
            "Integrations": [_integration(one, keys) for one in integrations["Items"] if _invokes(_uri(one))],
            "Stages": [_stage(draft, one["StageName"], one.get("StageVariables")) for one in stages["Items"]],
        }
        draft.add_all(Api, [raw], "apigatewayv2:GetIntegrations")


def _uri(raw: dict[str, Any]) -> str:
    return str(raw.get("IntegrationUri", ""))


def _integration(raw: dict[str, Any], keys: dict[str, str]) -> dict[str, Any]:
    return {
        "Route": keys.get(raw.get("IntegrationId", ""), ""),
        "IntegrationType": raw.get("IntegrationType", ""),
        "Uri": _uri(raw),
        "TimeoutInMillis": raw.get("TimeoutInMillis"),
        "PayloadFormatVersion": raw.get("PayloadFormatVersion", ""),
        "CredentialsArn": raw.get("CredentialsArn", ""),
    }


def _stage(draft: Draft, name: str, variables: dict[str, str] | None) -> dict[str, Any]:
    return {"StageName": name, "Variables": draft.values(variables)}


def _listing(draft: Draft, service: str, operation: str) -> dict[str, Any] | None:
    """All APIs; of functions named none are looked for that no policy lets in."""
    if draft.scope.functions and "execute-api" not in _policies(draft):
        return None
    return draft.read(service, operation)


def _owners(draft: Draft) -> list[Function | Alias]:
    """What has a resource policy, and is invoked by its ARN."""
    return [*draft.all(Function), *draft.all(Alias)]


def _policies(draft: Draft) -> str:
    return str([owner.policy for owner in _owners(draft)])


def _chosen(draft: Draft, service: str, apis: list[dict[str, Any]], identifier: str) -> Iterator[dict[str, Any]]:
    """All APIs where they are few and all functions are looked at; else those that a resource policy names."""
    everything = len(apis) <= _MOST_APIS and not draft.scope.functions
    policies = _policies(draft)
    for api in apis:
        if everything or f":{api[identifier]}/" in policies:
            yield api
        elif not draft.scope.functions:
            operation = "GetResources" if service == "apigateway" else "GetIntegrations"
            draft.gap(
                "not_asked", draft.to(service, operation, ApiId=api[identifier]), "", "no function's policy names it"
            )


def log_groups(draft: Draft) -> None:
    """The log groups that functions write to: Lambda's own in one listing, others by name."""
    wanted = {function.log_group for function in draft.all(Function)}
    own = {name for name in wanted if name.startswith(_OWN)}
    for prefix in sorted(wanted - own | ({_OWN} if len(own) > 1 else own)):
        answer = draft.read("logs", "DescribeLogGroups", logGroupNamePrefix=prefix) or {"logGroups": ()}
        for raw in answer["logGroups"]:
            if raw["logGroupName"] in wanted:
                arn = raw.get("logGroupArn") or raw["arn"].removesuffix(":*")
                draft.add_all(LogGroup, [{**raw, "logGroupArn": arn}], "logs:DescribeLogGroups")


_OWN = "/aws/lambda/"
