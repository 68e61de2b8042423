"""Queues, event rules, tables and log groups; and the mappings, once the functions are there."""

import json
from pathlib import Path
from typing import Any

import msgspec

from doctor.aws.embedded.recorded import recorded
from doctor.aws.embedded.restore.clients import Clients
from doctor.model import arns
from doctor.model.function import EventSourceMapping
from doctor.model.snapshot import Snapshot
from doctor.model.triggers import EventRule, LogGroup, Queue, Table


def restore(clients: Clients, snapshot: Snapshot, _: Path) -> None:
    """Everything that stands by itself."""
    queues = [one for one in snapshot.resources.values() if isinstance(one, Queue)]
    for queue in sorted(
        queues, key=lambda one: one.redrive_policy is not None
    ):  # a dead-letter queue comes before its source
        _queue(clients, queue)
    for resource in snapshot.resources.values():
        if isinstance(resource, EventRule):
            _rule(clients, resource)
        elif isinstance(resource, Table):
            clients.dynamodb.create_table(
                TableName=resource.table_name,
                AttributeDefinitions=list(resource.attribute_definitions),
                KeySchema=list(resource.key_schema),
                BillingMode="PAY_PER_REQUEST",
            )
        elif isinstance(resource, LogGroup):
            _log_group(clients, resource)


def _queue(clients: Clients, queue: Queue) -> None:
    attributes = {
        "VisibilityTimeout": str(queue.visibility_timeout),
        "MessageRetentionPeriod": str(queue.message_retention_period),
        "DelaySeconds": str(queue.delay_seconds),
        "MaximumMessageSize": str(queue.maximum_message_size),
        "ReceiveMessageWaitTimeSeconds": str(queue.receive_message_wait_time_seconds),
    }
    if queue.kms_master_key_id:
        attributes["KmsMasterKeyId"] = queue.kms_master_key_id
    if queue.fifo_queue:
        attributes["FifoQueue"] = "true"
    if queue.redrive_policy is not None:
        attributes["RedrivePolicy"] = msgspec.json.encode(queue.redrive_policy).decode()
    if queue.policy is not None:
        attributes["Policy"] = json.dumps(queue.policy)
    clients.sqs.create_queue(QueueName=arns.name(queue.arn), Attributes=attributes)


def _rule(clients: Clients, rule: EventRule) -> None:
    when = {"EventPattern": rule.event_pattern, "ScheduleExpression": rule.schedule_expression}
    bus = {} if rule.event_bus_name == "default" else {"EventBusName": rule.event_bus_name}
    known = {one["Name"] for one in clients.events.list_event_buses()["EventBuses"]} if bus else set()
    if bus and rule.event_bus_name not in known:
        clients.events.create_event_bus(Name=rule.event_bus_name)
    told = {key: value for key, value in when.items() if value}
    clients.events.put_rule(Name=rule.name, State=rule.state, **told, **bus)
    targets: list[dict[str, Any]] = [{"Id": target.id, "Arn": target.arn} for target in rule.targets]
    if targets:
        clients.events.put_targets(Rule=rule.name, Targets=targets, **bus)


def _log_group(clients: Clients, group: LogGroup) -> None:
    clients.logs.create_log_group(logGroupName=group.log_group_name)
    if group.retention_in_days is not None:
        clients.logs.put_retention_policy(
            logGroupName=group.log_group_name,
            retentionInDays=group.retention_in_days,
        )


def restore_mappings(clients: Clients, snapshot: Snapshot, _: Path) -> None:
    """Event source mappings: they need their function and their source."""
    for mapping in snapshot.resources.values():
        if not isinstance(mapping, EventSourceMapping):
            continue
        with recorded(ids=[mapping.uuid]):
            clients.lambda_.create_event_source_mapping(
                EventSourceArn=mapping.event_source_arn,
                FunctionName=mapping.function_arn,
                BatchSize=mapping.batch_size,
                Enabled=mapping.state != "Disabled",
                FunctionResponseTypes=list(mapping.function_response_types),
                MaximumBatchingWindowInSeconds=mapping.maximum_batching_window_in_seconds,
                **_of_stream(mapping),
            )
        shown = {"State": mapping.state, "StateTransitionReason": mapping.state_transition_reason}
        shown["LastProcessingResult"] = mapping.last_processing_result
        clients.embedded.control(
            "set_event_source_mapping",
            UUID=mapping.uuid,
            Configuration={key: value for key, value in shown.items() if value},
        )


def _of_stream(mapping: EventSourceMapping) -> dict[str, Any]:
    """What a mapping has that not every mapping has; AWS refuses it where it does not belong."""
    raw = msgspec.to_builtins(mapping)
    optional = ("StartingPosition", "ScalingConfig", "MaximumRetryAttempts", "BisectBatchOnFunctionError")
    return {name: raw[name] for name in optional if raw.get(name)}
