"""The triggers' own side, and what functions talk to: queues, rules, tables, log groups."""

from typing import Any

import msgspec

from doctor.model.record import Shape


class RedrivePolicy(Shape, rename="camel"):
    """Where a queue puts messages that failed ``max_receive_count`` times."""

    dead_letter_target_arn: str
    max_receive_count: int


class Queue(Shape, tag_field="type", tag="AWS::SQS::Queue"):
    """A queue: the attributes of ``GetQueueAttributes``, which AWS gives as strings."""

    queue_arn: str
    visibility_timeout: int = 30
    """Seconds."""
    message_retention_period: int = 345600
    """Seconds."""
    delay_seconds: int = 0
    maximum_message_size: int = 1048576
    receive_message_wait_time_seconds: int = 0
    redrive_policy: RedrivePolicy | None = None
    policy: dict[str, Any] | None = None
    kms_master_key_id: str = ""
    sqs_managed_sse_enabled: bool = True
    fifo_queue: bool = False

    @property
    def arn(self) -> str:
        """The key in the snapshot."""
        return self.queue_arn


class Target(Shape):
    """What an EventBridge rule invokes."""

    id: str
    arn: str
    role_arn: str = ""
    dead_letter_config: dict[str, Any] = {}
    retry_policy: dict[str, Any] = {}


class EventRule(Shape, tag_field="type", tag="AWS::Events::Rule"):
    """An EventBridge rule with its targets."""

    arn: str
    name: str
    event_bus_name: str = "default"
    event_pattern: str = ""
    schedule_expression: str = ""
    state: str = "ENABLED"
    targets: tuple[Target, ...] = ()


class Table(Shape, tag_field="type", tag="AWS::DynamoDB::Table"):
    """A DynamoDB table."""

    table_arn: str
    table_name: str
    table_status: str = ""
    attribute_definitions: tuple[dict[str, Any], ...] = ()
    key_schema: tuple[dict[str, Any], ...] = ()
    policy: dict[str, Any] | None = None
    """``None``: not read; empty: there is none."""

    @property
    def arn(self) -> str:
        """The key in the snapshot."""
        return self.table_arn


class LogStream(Shape, rename="camel"):
    """A stream of a log group; times in milliseconds since 1970, 0: none was told."""

    log_stream_name: str
    last_event_timestamp: int = 0
    last_ingestion_time: int = 0


class LogGroup(Shape, tag_field="type", tag="AWS::Logs::LogGroup"):
    """A log group; ``retention_in_days`` is ``None`` when logs are kept for ever."""

    log_group_arn: str = msgspec.field(name="logGroupArn")
    log_group_name: str = msgspec.field(name="logGroupName")
    retention_in_days: int | None = msgspec.field(default=None, name="retentionInDays")
    kms_key_id: str = msgspec.field(default="", name="kmsKeyId")
    log_group_class: str = msgspec.field(default="STANDARD", name="logGroupClass")
    """``INFREQUENT_ACCESS`` and ``DELIVERY`` cannot be filtered."""
    log_streams: tuple[LogStream, ...] | None = msgspec.field(default=None, name="logStreams")
    """The stream that was written last; read where the window shows no line. ``None``: not read."""

    @property
    def arn(self) -> str:
        """The key in the snapshot."""
        return self.log_group_arn
