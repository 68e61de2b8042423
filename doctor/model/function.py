"""Lambda's resources, by the names of its API."""

from typing import Any

import msgspec

from doctor.model.invoking import (
    DestinationConfig,
    FileSystemConfig,
    FunctionEventInvokeConfig,
    FunctionUrlConfig,
    ProvisionedConcurrencyConfig,
    RuntimeManagementConfig,
    RuntimeVersionConfig,
)
from doctor.model.package import Package
from doctor.model.record import Shape
from doctor.model.redacted import Redacted


class VpcConfig(Shape):
    """Where a function's network interfaces lie; without subnets the function is in no VPC of the account."""

    subnet_ids: tuple[str, ...] = ()
    security_group_ids: tuple[str, ...] = ()
    vpc_id: str = ""
    ipv6_allowed_for_dual_stack: bool = False


class Environment(Shape):
    """Environment variables; values that could be secrets are ``Redacted``."""

    variables: dict[str, str | Redacted] = {}


class DeadLetterConfig(Shape):
    """Where asynchronous events go that failed for good."""

    target_arn: str = ""


class EphemeralStorage(Shape):
    """Size of ``/tmp`` in MB."""

    size: int


class LoggingConfig(Shape):
    """Format and place of a function's logs."""

    log_format: str = "Text"
    log_group: str = ""
    application_log_level: str | None = None
    system_log_level: str | None = None


class Layer(Shape):
    """A layer version in use; its size in bytes."""

    arn: str
    code_size: int = 0


class TracingConfig(Shape):
    """X-Ray: ``Active`` or ``PassThrough``."""

    mode: str = "PassThrough"


class SnapStart(Shape):
    """SnapStart: ``PublishedVersions`` or ``None``."""

    apply_on: str = "None"
    optimization_status: str = "Off"


class PublishedVersion(Shape):
    """A published version as ``ListVersionsByFunction`` tells it, whether it gets traffic or not."""

    version: str
    code_size: int = 0
    """Bytes, zipped."""
    code_sha256: str = ""
    last_modified: str = ""
    """When it was published."""


class Function(Shape, tag_field="type", tag="AWS::Lambda::Function"):
    """One version of a function as ``GetFunctionConfiguration`` describes it, with what belongs to it elsewhere in Lambda's API.

    Its key in a snapshot is ``function_arn``: bare for ``$LATEST``, ending in the number for a published version.
    """

    function_name: str
    function_arn: str
    version: str = "$LATEST"
    runtime: str | None = None
    """``None`` for a container image."""
    role: str = ""
    handler: str = ""
    code_size: int = 0
    """Bytes, zipped."""
    code_sha256: str = ""
    timeout: int = 3
    """Seconds."""
    memory_size: int = 128
    """MB."""
    last_modified: str = ""
    description: str = ""
    package_type: str = "Zip"
    architectures: tuple[str, ...] = ("x86_64",)
    environment: Environment = Environment()
    vpc_config: VpcConfig = VpcConfig()
    dead_letter_config: DeadLetterConfig = DeadLetterConfig()
    ephemeral_storage: EphemeralStorage = EphemeralStorage(size=512)
    layers: tuple[Layer, ...] = ()
    logging_config: LoggingConfig = LoggingConfig()
    tracing_config: TracingConfig = TracingConfig()
    snap_start: SnapStart = SnapStart()
    kms_key_arn: str = msgspec.field(default="", name="KMSKeyArn")
    revision_id: str = ""
    state: str = "Active"
    state_reason: str = ""
    state_reason_code: str = ""
    last_update_status: str = "Successful"
    last_update_status_reason: str = ""
    last_update_status_reason_code: str = ""
    reserved_concurrent_executions: int | None = None
    """``None``: the function shares the account's unreserved concurrency."""
    policy: dict[str, Any] | None = None
    """The resource policy; ``None``: there is none."""
    file_system_configs: tuple[FileSystemConfig, ...] = ()
    runtime_version_config: RuntimeVersionConfig | None = None
    event_invoke_config: FunctionEventInvokeConfig | None = None
    """``None``: Lambda's defaults, or not read (see the gaps); so for the next three."""
    function_url_config: FunctionUrlConfig | None = None
    provisioned_concurrency_config: ProvisionedConcurrencyConfig | None = None
    """Of this version; that of an alias is the alias's."""
    runtime_management_config: RuntimeManagementConfig | None = None
    recursive_loop: str = ""
    """``Terminate`` or ``Allow``; empty: not read."""
    image_uri: str = ""
    """Of a container image."""
    code_signing_config_arn: str = ""
    """Empty: any code may be deployed, or not read (see the gaps)."""
    tags: dict[str, str | Redacted] = {}
    published_versions: tuple[PublishedVersion, ...] | None = None
    """Of ``$LATEST``: every version that was published and not deleted, oldest first; ``None``: not read (see the gaps)."""
    package: Package | None = None
    """``None`` where the package was not read (see the gaps)."""

    @property
    def arn(self) -> str:
        """The key in the snapshot."""
        return self.function_arn

    @property
    def credentials(self) -> dict[str, Redacted]:
        """Those of its variables whose values look like somebody's keys."""
        return {
            name: value
            for name, value in self.environment.variables.items()
            if isinstance(value, Redacted) and value.kind == "credential"
        }

    @property
    def unread_settings(self) -> dict[str, dict[str, Any]]:
        """What Lambda could not read of its own settings: the error, by the field that tells it."""
        version = self.runtime_version_config
        found = {
            "RuntimeVersionConfig.Error": version.error if version is not None else {},
            "ImageConfigResponse.Error": (self.extra.get("ImageConfigResponse") or {}).get("Error") or {},
        }
        return {field: error for field, error in found.items() if error}

    @property
    def log_group(self) -> str:
        """The log group that the function writes to."""
        return self.logging_config.log_group or f"/aws/lambda/{self.function_name}"

    @property
    def log_group_arn(self) -> str:
        """ARN of that log group, in the function's region and account."""
        region, account = self.function_arn.split(":")[3:5]
        return f"arn:aws:logs:{region}:{account}:log-group:{self.log_group}"


class AliasRoutingConfig(Shape):
    """Second version of an alias and its share of the traffic, from 0 to 1."""

    additional_version_weights: dict[str, float] = {}


class Alias(Shape, tag_field="type", tag="AWS::Lambda::Alias"):
    """A name that callers use for a published version."""

    alias_arn: str
    name: str
    function_version: str
    description: str = ""
    routing_config: AliasRoutingConfig = AliasRoutingConfig()
    revision_id: str = ""
    policy: dict[str, Any] | None = None
    """The resource policy of the alias; ``None``: there is none."""
    event_invoke_config: FunctionEventInvokeConfig | None = None
    function_url_config: FunctionUrlConfig | None = None
    provisioned_concurrency_config: ProvisionedConcurrencyConfig | None = None

    @property
    def arn(self) -> str:
        """The key in the snapshot."""
        return self.alias_arn


class EventSourceMapping(Shape, tag_field="type", tag="AWS::Lambda::EventSourceMapping"):
    """Lambda's poller between a queue or stream and a function."""

    uuid: str = msgspec.field(name="UUID")
    event_source_mapping_arn: str = ""
    event_source_arn: str = ""
    function_arn: str = ""
    batch_size: int = 10
    maximum_batching_window_in_seconds: int = 0
    state: str = ""
    state_transition_reason: str = ""
    last_processing_result: str = ""
    function_response_types: tuple[str, ...] = ()
    starting_position: str = ""
    parallelization_factor: int = 1
    maximum_retry_attempts: int = -1
    """-1: until the record expires; so for the next."""
    maximum_record_age_in_seconds: int = -1
    bisect_batch_on_function_error: bool = False
    tumbling_window_in_seconds: int = 0
    destination_config: DestinationConfig = DestinationConfig()
    filter_criteria: dict[str, Any] = {}
    """Patterns as text, what looks like a secret in them replaced."""
    scaling_config: dict[str, Any] = {}
    kms_key_arn: str = msgspec.field(default="", name="KMSKeyArn")

    @property
    def arn(self) -> str:
        """The key in the snapshot."""
        return self.event_source_mapping_arn
