"""The lines that the Lambda service and its runtime clients write, as regular expressions.

Lambda's text format: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
"""

import re

from doctor.model.lazy import pattern

REQUEST_ID = pattern(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
STREAM_VERSION = pattern(r"\[(?P<version>\$LATEST|\d+)\]")
"""In the name of a log stream: ``2026/11/23/[$LATEST]0b1c…``."""

START = pattern(r"START RequestId: (?P<request_id>\S+)\s+Version: (?P<version>\S+)")
END = pattern(r"END RequestId: (?P<request_id>\S+)")
REPORT = pattern(r"REPORT RequestId: (?P<request_id>\S+)\s+(?P<rest>.*)", re.DOTALL)
REPORT_PAIR = pattern(
    r"(?P<key>Billed Restore Duration|Restore Duration|Billed Duration|Init Duration|Duration|Memory Size|"
    r"Max Memory Used|Status|Error Type|XRAY TraceId|SegmentId|Sampled): (?P<value>\S+)",
)
"""REPORT fields come in any order: the service and the local emulators differ."""
INIT_START = pattern(r"INIT_START Runtime Version: ")
INIT_REPORT = pattern(
    r"INIT_REPORT Init Duration: (?P<ms>[\d.]+) ms\s+Phase: (?P<phase>init|invoke|snap-start)\s+Status: (?P<status>\w+)"
    r"(?:\s+Error Type: (?P<error_type>\S+))?",
)
TIMED_OUT = pattern(r"\S+Z (?P<request_id>\S+) Task timed out after (?P<seconds>[\d.]+) seconds")
"""Old style: a line of its own. The new style has only ``Status: timeout`` on REPORT."""
FAULT = pattern(r"RequestId: (?P<request_id>\S+) Error: (?P<message>.+)", re.DOTALL)
"""Old style: the runtime ended; the error's type follows on the next line."""
TOO_LARGE = pattern(r"LAMBDA_RUNTIME Failed to post handler success response\. Http response code: 413")
"""The runtime client's line when the service refuses an answer for its size; nothing else may tell of it."""
ERROR_TYPE = pattern(r"(?:Runtime|Extension|Function|Sandbox)\.\w+")
PYTHON_ERROR = pattern(r"\[ERROR\] (?P<type>[\w.]{1,200})(?:: (?P<message>[^\n\r]*))?(?=[\n\r]|$)")
JAVA_ERROR = pattern(r"(?P<message>[^\n\r]{0,8192}): (?P<type>(?:\w+\.)+[\w$]+(?:Exception|Error))[\n\r]+(?P=type)\b")
"""The runtime's own line, message and type, and the stack trace that begins with the type again; ``printStackTrace`` has no such line."""
JAVA_STACK = ("\tat ", "\t... ", "Caused by: ")
"""How the lines of a stack trace go on."""
PYTHON_LOG = pattern(r"\[(?P<level>[A-Z]+)\]\t(?P<at>\S+Z)\t(?P<request_id>\S*)\t(?P<message>.*)", re.DOTALL)
NODE_LOG = pattern(r"(?P<at>\S+Z)\t(?P<request_id>\S+)\t(?P<level>[A-Z]+)\t(?P<message>.*)", re.DOTALL)
NODE_ERROR = pattern(r"(?:Invoke Error|Uncaught Exception|Unhandled Promise Rejection)\s+(?P<json>\{.*)", re.DOTALL)
NAMES_REQUEST = (END, REPORT, TIMED_OUT, FAULT, PYTHON_LOG, NODE_LOG)
"""Lines that name the request they belong to; START does too, and begins it."""

PLATFORM = (
    "START RequestId:",
    "END RequestId:",
    "REPORT RequestId:",
    "INIT_START ",
    "INIT_REPORT ",
    "RESTORE_",
    "XRAY ",
)


def is_platform(message: str) -> bool:
    """Tell whether the service wrote the line, not the function's code."""
    return (
        message.startswith(PLATFORM)
        or TIMED_OUT.match(message) is not None
        or FAULT.match(message) is not None
        or (message.startswith('{"time":') and '"type":"platform.' in message.replace(" ", "")[:120])
    )


def said(message: str) -> str:
    """What the function's own code wrote, without the level, time and request id that the runtime puts before it."""
    match = PYTHON_LOG.match(message) or NODE_LOG.match(message)
    return (match["message"] if match else message).strip()
