"""What the tests of the local Lambda share: a small function, written and run."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from doctor.errors import SandboxError
from doctor.model.events import Event, Line
from doctor.model.function import EphemeralStorage, Function
from doctor.model.outcome import LocalRun
from doctor.sandbox.environment import Environment, Invocation
from doctor.sandbox.prepare import choose

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:demo"
OWN_PYTHON = f"python{sys.version_info[0]}.{sys.version_info[1]}"
Files = str | Mapping[str, str | bytes]


def write(folder: Path, files: Files, runtime: str) -> Path:
    """Write a package; one text alone is its only module."""
    only = "app.py" if runtime.startswith("python") else "app.mjs"
    for name, content in ({only: files} if isinstance(files, str) else files).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(0o755)
    return folder


class Ran:
    """A finished local run, with what was yielded on the way."""

    def __init__(self, result: LocalRun, events: list[Event]) -> None:
        self.result = result
        self.events = events
        self.outcome = result.outcome
        self.payload: Any = result.outcome.payload
        self.lines = [line.message for line in result.outcome.log]
        self.own = [line.message for line in result.outcome.log if not line.platform]
        self.told = [event.text for event in events if isinstance(event, Line)]
        """Everything written, what came after the REPORT line included."""
        self.report = next((line for line in self.lines if line.startswith("REPORT ")), "")


def finish(job: Any) -> tuple[Any, list[Event]]:
    """Take a job to its end."""
    events = []
    while True:
        try:
            events.append(next(job))
        except StopIteration as stop:
            return stop.value, events


def function(runtime: str = OWN_PYTHON, tmp: int = 512, **changes: Any) -> Function:
    facts = {"handler": "app.handler", "timeout": 5, "memory_size": 256, **changes}
    return Function(
        function_name="demo", function_arn=ARN, runtime=runtime, ephemeral_storage=EphemeralStorage(size=tmp), **facts
    )


class Warm:
    """An environment that is invoked again and again."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment

    def invoke(self, event: Any = None) -> Invocation:
        return finish(self.environment.invoke(msgspec.json.encode(event)))[0]

    def answer(self, event: Any = None) -> Any:
        return msgspec.json.decode(self.invoke(event).ending.payload)


def has(runtime: str) -> bool:
    """Whether this very runtime is on this machine."""
    try:
        return choose(function(runtime)).runtime == runtime
    except SandboxError:
        return False
