"""Log lines as the Lambda service and its runtime clients write them, in text: one function per line."""

from datetime import datetime

from doctor.model.function import Function
from doctor.model.moments import rfc3339
from tests.incidents.twelve_faults.scene import REGION, hexadecimal

NBSP = "\N{NO-BREAK SPACE}"
RUNTIME_VERSIONS = {
    "python3.11": "python:3.11.v94",
    "python3.12": "python:3.12.v80",
    "python3.13": "python:3.13.v56",
    "nodejs22.x": "nodejs:22.v51",
}
UNHANDLED = (
    "LAMBDA_WARNING: Unhandled exception. The most likely cause is an issue in the function code. However, in rare cases, "
    "a Lambda runtime update can cause unexpected function behavior. For functions using managed runtimes, runtime updates "
    "can be triggered by a function change, or can be applied automatically. To determine if the runtime has been updated, "
    "check the runtime version in the INIT_START log entry. If this error correlates with a change in the runtime version, "
    "you may be able to mitigate this error by temporarily rolling back to the previous runtime version. For more "
    "information, see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html\r"
)


def runtime_version(function: Function) -> str:
    return RUNTIME_VERSIONS[function.runtime or ""]


def runtime_version_arn(function: Function) -> str:
    return f"arn:aws:lambda:{REGION}::runtime:{hexadecimal(64, runtime_version(function))}"


def init_start(function: Function) -> str:
    return (
        f"INIT_START Runtime Version: {runtime_version(function)}\t"
        f"Runtime Version ARN: {runtime_version_arn(function)}\n"
    )


def init_report(duration: float, phase: str, error_type: str) -> str:
    return f"INIT_REPORT Init Duration: {duration:.2f} ms\tPhase: {phase}\tStatus: error\tError Type: {error_type}\n"


def start(request_id: str, version: str) -> str:
    return f"START RequestId: {request_id} Version: {version}\n"


def end(request_id: str) -> str:
    return f"END RequestId: {request_id}\n"


def report(
    request_id: str,
    *,
    duration: float,
    billed: int,
    memory_size: int,
    memory_used: int,
    init: float | None = None,
    status: str = "",
) -> str:
    """The REPORT line; ``status`` is what the new style adds to it when the invocation failed."""
    fields = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {duration:.2f} ms",
        f"Billed Duration: {billed} ms",
        f"Memory Size: {memory_size} MB",
        f"Max Memory Used: {memory_used} MB",
    ]
    if init is not None:
        fields.append(f"Init Duration: {init:.2f} ms")
    return "\t".join([*fields, status]) + "\n"


def timed_out(request_id: str, at: datetime, timeout: int) -> str:
    """The old style's line of its own."""
    return f"{rfc3339(at)} {request_id} Task timed out after {timeout:.2f} seconds\n\n"


def python_log(request_id: str, at: datetime, level: str, message: str) -> str:
    return f"[{level}]\t{rfc3339(at)}\t{request_id}\t{message}\n"


def python_error(error_type: str, message: str, trace: tuple[str, ...]) -> str:
    """What the Python runtime client writes for an exception, indented with no-break spaces."""
    indented = (NBSP * (len(one) - len(one.lstrip(" "))) + one.lstrip(" ") for one in trace)
    return "\n".join([f"[ERROR] {error_type}: {message}", "Traceback (most recent call last):", *indented])


def node_log(request_id: str, at: datetime, level: str, message: str) -> str:
    return f"{rfc3339(at)}\t{request_id}\t{level}\t{message}\n"
