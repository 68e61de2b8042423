"""What a handler writes: lines on stdout and stderr, framed records on Lambda's log channel, and where its runtime sees it.

The frame is the contract between AWS's runtime clients and the platform (``_LAMBDA_TELEMETRY_LOG_FD``): type, length,
time in microseconds, text; one frame is one log event, however many lines it has.
"""

import re
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import PurePosixPath

_HEAD = struct.Struct(">IIQ")
_MAGIC, _MAGIC_MASK = 0xA55A0000, 0xFFFF0000
_LINE_LIMIT = 256 * 1024
"""CloudWatch Logs cuts an event there."""


class Lines:
    """Cuts a byte stream into lines."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[tuple[datetime, str]]:
        """The lines that ``data`` completes, with the time they were read."""
        *whole, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > _LINE_LIMIT:
            whole.append(self._rest)
            self._rest = b""
        now = datetime.now(UTC)
        yield from ((now, line.decode("utf-8", "replace")) for line in whole)

    def end(self) -> Iterator[tuple[datetime, str]]:
        """The last line, if it has no end."""
        if self._rest:
            yield from self.feed(b"\n")


class Frames:
    """Cuts a byte stream into framed records; bytes that are no frame are dropped up to the next one."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[tuple[datetime, str]]:
        """The records that ``data`` completes, with the time their writer gave them."""
        self._rest += data
        while len(self._rest) >= _HEAD.size:
            kind, size, micros = _HEAD.unpack_from(self._rest)
            if kind & _MAGIC_MASK != _MAGIC:
                self._rest = self._rest[1:]
                continue
            end = _HEAD.size + size
            if len(self._rest) < end:
                return
            text = self._rest[_HEAD.size : end].decode("utf-8", "replace").rstrip("\r\n")
            self._rest = self._rest[end:]
            yield datetime.fromtimestamp(micros / 1e6, UTC), text

    def end(self) -> Iterator[tuple[datetime, str]]:
        """A record that was cut off is lost, as on Lambda."""
        self._rest = b""
        yield from ()


_FRAME = re.compile(r'  File "(?P<file>.+)", line (?P<line>\d+) in (?P<name>.+)')
_TASK = "/var/task/"
_DEEPEST = "  ..."


class Stacks:
    """Cuts what Python's ``faulthandler`` tells into one line for each look: what runs, and who of the handler's called it.

    Args:
        handler: The function's ``Handler``: frames of other code in the package are its dependencies'.
    """

    def __init__(self, handler: str) -> None:
        self._own = re.split(r"[./]", handler.lstrip("./"), maxsplit=1)[0]
        self._lines = Lines()
        self._stack: list[re.Match[str]] = []

    def feed(self, data: bytes) -> Iterator[tuple[datetime, str]]:
        """The looks that ``data`` completes."""
        for at, text in self._lines.feed(data):
            frame = _FRAME.fullmatch(text)
            if frame is not None:
                self._stack.append(frame)
            elif not text.startswith(_DEEPEST):
                self._stack.clear()  # another thread's: the main one comes last
            if self._stack and (frame is None or frame["name"] == "<module>"):
                yield at, self._told()

    def _told(self) -> str:
        """The stack in a line: ``in create_connection, from get_secret app.py:31``."""
        first = self._stack[0]
        for frame in self._stack:
            _, task, path = frame["file"].rpartition(_TASK)
            if task and PurePosixPath(path).parts[0].removesuffix(".py") == self._own:
                here = f"{frame['name']} {path}:{frame['line']}"
                return f"in {here}" if frame is first else f"in {first['name']}, from {here}"
        return f"in {first['name']} {PurePosixPath(first['file']).name}:{first['line']}"

    def end(self) -> Iterator[tuple[datetime, str]]:
        """A look that was cut off is lost."""
        yield from ()
