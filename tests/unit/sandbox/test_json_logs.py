"""A function whose logs are JSON writes JSON, and so does the platform around it."""

import json
import shutil
from collections.abc import Callable
from typing import Any

import pytest

from doctor.model.function import LoggingConfig
from tests.unit.sandbox.support import OWN_PYTHON, Ran

Local = Callable[..., Ran]
CODE = {
    OWN_PYTHON: "import logging\ndef handler(event, context):\n    logging.getLogger().warning('careful'); logging.getLogger().debug('quiet')\n    if event: raise ValueError('boom')",
    "nodejs20.x": "export const handler = async (event) => { console.warn('careful'); console.debug('quiet'); if (event) throw new TypeError('boom') }",
}


def config(level: str = "INFO") -> LoggingConfig:
    return LoggingConfig(log_format="JSON", application_log_level="INFO", system_log_level=level)


@pytest.mark.parametrize("runtime", CODE)
def test_a_record_has_lambdas_keys(local: Local, runtime: str) -> None:
    if runtime.startswith("node") and shutil.which("node") is None:
        pytest.skip("no Node.js on this machine")
    (line,) = local(CODE[runtime], runtime=runtime, logging_config=config()).own
    record = json.loads(line)

    assert {"timestamp", "level", "message", "requestId"} <= record.keys()
    assert (record["level"], record["message"]) == ("WARN" if runtime.startswith("node") else "WARNING", "careful")


@pytest.mark.parametrize(
    ("level", "event", "types"),
    [
        ("INFO", None, ["initStart", "initReport", "start", "report"]),
        ("DEBUG", None, ["initStart", "initRuntimeDone", "initReport", "start", "runtimeDone", "report"]),
        ("WARN", 1, ["runtimeDone", "report"]),
    ],
)
def test_the_platform_writes_its_telemetry_objects(local: Local, level: str, event: Any, types: list[str]) -> None:
    ran = local(CODE[OWN_PYTHON], event, logging_config=config(level))
    records = [json.loads(line) for line in ran.lines if line not in ran.own]

    assert [one["type"] for one in records] == [f"platform.{name}" for name in types]
    assert records[-1]["record"]["metrics"].keys() >= {
        "durationMs",
        "billedDurationMs",
        "memorySizeMB",
        "maxMemoryUsedMB",
        "initDurationMs",
    }
    assert records[-1]["record"]["status"] == ("error" if event else "success")
