"""From a function's configuration and its files to what an environment is made from."""

import secrets
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from doctor.errors import SandboxError
from doctor.model.function import Function
from doctor.sandbox.cell import Walls
from doctor.sandbox.environment import Setup
from doctor.sandbox.imports import WATCH
from doctor.sandbox.interpreters import Interpreter, PythonClient, interpreter, python_client
from doctor.sandbox.launcher.filesystem import TRUSTED
from doctor.sandbox.life import Program
from doctor.sandbox.limits import Limits
from doctor.sandbox.variables import initialization, trusting, variables

_MB = 1024 * 1024
_FULL_PROCESSOR = 1769
"""MB at which a function has one whole processor."""
HAS_PROC = sys.platform == "linux"
"""Whether the kernel tells what processes hold and use at little cost; elsewhere ps is asked, and the processor is not held."""
_PS_INTERVAL = 0.1
_WRAPPER = "AWS_LAMBDA_EXEC_WRAPPER"
_RUNTIMES = Path(__file__).with_name("runtimes")


def choose(function: Function) -> Interpreter:
    """Find what runs a function.

    Raises:
        SandboxError: Nothing here does.
    """
    if function.package_type != "Zip":
        raise SandboxError(f"{function.function_name} is a container image: doctor runs zip packages only")
    return interpreter(function.runtime or "")


def prepare(
    function: Function,
    code: Path,
    found: Interpreter,
    *,
    own: Mapping[str, str],
    layers: Sequence[Path],
    limits: Limits,
    trusted: str = "",
    scratch: Path | None = None,
    asked: Mapping[str, str] = MappingProxyType({}),
) -> Setup:
    """Say what the environment of a function is made from.

    Args:
        function: Its configuration.
        code: Its unpacked package.
        found: What runs it.
        own: Its own variables, in clear.
        layers: Its layers, unpacked, in its order.
        limits: Lambda's own limits.
        trusted: The certificate, as PEM, of the gate that its network is to lead to; empty: it has no network.
        scratch: A directory of doctor's own that is to end with the sandbox.
        asked: Variables by which the runtime is asked to measure something.

    Raises:
        SandboxError: The code is not there, or AWS's client for its language is not installed.
    """
    walls = _walls(function, code, found, layers=layers, limits=limits, trusted=trusted, scratch=scratch)
    log_stream = f"{datetime.now(UTC):%Y/%m/%d}/[{function.version}]{secrets.token_hex(16)}"
    found_there = variables(function, own, found, log_stream, f"{walls.api[0]}:{walls.api[1]}")
    return Setup(
        function_name=function.function_name,
        function_arn=function.function_arn,
        version=function.version,
        runtime_version=f"{found.language}:{found.version.removeprefix('.')}.local",
        timeout=limits.timeout or float(function.timeout),
        memory_size=function.memory_size,
        logging=function.logging_config,
        walls=walls,
        program=Program(
            argv=_command(function, found, (code, *layers), own, watched=WATCH in asked),
            language=found.language,
            environment=found_there | (trusting(TRUSTED) if trusted else {}) | dict(asked),
            initialization=initialization(function),
            extensions=_extensions(layers),
            facts=_facts(function),
        ),
    )


def _walls(
    function: Function,
    code: Path,
    found: Interpreter,
    *,
    layers: Sequence[Path],
    limits: Limits,
    trusted: str,
    scratch: Path | None,
) -> Walls:
    """What its sandbox is built from. Raises ``SandboxError`` when the code is not there."""
    for folder in (code, *layers):
        if not folder.is_dir():
            raise SandboxError(
                f"the code of {function.function_name} is not at {folder}: give the unpacked package's directory"
            )
    return Walls(
        tier=limits.tier or "namespaces",
        mounts=((str(code.resolve()), "/var/task"), *_runtime(found)),
        opt=tuple(str(layer.resolve()) for layer in layers),
        tmp_size=function.ephemeral_storage.size * _MB,
        memory_limit=function.memory_size * _MB if limits.memory != "none" else 0,
        group=limits.memory == "cgroup",
        interval=limits.memory_interval if HAS_PROC else max(limits.memory_interval, _PS_INTERVAL),
        cpu_share=min(function.memory_size / _FULL_PROCESSOR, 1.0) if limits.cpu == "share" and HAS_PROC else 1.0,
        grace=limits.grace,
        gate=bool(trusted),
        trusted=trusted,
        scratch=str(scratch.resolve()) if scratch else "",
    )


def _extensions(layers: Sequence[Path]) -> tuple[str, ...]:
    """Names of the executables that layers bring, in the order in which they start."""
    folders = [layer / "extensions" for layer in layers if (layer / "extensions").is_dir()]
    return tuple(sorted({path.name for folder in folders for path in folder.iterdir() if path.is_file()}))


def _facts(function: Function) -> dict[str, str]:
    """What an extension is told about its function."""
    return {
        "functionName": function.function_name,
        "functionVersion": function.version,
        "handler": function.handler,
        "accountId": function.function_arn.split(":")[4],
    }


def client(found: Interpreter) -> PythonClient:
    """AWS's client and SDK for this Python.

    Raises:
        SandboxError: It is not installed.
    """
    return python_client(found.version, _RUNTIMES / "python")


def _runtime(found: Interpreter) -> tuple[tuple[str, str], ...]:
    """What is shown at ``/var/lang`` and ``/var/runtime``."""
    if found.language == "provided":
        return ()
    if found.language == "python":
        return ((found.prefix, "/var/lang"), *client(found).mounts)
    return ((found.prefix, "/var/lang"), (str(_RUNTIMES / "node"), "/var/runtime"))


def _command(
    function: Function, found: Interpreter, folders: Sequence[Path], own: Mapping[str, str], *, watched: bool
) -> tuple[str, ...]:
    """What is started: a managed runtime, by the function's wrapper script where it has one, or its own ``bootstrap``."""
    program = f"/var/lang/{found.executable}"
    if found.language == "provided":
        return (_bootstrap(folders),)
    command: tuple[str, ...] = (program, "-s", "-S", "/var/runtime/bootstrap.py")
    if found.language == "nodejs":
        # Lambda leaves a tenth of the memory to what is not JavaScript's heap.
        watch = ("--require", "/var/runtime/startup.cjs") if watched else ()
        heap = f"--max-old-space-size={function.memory_size * 9 // 10}"
        command = (program, heap, *watch, "/var/runtime/index.mjs")
    if own.get(_WRAPPER):
        return ("/bin/sh", "-c", f'exec "${_WRAPPER}" "$@"', "/var/runtime/bootstrap", *command)
    return command


def _bootstrap(folders: Sequence[Path]) -> str:
    """Where the handler sees its ``bootstrap``: in the package, or else in a layer."""
    code, *layers = folders
    in_layer = any((layer / "bootstrap").is_file() for layer in layers)
    return "/opt/bootstrap" if in_layer and not (code / "bootstrap").is_file() else "/var/task/bootstrap"
