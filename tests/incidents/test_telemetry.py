"""Logs and metrics of the shipped account: in Lambda's formats, and telling the same story."""

import json
import re
from collections import Counter
from datetime import timedelta

import pytest

from doctor.logs.invocations import LogEvent, invocations
from doctor.model import arns
from doctor.model.function import Function
from doctor.model.snapshot import Snapshot
from doctor.model.telemetry import Invocation
from tests.incidents.twelve_faults.scene import NOW, WINDOW, function_arn

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
MS = r"\d+\.\d\d ms"
FAILED = r"Status: (?:timeout|error\tError Type: [\w.]+)"
TEXT = {
    "START": rf"START RequestId: {UUID} Version: (?:\$LATEST|\d+)",
    "END": rf"END RequestId: {UUID}",
    "REPORT": (
        rf"REPORT RequestId: {UUID}\tDuration: {MS}\tBilled Duration: \d+ ms\tMemory Size: \d+ MB"
        rf"\tMax Memory Used: \d+ MB\t(?:Init Duration: {MS}\t)?(?:{FAILED})?"
    ),
    "INIT_START": r"INIT_START Runtime Version: (?:python|nodejs):[\d.]+\.v\d+\tRuntime Version ARN: arn:aws:lambda:eu-west-1::runtime:[0-9a-f]{64}",
    "INIT_REPORT": rf"INIT_REPORT Init Duration: {MS}\tPhase: (?:init|invoke)\tStatus: error\tError Type: [\w.]+",
    "timeout, old": rf"{TIME} {UUID} Task timed out after \d+\.\d\d seconds",
    "python error": r"\[ERROR\] [\w.]+: [^\n]+\nTraceback \(most recent call last\):(?:\n\xa0+[^ \xa0][^\n]*)*",
    "python log": rf"\[INFO\]\t{TIME}\t{UUID}\t[^\n]+",
    "python init warning": rf"\[WARNING\]\t{TIME}\t\tLAMBDA_WARNING: [^\n\r]+\r",
    "node log": rf"{TIME}\t{UUID}\tINFO\t[^\n]+",
}
"""Lambda's lines in text, each a whole event: the log formats of the developer guide."""
JSON_KEYS = {
    "platform.initStart": {"functionName", "functionVersion", "initializationType", "phase"},
    "platform.start": {"requestId", "version"},
    "platform.runtimeDone": {"requestId", "status", "metrics"},
    "platform.report": {"requestId", "status", "metrics"},
}


def _kind(message: str) -> str:
    """The kind of a line; empty for what Lambda would never write."""
    if message.startswith("{"):
        record = json.loads(message)
        kind = record.get("type", "")
        if kind:
            return kind if JSON_KEYS.get(kind, {""}) <= set(record["record"]) else ""
        return "json log" if {"timestamp", "level", "requestId"} <= set(record) else ""
    return next((name for name, line in TEXT.items() if re.fullmatch(line, message)), "")


def test_every_line_is_one_that_lambda_writes(account: Snapshot) -> None:
    lines = [line.message for runs in account.invocations.values() for one in runs for line in one.lines]
    kinds = Counter(map(_kind, lines))

    assert [line for line in lines if not _kind(line)] == []
    assert set(kinds) == {*TEXT, *JSON_KEYS, "json log"}


def test_reading_the_lines_again_gives_the_invocations(account: Snapshot) -> None:
    for arn, recorded in account.invocations.items():
        events = [
            LogEvent(at=line.at, stream=one.log_stream, message=line.message) for one in recorded for line in one.lines
        ]

        assert invocations(events) == recorded, arn


def test_a_log_stream_is_of_one_version_and_begins_on_the_day_in_its_name(account: Snapshot) -> None:
    first: dict[str, Invocation] = {}
    for one in (one for runs in account.invocations.values() for one in runs):
        first.setdefault(one.log_stream, one)

    for stream, one in first.items():
        assert re.fullmatch(rf"{one.at:%Y/%m/%d}/\[{re.escape(one.version)}\][0-9a-f]{{32}}", stream)
        assert "INIT_START" in one.lines[0].message or "platform.initStart" in one.lines[0].message


def test_everything_happened_in_the_window(account: Snapshot) -> None:
    lines = [line.at for runs in account.invocations.values() for one in runs for line in one.lines]
    starts = [at for series in account.metrics.values() for one in series for at in one.timestamps]
    values = [at.replace(microsecond=0) for at in starts]

    assert NOW - WINDOW <= min(lines) <= max(lines) <= NOW
    assert {(NOW - at) % timedelta(minutes=5) for at in values} == {timedelta()}
    assert NOW - WINDOW <= min(starts) <= max(starts) <= NOW - timedelta(minutes=5)


def test_a_run_stays_within_its_function(account: Snapshot) -> None:
    """No handler outlives its time-out or its memory, and one environment does one thing at a time."""
    for arn, runs in account.invocations.items():
        function = account.resources[arn]
        ends: dict[str, object] = {}

        assert isinstance(function, Function)
        for one in runs:
            assert (one.duration or 0) <= 1000 * function.timeout
            assert one.memory_size == function.memory_size >= (one.max_memory_used or 0)
            assert one.log_stream not in ends or one.lines[0].at >= ends[one.log_stream]  # type: ignore[operator]
            ends[one.log_stream] = one.lines[-1].at


def test_metrics_count_what_the_logs_show(account: Snapshot) -> None:
    for arn, runs in account.invocations.items():
        series = {(one.metric_name, one.stat): one for one in account.metrics[arn]}

        assert sum(series["Invocations", "Sum"].values) == len(runs), arn
        assert sum(series["Errors", "Sum"].values) == sum(one.status != "success" for one in runs), arn
        assert max(series["Duration", "Maximum"].values) == pytest.approx(
            max(one.duration or 0 for one in runs), abs=0.01
        )
        assert series["Invocations", "Sum"].timestamps == series["Duration", "p95"].timestamps
        assert {one.dimensions["FunctionName"] for one in series.values()} == {arns.name(arn)}


BROKEN = {
    "invoice-render": {"timeout": 7, "success": 8},
    "checkout-quote": {"timeout": 6, "success": 10},
    "crm-sync": {"timeout": 6, "success": 7},
    "statement-export": {"error Runtime.OutOfMemory": 7, "success": 6},
    "price-index": {"success": 15},
    "order-archive": {"error ClientError": 9},
    "refund-notify": {"error ClientError": 7},
    "address-verify": {"error Runtime.ImportModuleError": 7},
    "label-print": {"error Runtime.HandlerNotFound": 6},
    "parcel-track": {"success": 10},
    "usage-rollup": {},
    "stock-reserve": {"success": 24},
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_function_shows_its_fault(account: Snapshot, name: str) -> None:
    shown = Counter(f"{one.status} {one.error_type}".strip() for one in account.invocations.get(function_arn(name), ()))

    assert shown == BROKEN[name]


def test_a_healthy_look_alike_shows_none(account: Snapshot) -> None:
    """It succeeds, is never throttled, starts within a second, and stays below 80 % of its time and memory."""
    healthy = {arn: runs for arn, runs in account.invocations.items() if arns.name(arn) not in BROKEN}

    assert len(healthy) == 12
    for arn, runs in healthy.items():
        function = account.resources[arn]
        throttles = [one for one in account.metrics[arn] if one.metric_name == "Throttles"]

        assert isinstance(function, Function)
        assert {one.status for one in runs} == {"success"}, arn
        assert max(one.duration or 0 for one in runs) < 800 * function.timeout, arn
        assert max(one.max_memory_used or 0 for one in runs) < 0.8 * function.memory_size, arn
        assert max(one.init_duration or 0 for one in runs) < 1000, arn
        assert not any(value for one in throttles for value in one.values), arn
