"""The tabs of a function: each is a page made of its details, or of what a worker answers when it is first looked at."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple, Protocol

from doctor import wire
from doctor.model.report import FunctionDetail
from doctor.report.lines import config, decision, logs, metrics, permissions, raw, states, trace
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.layout import divider, measure
from doctor.report.lines.spans import BLANK, Line
from doctor.tui.session import Session


class Function(Protocol):
    """What a tab may ask of the screen it is on."""

    function: str
    wrapped: bool
    only: str
    """Words that a log line must hold to be shown."""
    tried: dict[str, dict[str, str]]
    """By tab, what the user asked for beside what is known."""

    @property
    def session(self) -> Session:
        """What is known."""
        ...

    @property
    def since(self) -> datetime | None:
        """From when on logs and metrics are shown; ``None``: all."""
        ...

    def why(self, detail: FunctionDetail, width: int, glyphs: Glyphs) -> list[Line]:
        """The Why page about the finding under the cursor."""
        ...


Page = Callable[[Function, FunctionDetail, int, Glyphs], list[Line]]


class Tab(NamedTuple):
    """One view of a function."""

    title: str
    page: Page
    asks: str = ""
    """What ``x`` asks for on it; empty: nothing."""


def _net(on: Function, _: FunctionDetail, width: int, glyphs: Glyphs) -> list[Line]:
    """Every packet that the function is known to send, hop by hop."""
    lines = _tried(on, "Net", "trace", width, glyphs)
    found = on.session.known.get("network", function=on.function)
    if found is None:
        return lines + _waiting(on, "network", "Following its packets", width, glyphs)
    return lines + trace.page(on.function, found.found, width, glyphs, unread=found.unread)


def _perm(on: Function, _: FunctionDetail, width: int, glyphs: Glyphs) -> list[Line]:
    """Every request that the function's code is known to make, layer by layer."""
    lines = _tried(on, "Perm", "can", width, glyphs)
    found = on.session.known.get("permissions", function=on.function)
    if found is None:
        return lines + _waiting(on, "permissions", "Deciding what its code may do", width, glyphs)
    return lines + permissions.page(on.function, found, width, glyphs)


def _tried(on: Function, tab: str, verb: wire.Question, width: int, glyphs: Glyphs) -> list[Line]:
    """What ``x`` asked for, and its answer."""
    asked = on.tried.get(tab)
    if asked is None:
        return []
    title = divider(f"YOU ASKED: {' '.join(asked.values())}", measure(width), glyphs)
    found = on.session.known.get(verb, function=on.function, **asked)
    if found is None:
        return [title, *_waiting(on, verb, "Looking", width, glyphs, **asked), BLANK]
    if verb == "trace":
        return [title, *trace.page(on.function, (found,), width, glyphs), BLANK]
    return [title, *decision.page(found.decision, width, glyphs), BLANK]


def _waiting(on: Function, verb: wire.Question, doing: str, width: int, glyphs: Glyphs, **asked: str) -> list[Line]:
    """An answer is on its way, or why there is none."""
    error = on.session.known.failure(verb, function=on.function, **asked)
    if error:
        return states.failed(error, "R tries again.", width, glyphs)
    return states.busy(doing, width, glyphs)


def _logs(on: Function, detail: FunctionDetail, width: int, glyphs: Glyphs) -> list[Line]:
    """Its log lines, those that are asked for."""
    return logs.page(detail, width, glyphs, wrap=on.wrapped, only=on.only, since=on.since)


TABS: tuple[Tab, ...] = (
    Tab("Why", lambda on, detail, width, glyphs: on.why(detail, width, glyphs)),
    Tab("Net", _net, "HOST:PORT, URL or ARN"),
    Tab("Perm", _perm, "ACTION RESOURCE"),
    Tab("Logs", _logs),
    Tab("Metrics", lambda on, detail, width, glyphs: metrics.page(detail, width, glyphs, start=on.since)),
    Tab("Config", lambda _, detail, width, glyphs: config.page(detail, width, glyphs)),
    Tab("Raw", lambda _, detail, width, glyphs: raw.page(detail, width, glyphs)),
)


def try_of(title: str, text: str) -> dict[str, str]:
    """What was typed behind ``x`` as the arguments of a question; empty: it is not whole."""
    words = text.split()
    if title == "Net" and len(words) == 1:
        return {"destination": words[0]}
    if title == "Perm" and words and ":" in words[0]:
        return {"action": words[0], "resource": " ".join(words[1:]) or "*"}
    return {}
