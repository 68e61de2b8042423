"""What Lambda keeps beside a function, a version or an alias: URLs, asynchronous invocation, provisioned concurrency."""

from typing import Any

from doctor.model.package import Package
from doctor.model.record import Shape


class OnDestination(Shape):
    """Where a record of an invocation goes; empty: nowhere."""

    destination: str = ""


class DestinationConfig(Shape):
    """Where records of invocations go: of those that went through, and of those that failed for good."""

    on_success: OnDestination = OnDestination()
    on_failure: OnDestination = OnDestination()


class FunctionEventInvokeConfig(Shape):
    """How asynchronous events are tried again, and where they end."""

    maximum_retry_attempts: int = 2
    maximum_event_age_in_seconds: int = 21600
    destination_config: DestinationConfig = DestinationConfig()


class FunctionUrlConfig(Shape):
    """A URL that invokes; ``AuthType`` is ``AWS_IAM`` or ``NONE``."""

    function_url: str
    auth_type: str = ""
    invoke_mode: str = "BUFFERED"
    cors: dict[str, Any] = {}


class ProvisionedConcurrencyConfig(Shape):
    """Environments that are kept initialised for a version or an alias."""

    requested_provisioned_concurrent_executions: int = 0
    available_provisioned_concurrent_executions: int = 0
    allocated_provisioned_concurrent_executions: int = 0
    status: str = ""
    """``IN_PROGRESS``, ``READY`` or ``FAILED``."""
    status_reason: str = ""


class CodeSigningConfig(Shape, tag_field="type", tag="AWS::Lambda::CodeSigningConfig"):
    """Whose signatures a function's code must carry, and what happens to code without one."""

    code_signing_config_arn: str
    allowed_publishers: dict[str, Any] = {}
    code_signing_policies: dict[str, Any] = {}

    @property
    def arn(self) -> str:
        """The key in the snapshot."""
        return self.code_signing_config_arn


class RuntimeManagementConfig(Shape):
    """When AWS updates the runtime: ``Auto``, ``FunctionUpdate`` or ``Manual``, then with the version."""

    update_runtime_on: str = "Auto"
    runtime_version_arn: str = ""


class FileSystemConfig(Shape):
    """A file system and where it is mounted."""

    arn: str
    local_mount_path: str = ""


class RuntimeVersionConfig(Shape):
    """The runtime version that runs, or the error why there is none."""

    runtime_version_arn: str = ""
    error: dict[str, Any] = {}


class LayerVersion(Shape, tag_field="type", tag="AWS::Lambda::LayerVersion"):
    """A layer version that a function uses: what it was made for."""

    layer_version_arn: str
    version: int = 0
    description: str = ""
    created_date: str = ""
    compatible_runtimes: tuple[str, ...] = ()
    compatible_architectures: tuple[str, ...] = ()
    code_size: int = 0
    """Bytes, zipped."""
    code_sha256: str = ""
    policy: dict[str, Any] | None = None
    """Which accounts may use it; ``None``: none but its own, or it was not read (see the gaps)."""
    package: Package | None = None
    """What it holds, read for the runtime of a function that uses it; without its source, which is not the function's own."""

    @property
    def arn(self) -> str:
        """The key in the snapshot."""
        return self.layer_version_arn
