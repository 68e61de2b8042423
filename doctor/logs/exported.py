"""Logs as tools export them: the JSON of the AWS CLI, the files of Logs Insights, a tail in base64."""

import base64
import binascii
import csv
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from doctor.model.record import Record

_BASE64 = re.compile(r"\s*[A-Za-z0-9+/\s]{64,}={0,2}\s*")
_EPOCH = re.compile(r"\d{12,14}")
_GROUP = re.compile(r"/aws/lambda/(?P<name>[\w-]+)")
_TITLES = ("@message", "message")


class Row(Record):
    """One event as far as it is told."""

    message: str
    at: datetime | None = None
    stream: str = ""
    function: str = ""
    marked: bool = False
    """Whether something was put before it: what follows without that belongs to it."""


def rows(text: str) -> list[Row]:
    """The events of an export; empty: this is no export that is known here."""
    if text.lstrip()[:1] in ("{", "["):
        return list(_of_json(text))
    first = text[:1000].split("\n", 1)[0].strip().replace('"', "")
    if "," in first and set(first.split(",")) & set(_TITLES):
        return list(_of_csv(text))
    return _of_base64(text) if _BASE64.fullmatch(text) else []


def _of_json(text: str) -> Iterator[Row]:
    """``filter-log-events``, ``get-query-results``, Insights' own export, a subscription's batch, ``invoke --log-type Tail``."""
    try:
        told = msgspec.json.decode(text)
    except (ValueError, RecursionError):  # lines that are JSON each are no document
        return
    group = told.get("logGroup", "") if isinstance(told, dict) else ""
    stream = told.get("logStream", "") if isinstance(told, dict) else ""
    if isinstance(told, dict) and isinstance(told.get("LogResult"), str):
        yield from _of_base64(told["LogResult"])
    for one in _events(told):
        row = _event(one)
        if row is not None:
            yield msgspec.structs.replace(
                row, stream=row.stream or _text(stream), function=row.function or _name(_text(group))
            )


def _events(told: Any) -> list[Any]:
    if isinstance(told, list):
        return told
    for name in ("events", "logEvents", "results"):
        if isinstance(told, dict) and isinstance(told.get(name), list):
            found: list[Any] = told[name]
            return found
    return []


def _event(one: Any) -> Row | None:
    """One event, under the names of the log's API or of a query."""
    if isinstance(one, list):  # a query's row: fields with values
        pairs = [(field.get("field"), field.get("value")) for field in one if isinstance(field, dict)]
        one = {name: value for name, value in pairs if isinstance(name, str)}
    if not isinstance(one, dict):
        return None
    message = one.get("@message", one.get("message"))
    if isinstance(message, dict):  # Insights exports a record in JSON as such
        message = msgspec.json.encode(message).decode()
    if not isinstance(message, str):
        return None
    at = _moment(one.get("@timestamp", one.get("timestamp")))
    stream = one.get("@logStream", one.get("logStreamName"))
    return Row(message=message.rstrip("\n"), at=at, stream=_text(stream), function=_name(_text(one.get("@log"))))


def _of_csv(text: str) -> Iterator[Row]:
    try:
        for one in csv.DictReader(text.splitlines(keepends=True)):
            row = _event(one)
            if row is not None:
                yield row
    except csv.Error:  # a field beyond its limit, a NUL: what was read until then stands
        return


def _of_base64(text: str) -> list[Row]:
    """A tail as ``aws lambda invoke --log-type Tail`` brings it."""
    try:
        lines: Iterable[str] = base64.b64decode("".join(text.split()), validate=True).decode().split("\n")
    except (binascii.Error, ValueError):
        return []
    return [Row(message=line) for line in lines]


def _moment(value: object) -> datetime | None:
    """A time of the log's API (milliseconds) or of a query."""
    text = str(value)
    try:
        if _EPOCH.fullmatch(text):
            return datetime.fromtimestamp(int(text) / 1000, UTC)
        found = datetime.fromisoformat(text)
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _name(group: str) -> str:
    match = _GROUP.search(group)
    return match["name"] if match else ""
