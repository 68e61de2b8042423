"""A runtime client in plain Python for systems that AWS's own has no build for: what a handler and its caller can notice of it.

Every supported Python runs it. The transport is ``runtime_client``, which lies beside it. Hooks of SnapStart are not run.
"""

import importlib
import json
import logging
import math
import os
import re
import secrets
import sys
import time
import traceback
from decimal import Decimal
from typing import Any, Dict, Iterable, List, Optional, Tuple  # noqa: UP035  Python 3.9 runs this

_OWN = "/_doctor_client.py"
_INDENT = "\u00a0"
_UNESCAPED_SINCE = 12
"""Minor version of Python 3 from which answers are no longer escaped to ASCII."""
_TEXT, _JSON = 0xA55A0003, 0xA55A0002
_LARGEST_HEADER = 1024 * 1024
_UNHANDLED = (
    "LAMBDA_WARNING: Unhandled exception. The most likely cause is an issue in the function code. However, in rare cases, a Lambda "
    "runtime update can cause unexpected function behavior. For functions using managed runtimes, runtime updates can be triggered by a "
    "function change, or can be applied automatically. To determine if the runtime has been updated, check the runtime version in the "
    "INIT_START log entry. If this error correlates with a change in the runtime version, you may be able to mitigate this error by "
    "temporarily rolling back to the previous runtime version. For more information, see "
    "https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html\r"
)
_now: Dict[str, Optional[str]] = {"request": "", "tenant": None}  # noqa: UP006, UP045


class Fault(Exception):
    """What the client itself finds wrong: an error type of ``Runtime``, and what it tells."""

    def __init__(self, kind: str, message: str, trace: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.kind, self.trace = kind, list(trace)


def load(handler: str) -> Any:
    """The function that a handler's name means.

    Raises:
        Fault: There is none, or its module cannot be loaded.
    """
    try:
        module, function = handler.rsplit(".", 1)
    except ValueError as error:
        raise Fault("Runtime.MalformedHandlerName", f"Bad handler '{handler}': {error}") from None
    if module.split(".")[0] in sys.builtin_module_names:
        raise Fault("Runtime.BuiltInModuleConflict", f"Cannot use built-in module {module} as a handler module")
    try:
        loaded = importlib.import_module(module.replace("/", "."))
    except ImportError as error:
        raise Fault("Runtime.ImportModuleError", f"Unable to import module '{module}': {error}") from None
    except SyntaxError as error:
        place = f'  File "{error.filename}" Line {error.lineno}\n    {error.text}'
        raise Fault("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module}': {error}", [place]) from None
    try:
        return getattr(loaded, function)
    except AttributeError:
        raise Fault("Runtime.HandlerNotFound", f"Handler '{function}' missing on module '{module}'") from None


class _Told:
    """Something of a context, with the names that it may have."""

    _names: Tuple[str, ...] = ()  # noqa: UP006

    def __init__(self, facts: Dict[str, Any]) -> None:  # noqa: UP006
        for name in self._names:
            setattr(self, name, facts.get(name))

    def __repr__(self) -> str:
        inner = ",".join(f"{name}={getattr(self, name)}" for name in self._names)
        return f"{type(self).__name__}([{inner}])"


class CognitoIdentity(_Told):
    """Who called, by Amazon Cognito."""

    _names = ("cognito_identity_id", "cognito_identity_pool_id")


class Client(_Told):
    """The mobile application that called."""

    _names = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")


class ClientContext(_Told):
    """What a caller told of itself."""

    _names = ("custom", "env", "client")


class LambdaContext:
    """The second argument of a handler."""

    def __init__(self, headers: Dict[str, Any]) -> None:  # noqa: UP006
        own = os.environ.get
        self.aws_request_id = headers.get("Lambda-Runtime-Aws-Request-Id")
        self.log_group_name = own("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = own("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = own("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = own("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = own("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = headers.get("Lambda-Runtime-Invoked-Function-Arn")
        self.tenant_id = headers.get("Lambda-Runtime-Aws-Tenant-Id")
        told = _parsed(headers.get("Lambda-Runtime-Client-Context"), "Client Context")
        w3c = told.pop("w3c", {}) if isinstance(told, dict) else {}
        fields = ("traceparent", "tracestate", "baggage")
        self._w3c = {one: w3c[one] for one in fields if isinstance(w3c, dict) and isinstance(w3c.get(one), str)}
        self.client_context = None if told is None else ClientContext(told)
        if self.client_context is not None and self.client_context.client is not None:  # type: ignore[attr-defined]
            self.client_context.client = Client(self.client_context.client)  # type: ignore[attr-defined]
        who = _parsed(headers.get("Lambda-Runtime-Cognito-Identity"), "Cognito Identity") or {}
        ids = {"cognito_identity_id": who.get("cognitoIdentityId")}
        self.identity = CognitoIdentity({**ids, "cognito_identity_pool_id": who.get("cognitoIdentityPoolId")})
        self._deadline = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self) -> int:
        """Until the invocation times out."""
        return max(self._deadline - int(time.time() * 1000), 0)

    def w3c(self) -> Dict[str, str]:  # noqa: UP006
        """The trace context that the caller sent."""
        return dict(self._w3c)

    def log(self, message: Any) -> None:
        """Write to the log."""
        _write(str(message))


def _parsed(text: Optional[str], name: str) -> Any:  # noqa: UP045
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError as error:
        raise Fault("Runtime.LambdaContextUnmarshalError", f"Unable to parse {name} JSON: {error}") from None


def to_json(value: Any) -> str:
    """A value as Lambda's Python writes it: decimals are numbers, named tuples are objects, bytes are text."""
    mark = secrets.token_hex(8)

    def other(one: Any) -> Any:
        if isinstance(one, Decimal):
            return math.nan if one.is_nan() else f"{mark}{one}{mark}"
        if isinstance(one, (bytes, bytearray)):
            return one.decode()
        raise TypeError(f"Object of type {type(one).__name__} is not JSON serializable")

    version = re.fullmatch(r"AWS_Lambda_python3\.(\d+)", os.environ.get("AWS_EXECUTION_ENV", ""))
    escaped = version is None or int(version[1]) < _UNESCAPED_SINCE
    text = json.dumps(_plain(value), default=other, ensure_ascii=escaped)
    return re.sub(f'"{mark}(.*?){mark}"', r"\1", text)


def _plain(value: Any) -> Any:
    """The same with an object in the place of each named tuple."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return _plain(value._asdict())
    return [_plain(one) for one in value] if isinstance(value, (list, tuple)) else value


_channel = int(os.environ.pop("_LAMBDA_TELEMETRY_LOG_FD", "1"))


def _write(text: str, level: int = 0, base: int = _TEXT) -> None:
    """One record of the log: what kind, how long, when, and its text."""
    data = text.encode()
    kind = base + (((level // 10 + 1) << 2) if level else 0)
    head = kind.to_bytes(4, "big") + len(data).to_bytes(4, "big") + (time.time_ns() // 1000).to_bytes(8, "big")
    os.write(_channel, head + data)


def _in_json() -> bool:
    return os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"


class _Handler(logging.Handler):
    """Writes records of the standard library's logging."""

    def emit(self, record: logging.LogRecord) -> None:
        level = min(50, max(0, record.levelno)) // 10 * 10
        if _in_json():
            _write(_as_json(record, level) + "\n", level, _JSON)
            return
        record.aws_request_id = _now["request"]
        _write(self.format(record), level if os.environ.get("AWS_LAMBDA_LOG_LEVEL") else 0)


_PLAIN_RECORD = {*vars(logging.makeLogRecord({})), "message", "asctime", "aws_request_id", "tenant_id"}


def _as_json(record: logging.LogRecord, level: int) -> str:
    told = {
        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
        "level": logging.getLevelName(level),
        "message": record.msg if isinstance(record.msg, dict) and not record.args else record.getMessage(),
        "logger": record.name,
        "stackTrace": traceback.format_tb(record.exc_info[2]) if record.exc_info else None,
        "errorType": record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None,
        "errorMessage": str(record.exc_info[1]) if record.exc_info else None,
        "requestId": _now["request"],
        "location": f"{record.pathname}:{record.funcName}:{record.lineno}" if record.exc_info else None,
        "tenantId": _now["tenant"],
    }
    more = {name: value for name, value in vars(record).items() if name not in _PLAIN_RECORD and name not in told}
    return json.dumps(
        {name: value for name, value in {**told, **more}.items() if value is not None}, ensure_ascii=False, default=str
    )


def _set_up_logging() -> None:
    logging.Formatter.converter = time.gmtime
    handler = _Handler()
    text = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n"
    handler.setFormatter(logging.Formatter(text, "%Y-%m-%dT%H:%M:%S"))
    root = logging.getLogger()
    root.addHandler(handler)
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper().replace("TRACE", "DEBUG")
    if isinstance(logging.getLevelName(level), int):
        root.setLevel(level)


def _frames(error: BaseException) -> List[traceback.FrameSummary]:  # noqa: UP006
    """Where an exception was raised, without the frames of this file, unless there are no others."""
    every = list(traceback.extract_tb(error.__traceback__))
    foreign = next((at for at, one in enumerate(every) if _OWN not in one.filename), 0)
    return every[foreign:]


def _described(error: BaseException, request: str) -> Tuple[Dict[str, Any], Dict[str, Any]]:  # noqa: UP006
    """An error as the caller gets it, and as X-Ray does."""
    frames: List[traceback.FrameSummary] = []  # noqa: UP006
    if isinstance(error, Fault):
        kind, trace = error.kind, error.trace
    else:
        frames = _frames(error)
        kind, trace = type(error).__name__, traceback.format_list([tuple(one) for one in frames])
    stack = [{"label": one.name, "path": one.filename, "line": one.lineno} for one in frames]
    cause = {
        "message": str(error),
        "type": "LambdaValidationError" if isinstance(error, Fault) else kind,
        "stack": stack,
    }
    paths = sorted({one.filename for one in frames})
    told = {"errorMessage": str(error), "errorType": kind, "requestId": request, "stackTrace": trace}
    return told, {"working_directory": os.getcwd(), "exceptions": [cause], "paths": paths}  # noqa: PTH109


def _log_error(told: Dict[str, Any]) -> None:  # noqa: UP006
    """Write an error to the log, as one record."""
    if _in_json():
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        _write(to_json({"timestamp": at, "level": "ERROR", **told}), logging.ERROR, _JSON)
        return
    message = f": {told['errorMessage']}" if told["errorMessage"] else ""
    lines = [f"[ERROR] {told['errorType']}{message}", "Traceback (most recent call last):"]
    for part in told["stackTrace"]:
        for line in part.splitlines() or [""]:
            bare = line.lstrip(" ")
            lines.append(_INDENT * (len(line) - len(bare)) + bare)
    _write("\n".join(lines), logging.ERROR)


class _AtOnce:
    """A stream whose text is written when it is told."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> None:
        """Write, and do not wait for more."""
        self._stream.write(text)
        self._stream.flush()


def _initialised(handler: str) -> Any:
    """The handler's function; tells the platform what went wrong otherwise, and ends."""
    try:
        return load(handler)
    except Exception as error:  # noqa: BLE001  whatever a module raises is its function's error
        told, _ = _described(error, "")
    logging.getLogger().warning(_UNHANDLED)
    _log_error(told)
    _platform("POST", "init/error", to_json(told), {"Lambda-Runtime-Function-Error-Type": told["errorType"]})
    sys.exit(1)


def _platform(method: str, path: str, body: Optional[str] = None, headers: Optional[Dict[str, str]] = None) -> None:  # noqa: UP006, UP045
    import http.client

    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    connection.request(method, f"/2018-06-01/runtime/{path}", body, headers or {})
    connection.getresponse().read()


def _answer(function: Any, body: bytes, headers: Dict[str, Any]) -> Tuple[bytes, str]:  # noqa: UP006
    """Call the handler; its answer, and of what type that is."""
    context = LambdaContext(headers)
    event: Any = body
    if headers.get("Content-Type") == "application/json":
        try:
            event = json.loads(body)
        except ValueError as error:
            raise Fault("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}") from None
    answer = function(event, context)
    if isinstance(answer, bytes):
        return answer, "application/unknown"
    try:
        return to_json(answer).encode(), "application/json"
    except Exception as error:  # noqa: BLE001  whatever cannot be written is the handler's answer
        raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from None


def main(handler: str) -> None:
    """Serve events for ever."""
    import runtime_client  # type: ignore[import-not-found]  # it lies beside this file there

    sys.stdout, sys.stderr = _AtOnce(sys.stdout), _AtOnce(sys.stderr)
    _set_up_logging()
    function = _initialised(handler)
    if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start":
        _platform("GET", "restore/next")
    while True:
        body, headers = runtime_client.next()
        request = headers["Lambda-Runtime-Aws-Request-Id"]
        _now.update(request=request, tenant=headers.get("Lambda-Runtime-Aws-Tenant-Id"))
        os.environ.pop("_X_AMZN_TRACE_ID", None)
        if headers.get("Lambda-Runtime-Trace-Id"):
            os.environ["_X_AMZN_TRACE_ID"] = headers["Lambda-Runtime-Trace-Id"]
        try:
            answer, kind = _answer(function, body, headers)
        except Exception as error:  # noqa: BLE001  whatever a handler raises is its function's error
            told, fault = _described(error, request)
            _log_error(told)
            cause = to_json(fault)
            runtime_client.post_error(request, to_json(told), cause if len(cause) < _LARGEST_HEADER else "")
        else:
            runtime_client.post_invocation_result(request, answer, kind)
