"""Log streams of one invocation, and what they tell: as text, and as JSON records of the platform."""

import json
from typing import Any

from tests.unit.logs.streams import INIT_START, A, at, end, platform, report, start

PYTHON_IMPORT_ERROR = "[ERROR] Runtime.ImportModuleError: Unable to import module 'app': No module named 'x'\rTraceback (most recent call last):\n"
NODE_ERROR = (
    "2026-11-23T10:00:00.100Z\t"
    + A
    + '\tERROR\tInvoke Error \t{"errorType":"TypeError","errorMessage":"x is undefined","stack":[]}\n'
)
UNTYPED = {"status": "success", "error_type": "", "error_message": ""}

TEXT: dict[str, tuple[list[tuple[float, str]], dict[str, Any]]] = {
    "success": (
        [(0, start()), (0.1, "hello\n"), (0.2, end()), (0.2, report())],
        {
            **UNTYPED,
            "duration": 12.34,
            "billed_duration": 13.0,
            "memory_size": 128,
            "max_memory_used": 36,
            "init_duration": None,
        },
    ),
    "a cold start": (
        [(0, INIT_START), (0.4, start()), (0.5, end()), (0.5, report(A, "Init Duration: 401.20 ms"))],
        {**UNTYPED, "init_duration": 401.2, "at": at(0)},
    ),
    "fields of REPORT in another order": (
        [
            (0, start()),
            (
                1,
                f"REPORT RequestId: {A}\tInit Duration: 5.50 ms\tMax Memory Used: 40 MB\tMemory Size: 256 MB\tBilled Duration: 8 ms\tDuration: 7.10 ms\t\n",
            ),
        ],
        {"duration": 7.1, "init_duration": 5.5, "memory_size": 256, "max_memory_used": 40, "billed_duration": 8.0},
    ),
    "a time-out, new style": (
        [(0, start()), (3, end()), (3, report(A, "Status: timeout", duration="3000.00"))],
        {"status": "timeout", "duration": 3000.0, "error_type": ""},
    ),
    "a time-out, old style": (
        [
            (0, start()),
            (3, end()),
            (3, report(duration="3003.17")),
            (3, f"2026-11-23T10:00:03.000Z {A} Task timed out after 3.00 seconds\n\n"),
        ],
        {"status": "timeout", "duration": 3003.17},
    ),
    "the error that came before the time-out does not hide it": (
        [
            (0, start()),
            (1, "[ERROR] ValueError: retried\n"),
            (3, report(A, "Status: timeout")),
            (3, "[ERROR] OSError: late\n"),
        ],
        {"status": "timeout"},
    ),
    "a Python error": (
        [
            (0, start()),
            (0.1, "[ERROR] KeyError: 'Records'\rTraceback (most recent call last):\r\xa0\xa0File\n"),
            (0.2, end()),
            (0.2, report()),
        ],
        {"status": "error", "error_type": "KeyError", "error_message": "'Records'"},
    ),
    "a Python error without a message": (
        [(0, start()), (0.1, "[ERROR] Empty\rTraceback\n"), (0.2, report())],
        {"status": "error", "error_type": "Empty", "error_message": ""},
    ),
    "a Python log line at level ERROR is no failure": (
        [(0, start()), (0.1, f"[ERROR]\t2026-11-23T10:00:00.100Z\t{A}\tValueError: handled\n"), (0.2, report())],
        UNTYPED,
    ),
    "a Node error": (
        [(0, start()), (0.1, NODE_ERROR), (0.2, report())],
        {"status": "error", "error_type": "TypeError", "error_message": "x is undefined"},
    ),
    "a Node line at level ERROR is no failure": (
        [(0, start()), (0.1, f"2026-11-23T10:00:00.100Z\t{A}\tERROR\thandled\n"), (0.2, report())],
        UNTYPED,
    ),
    "out of memory, new style": (
        [(0, start()), (1, end()), (1, report(A, "Status: error", "Error Type: Runtime.OutOfMemory", used=128))],
        {"status": "error", "error_type": "Runtime.OutOfMemory", "max_memory_used": 128},
    ),
    "out of memory wins over what the runtime said last": (
        [
            (0, start()),
            (1, "[ERROR] MemoryError\n"),
            (1, report(A, "Status: error", "Error Type: Runtime.OutOfMemory")),
        ],
        {"error_type": "Runtime.OutOfMemory"},
    ),
    "out of memory, old style": (
        [
            (0, start()),
            (1, f"RequestId: {A} Error: Runtime exited with error: signal: killed\nRuntime.ExitError\n"),
            (1, end()),
            (1, report(used=128)),
        ],
        {
            "status": "error",
            "error_type": "Runtime.ExitError",
            "error_message": "Runtime exited with error: signal: killed",
        },
    ),
    "the runtime exited, its type in a line of its own": (
        [
            (0, start()),
            (1, f"RequestId: {A} Error: Runtime exited without providing a reason\n"),
            (1, "Runtime.ExitError\n"),
            (1, report()),
        ],
        {
            "status": "error",
            "error_type": "Runtime.ExitError",
            "error_message": "Runtime exited without providing a reason",
        },
    ),
    "the runtime exited, new style": (
        [(0, start()), (1, report(A, "Status: error", "Error Type: Runtime.ExitError"))],
        {"status": "error", "error_type": "Runtime.ExitError"},
    ),
    "an import that fails, in both phases": (
        [
            (0, INIT_START),
            (0.1, PYTHON_IMPORT_ERROR),
            (
                0.2,
                "INIT_REPORT Init Duration: 190.10 ms\tPhase: init\tStatus: error\tError Type: Runtime.ImportModuleError\n",
            ),
            (0.3, PYTHON_IMPORT_ERROR),
            (
                0.4,
                "INIT_REPORT Init Duration: 201.00 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ImportModuleError\n",
            ),
            (0.4, start()),
            (0.4, end()),
            (0.4, report(A, "Status: error", "Error Type: Runtime.ImportModuleError")),
        ],
        {
            "status": "error",
            "error_type": "Runtime.ImportModuleError",
            "error_message": "Unable to import module 'app': No module named 'x'",
        },
    ),
    "the first initialisation timed out, the second went well": (
        [
            (0, INIT_START),
            (10, "INIT_REPORT Init Duration: 10000.12 ms\tPhase: init\tStatus: timeout\n"),
            (10, start()),
            (21, end()),
            (21, report(duration="11012.00")),
        ],
        {**UNTYPED, "duration": 11012.0},
    ),
    "both initialisations timed out": (
        [
            (0, INIT_START),
            (10, "INIT_REPORT Init Duration: 10000.12 ms\tPhase: init\tStatus: timeout\n"),
            (13, "INIT_REPORT Init Duration: 3000.00 ms\tPhase: invoke\tStatus: timeout\n"),
            (13, start()),
            (13, report(A, "Status: timeout", duration="3000.00")),
        ],
        {"status": "timeout"},
    ),
    "a version that was published": ([(0, start(A, "7")), (0.1, report())], {"version": "7"}),
    "REPORT is missing": ([(0, start()), (0.1, "working\n")], {**UNTYPED, "duration": None, "succeeded": False}),
    "REPORT is there": ([(0, start()), (0.1, report())], {"succeeded": True}),
    "mangled figures were not seen": (
        [
            (0, start()),
            (
                0.1,
                f"REPORT RequestId: {A}\tDuration: nan ms\tBilled Duration: -3 ms\tMemory Size: 1e99 MB\tMax Memory Used: {'9' * 5000} MB\tInit Duration: inf ms\t\n",
            ),
        ],
        {
            **UNTYPED,
            "duration": None,
            "billed_duration": None,
            "memory_size": None,
            "max_memory_used": None,
            "init_duration": None,
        },
    ),
    "an answer that was refused for its size": (
        [
            (0, start()),
            (0.1, "LAMBDA_RUNTIME Failed to post handler success response. Http response code: 413.\n"),
            (0.2, end()),
            (0.2, report()),
        ],
        {"status": "error", "error_type": "Function.ResponseSizeTooLarge"},
    ),
    "an answer that was refused for something else": (
        [
            (0, start()),
            (0.1, "LAMBDA_RUNTIME Failed to post handler success response. Http response code: 400.\n"),
            (0.2, report()),
        ],
        UNTYPED,
    ),
    "REPORT is cut off": (
        [(0, start()), (0.1, f"REPORT RequestId: {A}\tDuration: 12.")],
        {"duration": 12.0, "memory_size": None},
    ),
}

HANDLED = json.dumps(
    {"level": "ERROR", "requestId": A, "errorType": "ValueError", "errorMessage": "handled", "message": "retrying"}
)
METRICS = {"durationMs": 12.34, "billedDurationMs": 13, "memorySizeMB": 128, "maxMemoryUsedMB": 36}

PLATFORM: dict[str, tuple[list[tuple[float, str]], dict[str, Any]]] = {
    "success": (
        [
            (0, platform("start", requestId=A, version="$LATEST")),
            (1, platform("report", requestId=A, metrics=METRICS, status="success")),
        ],
        {
            **UNTYPED,
            "duration": 12.34,
            "billed_duration": 13.0,
            "memory_size": 128,
            "max_memory_used": 36,
            "init_duration": None,
        },
    ),
    "a cold start": (
        [
            (0, platform("initStart", phase="init", initializationType="on-demand")),
            (0.4, platform("start", requestId=A, version="3")),
            (1, platform("report", requestId=A, metrics={**METRICS, "initDurationMs": 400.5}, status="success")),
        ],
        {"init_duration": 400.5, "at": at(0), "version": "3"},
    ),
    "a time-out": (
        [(0, platform("start", requestId=A)), (3, platform("report", requestId=A, metrics=METRICS, status="timeout"))],
        {"status": "timeout", "version": "$LATEST"},
    ),
    "out of memory": (
        [
            (0, platform("start", requestId=A)),
            (1, platform("report", requestId=A, metrics=METRICS, status="error", errorType="Runtime.OutOfMemory")),
        ],
        {"status": "error", "error_type": "Runtime.OutOfMemory"},
    ),
    "the runtime exited": (
        [
            (0, platform("start", requestId=A)),
            (1, platform("runtimeDone", requestId=A, status="failure", errorType="Runtime.ExitError")),
        ],
        {"status": "failure", "error_type": "Runtime.ExitError"},
    ),
    "an error with its message": (
        [
            (0, platform("start", requestId=A)),
            (
                0.5,
                json.dumps(
                    {
                        "level": "ERROR",
                        "requestId": A,
                        "errorType": "KeyError",
                        "errorMessage": "'id'",
                        "stackTrace": [],
                    }
                ),
            ),
            (1, platform("report", requestId=A, metrics=METRICS, status="error", errorType="Runtime.Unknown")),
        ],
        {"status": "error", "error_type": "KeyError", "error_message": "'id'"},
    ),
    "an error that was logged and handled is no failure": (
        [
            (0, platform("start", requestId=A)),
            (0.5, HANDLED),
            (1, platform("report", requestId=A, metrics=METRICS, status="success")),
        ],
        UNTYPED,
    ),
    "an initialisation that fails, in both phases": (
        [
            (0, platform("initStart", phase="init")),
            (
                0.1,
                platform(
                    "initReport",
                    phase="init",
                    status="error",
                    errorType="Runtime.ImportModuleError",
                    metrics={"durationMs": 100},
                ),
            ),
            (
                0.3,
                platform(
                    "initReport",
                    phase="invoke",
                    status="error",
                    errorType="Runtime.ImportModuleError",
                    metrics={"durationMs": 100},
                ),
            ),
            (0.4, platform("start", requestId=A)),
            (
                0.5,
                platform("report", requestId=A, metrics=METRICS, status="error", errorType="Runtime.ImportModuleError"),
            ),
        ],
        {"status": "error", "error_type": "Runtime.ImportModuleError", "duration": 12.34},
    ),
    "only the first initialisation failed": (
        [
            (0, platform("initStart", phase="init")),
            (10, platform("initReport", phase="init", status="timeout")),
            (11, platform("start", requestId=A)),
            (12, platform("report", requestId=A, metrics=METRICS, status="success")),
        ],
        UNTYPED,
    ),
    "figures of the wrong kind were not seen": (
        [
            (0, platform("start", requestId=A)),
            (
                1,
                platform(
                    "report",
                    requestId=A,
                    status="success",
                    metrics={
                        "durationMs": "fast",
                        "memorySizeMB": [128],
                        "maxMemoryUsedMB": None,
                        "billedDurationMs": 1e300,
                    },
                ),
            ),
        ],
        {"duration": None, "memory_size": None, "max_memory_used": None, "billed_duration": None},
    ),
    "a record of the wrong kind is a line like any other": (
        [
            (0, platform("start", requestId=A)),
            (1, '{"type": "platform.report", "record": "none"}'),
            (1, platform("report", requestId=A, metrics=[], status=["x"], errorType={})),
        ],
        {"status": "error", "duration": None},
    ),
}
