"""The environment variables that a handler finds, as they were recorded on Lambda: no HOME, no HOSTNAME.

Source: "Defined runtime environment variables" in the Lambda developer guide.
"""

from collections.abc import Mapping

from doctor.model.function import Function
from doctor.sandbox.interpreters import Interpreter
from doctor.sandbox.records import Initialization

_DEFAULTS = {
    "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
    "LD_LIBRARY_PATH": "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
    "LANG": "en_US.UTF-8",
    "TZ": ":UTC",
    "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
    "AWS_XRAY_DAEMON_ADDRESS": "169.254.100.1:2000",
}
"""Not reserved: the function's own variables win."""
ACCESS_KEY = "ASIALOCALRUNOFDOCTOR"
_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": ACCESS_KEY,
    "AWS_SECRET_ACCESS_KEY": "not-a-secret-of-any-account",
    "AWS_SESSION_TOKEN": "not-a-token-of-any-account",
}
"""Of nobody: what a handler signs with them is refused everywhere."""


def snap_started(function: Function) -> bool:
    """Whether environments of this version are restored from a snapshot."""
    return function.snap_start.apply_on == "PublishedVersions" and function.version != "$LATEST"


def initialization(function: Function) -> Initialization:
    """When environments of this version are initialised: on demand, ahead of invocations, or before a snapshot."""
    if snap_started(function):
        return "snap-start"
    return "on-demand" if function.provisioned_concurrency_config is None else "provisioned-concurrency"


_TRUSTING = ("AWS_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
"""By which botocore, OpenSSL and Go, requests, curl and Node.js are told whom to trust."""


def trusting(path: str) -> dict[str, str]:
    """Variables that make a handler trust the certificates of a file."""
    return dict.fromkeys(_TRUSTING, path)


def variables(
    function: Function, own: Mapping[str, str], interpreter: Interpreter, log_stream: str, api: str
) -> dict[str, str]:
    """The whole environment of the runtime process.

    Args:
        function: Its configuration.
        own: The function's own variables, in clear. Those that Lambda reserves, and those that begin with ``_``, are dropped.
        interpreter: What runs it.
        log_stream: Name of the log stream.
        api: ``host:port`` of the Runtime API.
    """
    customer = {name: value for name, value in own.items() if not name.startswith("_")}
    return _DEFAULTS | _language(interpreter) | customer | _CREDENTIALS | _reserved(function, log_stream, api)


def _language(interpreter: Interpreter) -> dict[str, str]:
    if interpreter.language == "python":
        return {"PYTHONPATH": "/var/runtime", "LC_CTYPE": "C.UTF-8"}
    if interpreter.language == "provided":
        return {}
    major = interpreter.version
    folders = (
        f"/opt/nodejs/node{major}/node_modules",
        "/opt/nodejs/node_modules",
        "/var/runtime/node_modules",
        "/var/runtime",
        "/var/task",
    )
    return {"NODE_PATH": ":".join(folders)}


def _reserved(function: Function, log_stream: str, api: str) -> dict[str, str]:
    """What a function cannot override."""
    region = function.function_arn.split(":")[3]
    found = {
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
        "AWS_LAMBDA_FUNCTION_VERSION": function.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
        "AWS_LAMBDA_LOG_GROUP_NAME": function.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        "AWS_LAMBDA_INITIALIZATION_TYPE": initialization(function),
        "AWS_LAMBDA_RUNTIME_API": api,
        "LAMBDA_TASK_ROOT": "/var/task",
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "_HANDLER": function.handler,
        "_AWS_XRAY_DAEMON_ADDRESS": "169.254.100.1",
        "_AWS_XRAY_DAEMON_PORT": "2000",
        "PWD": "/var/task",
        "SHLVL": "0",
    }
    if (function.runtime or "").startswith("provided"):
        del found["AWS_EXECUTION_ENV"]
    if function.logging_config.log_format == "JSON":
        found["AWS_LAMBDA_LOG_FORMAT"] = "JSON"
        found["AWS_LAMBDA_LOG_LEVEL"] = function.logging_config.application_log_level or "INFO"
    return found
