"""What invokes functions beside queues and rules, and what keeps its data: topics, buckets, buses, schedules, APIs, streams, keys."""

import re
from typing import Any

import msgspec

from doctor.model.record import Shape
from doctor.model.redacted import Redacted

_FUNCTION = re.compile(r"arn:aws[\w-]*:lambda:[\w-]+:\d+:function:[\w-]+(:[\w$-]+)?")


class Subscription(Shape):
    """One subscription of a topic. An endpoint that carries a secret is ``Redacted``."""

    subscription_arn: str
    """``PendingConfirmation`` until it is confirmed."""
    protocol: str = ""
    endpoint: str | Redacted = ""
    filter_policy: dict[str, Any] | None = None
    filter_policy_scope: str = ""
    redrive_policy: dict[str, Any] | None = None


class Topic(Shape, tag_field="type", tag="AWS::SNS::Topic"):
    """A topic with its subscriptions."""

    topic_arn: str
    policy: dict[str, Any] | None = None
    kms_master_key_id: str = ""
    fifo_topic: bool = False
    subscriptions: tuple[Subscription, ...] = ()

    @property
    def arn(self) -> str:
        """The key in the snapshot."""
        return self.topic_arn


class Bucket(Shape, tag_field="type", tag="AWS::S3::Bucket"):
    """A bucket: where it is, what it tells whom, who may use it, and how it encrypts."""

    arn: str
    bucket_name: str
    location_constraint: str = ""
    """The region; empty when it was not read."""
    notification_configuration: dict[str, Any] | None = None
    """``None``: not read."""
    policy: dict[str, Any] | None = None
    """``None``: there is none, or it was not read (see the gaps)."""
    server_side_encryption_rules: tuple[dict[str, Any], ...] = ()


class ScheduleTarget(Shape):
    """What a schedule invokes, and as whom."""

    arn: str
    role_arn: str = ""
    dead_letter_config: dict[str, Any] = {}
    retry_policy: dict[str, Any] = {}


class Schedule(Shape, tag_field="type", tag="AWS::Scheduler::Schedule"):
    """A schedule of EventBridge Scheduler that invokes a function."""

    arn: str
    name: str
    group_name: str = "default"
    schedule_expression: str = ""
    schedule_expression_timezone: str = ""
    state: str = "ENABLED"
    target: ScheduleTarget | None = None


class Integration(Shape):
    """A way from an API to a function."""

    route: str
    """Method and path, or the route key."""
    integration_type: str = ""
    uri: str = ""
    timeout_in_millis: int | None = None
    payload_format_version: str = ""
    credentials_arn: str = ""

    @property
    def function_arn(self) -> str:
        """The version or alias that it invokes, as its URI names it; empty: a stage variable names it."""
        found = _FUNCTION.search(self.uri)
        return found[0].removesuffix(":$LATEST") if found else ""


class Stage(Shape):
    """A stage of an API; values of its variables that could be secrets are ``Redacted``."""

    stage_name: str
    variables: dict[str, str | Redacted] = {}


class Api(Shape, tag_field="type", tag="AWS::ApiGateway::Api"):
    """A REST, HTTP or WebSocket API with its integrations that invoke functions."""

    arn: str
    api_id: str
    name: str = ""
    protocol_type: str = "REST"
    """``REST``, ``HTTP`` or ``WEBSOCKET``."""
    integrations: tuple[Integration, ...] = ()
    stages: tuple[Stage, ...] = ()


class EventBus(Shape, tag_field="type", tag="AWS::Events::EventBus"):
    """An event bus and who may put events on it."""

    arn: str
    name: str
    policy: dict[str, Any] | None = None


class Stream(Shape, tag_field="type", tag="AWS::Kinesis::Stream"):
    """A Kinesis data stream."""

    stream_arn: str = msgspec.field(name="StreamARN")
    stream_name: str
    stream_status: str = ""
    retention_period_hours: int = 24
    open_shard_count: int = 0
    encryption_type: str = "NONE"
    key_id: str = ""
    policy: dict[str, Any] | None = None
    """``None``: not read; empty: there is none."""

    @property
    def arn(self) -> str:
        """The key in the snapshot."""
        return self.stream_arn


class Key(Shape, tag_field="type", tag="AWS::KMS::Key"):
    """A KMS key, its policy and its grants."""

    arn: str
    key_id: str
    key_state: str = ""
    enabled: bool = True
    key_manager: str = "CUSTOMER"
    """``AWS``: a service's own, whose policy nobody writes."""
    policy: dict[str, Any] | None = None
    """``None``: not read."""
    grants: tuple[dict[str, Any], ...] = ()
    aliases: tuple[str, ...] = ()
    """``alias/orders``: other names of it."""
