"""What happened in an environment: the one list of events, its rendering as log lines, and what a watcher sees of both."""

import time
from collections import deque
from collections.abc import Iterator
from datetime import datetime

from doctor.model.events import Event, Gauge, Line, Phase
from doctor.model.function import LoggingConfig
from doctor.model.telemetry import LogLine
from doctor.sandbox import records, texts
from doctor.sandbox.records import Telemetry

_MB = 1024 * 1024


class Journal:
    """Keeps everything, and hands on what has not been seen yet.

    Args:
        logging: The function's log format and level.
        style: How text logs say a fault.
        memory_size: The function's, in MB.
    """

    def __init__(self, logging: LoggingConfig, style: texts.Style, memory_size: int) -> None:
        self.events: list[Telemetry] = []
        """In AWS's telemetry objects."""
        self.log: list[LogLine] = []
        self._logging = logging
        self._style = style
        self._memory_size = memory_size
        self._unseen: deque[Event] = deque()
        self._started = self._limit = 0.0
        self.doing = ""
        """Where the handler was when it was last seen at work, in words; empty: its runtime does not tell."""

    def time(self, started: float, limit: float) -> None:
        """Count from this monotonic time, in seconds, towards a limit of so many seconds."""
        self._started, self._limit, self.doing = started, limit, ""

    def record(self, *events: Telemetry) -> None:
        """Add to the one list, and to the log what it means there."""
        self.events += events
        for event in events:
            platform = event.type.startswith("platform.")
            for text in self._rendered(event):
                self.log.append(LogLine(at=event.time, message=text, platform=platform))
                self._unseen.append(Line(text=text, role="platform" if platform else "log", at=event.time))

    def write(self, source: str, at: datetime, text: str) -> None:
        """Add what the function, or an extension, wrote."""
        self.record(records.event(source, text, at))

    def phase(self, name: str, state: str, duration: float | None = None) -> None:
        """A phase began, or ended after so many milliseconds."""
        self._unseen.append(Phase(name=name, state=state, duration=duration))

    def gauge(self, held: int) -> None:
        """The processes hold so many bytes now."""
        self._unseen.append(
            Gauge(
                memory=held // _MB,
                memory_limit=self._memory_size,
                elapsed=(time.monotonic() - self._started) * 1000,
                time_limit=self._limit * 1000,
            )
        )

    def pending(self) -> Iterator[Event]:
        """What has not been seen yet."""
        while self._unseen:
            yield self._unseen.popleft()

    def _rendered(self, event: Telemetry) -> Iterator[str]:
        if self._logging.log_format == "JSON":
            return texts.json_lines(event, self._logging.system_log_level or "INFO")
        return texts.lines(event, self._style)
