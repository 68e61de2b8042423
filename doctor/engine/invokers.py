"""What invokes a function: its pollers, rules, schedules, buckets, topics, APIs, URLs, load balancers, and whom its policy lets in."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from doctor.engine.facts.callers import callers
from doctor.engine.world import World
from doctor.model.backends import Broker
from doctor.model.balancing import Listener, TargetGroup
from doctor.model.function import Alias, Function
from doctor.model.invoker import Invoker
from doctor.model.sources import Bucket, Schedule, Topic
from doctor.model.triggers import Table

_POLLED = {
    "sqs": "sqs",
    "kinesis": "kinesis",
    "dynamodb": "dynamodb",
    "kafka": "kafka",
    "mq": "mq",
    "rds": "documentdb",
}
"""Kinds of pollers by the service in the ARN of their source."""
_PRINCIPALS = {
    "s3": "s3",
    "sns": "sns",
    "events": "events",
    "apigateway": "apigateway",
    "elasticloadbalancing": "alb",
    "logs": "logs",
    "iot": "iot",
    "ses": "ses",
    "cognito-idp": "cognito",
    "config": "config",
    "cloudformation": "cloudformation",
    "codecommit": "codecommit",
    "codepipeline": "codepipeline",
    "secretsmanager": "secretsmanager",
    "firehose": "firehose",
    "connect": "connect",
    "lex": "lex",
    "lexv2": "lex",
    "scheduler": "scheduler",
    "lambda": "alarm",
    "batchoperations": "s3batch",
}
"""Kinds by the service that a resource policy lets in."""


def invokers(world: World, function: Function) -> tuple[Invoker, ...]:
    """Every way in that was seen, the surest first; a way that only the policy tells of comes last."""
    targets = {function.arn, *(alias.alias_arn for alias in world.routes_to(function))}
    seen = [*_pollers(world, function), *_pushes(world, function, targets), *_requests(world, function, targets)]
    known = {one.kind for one in seen}
    seen += [one for one in _permitted(world, function) if one.kind not in known]
    return tuple({(one.kind, one.source, json.dumps(one.facts, sort_keys=True)): one for one in seen}.values())


def _owners(world: World, function: Function) -> tuple[Function | Alias, ...]:
    """What has a URL and a resource policy of its own."""
    return (function, *world.routes_to(function))


def _pollers(world: World, function: Function) -> Iterator[Invoker]:
    for one in world.mappings(function):
        service = one.event_source_arn.split(":")[2] if one.event_source_arn else "kafka"
        facts: dict[str, Any] = {"filters": tuple(_patterns(one.filter_criteria))}
        if service == "dynamodb":
            table = world.get(one.event_source_arn.partition("/stream/")[0], Table)
            facts["keys"] = {} if table is None else _keys(table)
        if service == "mq":
            broker = world.get(one.event_source_arn, Broker)
            facts["engine"] = "" if broker is None else str(broker.extra.get("EngineType", ""))
        facts |= {
            name.lower(): one.extra[name]
            for name in ("Topics", "Queues", "SelfManagedEventSource")
            if name in one.extra
        }
        yield Invoker(kind=_POLLED.get(service, service), source=one.event_source_arn, facts=facts)


def _patterns(criteria: dict[str, Any]) -> Iterator[Any]:
    """The filters of a poller; one that was redacted, or is no JSON, tells nothing."""
    for one in criteria.get("Filters", ()):
        try:
            yield json.loads(one.get("Pattern", "{}"))
        except ValueError:
            continue


def _keys(table: Table) -> dict[str, str]:
    """Names and types of a table's keys."""
    types = {one.get("AttributeName"): str(one.get("AttributeType", "S")) for one in table.attribute_definitions}
    names = [str(one.get("AttributeName")) for one in table.key_schema]
    return {name: types.get(name, "S") for name in names}


def _pushes(world: World, function: Function, targets: set[str]) -> Iterator[Invoker]:
    for rule in world.event_rules(function):
        target = next(one for one in rule.targets if one.arn in targets)
        facts: dict[str, Any] = {
            "pattern": rule.event_pattern,
            "schedule": rule.schedule_expression,
            "bus": rule.event_bus_name,
        }
        facts |= {name: target.extra[name] for name in ("Input", "InputPath") if name in target.extra}
        yield Invoker(kind="events", source=rule.arn, facts=facts)
    for schedule in world.all(Schedule):
        if schedule.target is not None and schedule.target.arn in targets:
            facts = {name: schedule.target.extra[name] for name in ("Input",) if name in schedule.target.extra}
            yield Invoker(kind="scheduler", source=schedule.arn, facts=facts)
    for bucket in world.all(Bucket):
        for one in (bucket.notification_configuration or {}).get("LambdaFunctionConfigurations", ()):
            if one.get("LambdaFunctionArn") in targets:
                facts = {"events": one.get("Events", ()), "filter": one.get("Filter", {}), "id": one.get("Id", "")}
                yield Invoker(kind="s3", source=bucket.arn, facts=facts)
    for topic in world.all(Topic):
        for subscription in topic.subscriptions:
            if subscription.protocol == "lambda" and subscription.endpoint in targets:
                facts = {"subscription": subscription.subscription_arn, "filter": subscription.filter_policy or {}}
                yield Invoker(kind="sns", source=topic.arn, facts={**facts, "scope": subscription.filter_policy_scope})


def _requests(world: World, function: Function, targets: set[str]) -> Iterator[Invoker]:
    for api, way in world.integrations(function):
        kind = {"REST": "apigateway", "WEBSOCKET": "websocket"}.get(api.protocol_type, "apigatewayv2")
        if kind == "apigatewayv2" and way.payload_format_version == "1.0":
            kind = "apigateway"
        stage = next((one.stage_name for one in api.stages), "")
        facts = {"route": way.route, "api": api.api_id, "name": api.name, "stage": stage, "type": way.integration_type}
        yield Invoker(kind=kind, source=api.arn, facts=facts)
    for owner in _owners(world, function):
        if owner.function_url_config is not None:
            yield Invoker(kind="url", source=owner.function_url_config.function_url)
    for group in world.all(TargetGroup):
        if any(one.target.id in targets for one in group.target_health_descriptions or ()):
            yield Invoker(kind="alb", source=group.arn, facts=_conditions(world.all(Listener), group.arn))


def _conditions(listeners: Iterable[Listener], group: str) -> dict[str, str]:
    """Path and host of the first rule that leads to a target group."""
    for listener in listeners:
        for rule in listener.rules or ():
            if any(one.target_group_arn == group for one in rule.actions):
                values = {one.field: str(one.values[0]) for one in rule.conditions if one.values}
                return {"path": values.get("path-pattern", "/"), "host": values.get("host-header", "")}
    return {}


def _permitted(world: World, function: Function) -> Iterator[Invoker]:
    """Whom a resource policy lets in: all that tells of log subscriptions, user pools, mail rules and the like."""
    for owner in _owners(world, function):
        for caller in callers(owner):
            if caller.service in _PRINCIPALS:
                for arn in caller.source_arns or ("",):
                    yield Invoker(kind=_PRINCIPALS[caller.service], source=arn)
