"""Where a runtime's interpreter is on this machine, and where AWS's own client and SDK for it are."""

import functools
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from doctor.errors import SandboxError
from doctor.model.record import Record

_SDK = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3")
_CLIENT = ("awslambdaric", "simplejson", "snapshot_restore_py")
_BUILT = sys.platform == "linux"
"""Whether AWS has a build of its client for this system."""
_ASK_PYTHON = "import json, sys; print(json.dumps([sys.base_prefix, *sys.version_info[:2]]))"
_ASK_NODE = "JSON.stringify([require('path').resolve(process.execPath, '../..'), ...process.versions.node.split('.').map(Number).slice(0, 2)])"
_PROBE_TIMEOUT = 20
_OLDEST_MINOR = 9
"""Of Python 3, that AWS's runtime client supports."""


class Interpreter(Record):
    """An interpreter; its ``prefix`` is mounted at ``/var/lang``. A package with a ``bootstrap`` of its own needs none."""

    language: str
    """``python``, ``nodejs`` or ``provided``."""
    version: str
    """``3.12``, ``20`` or ``.al2023``, as in a runtime's name."""
    prefix: str = ""
    executable: str = ""
    """Below the prefix: ``bin/python3.12``."""

    @property
    def runtime(self) -> str:
        """The runtime that it is: ``python3.12``."""
        return f"{self.language}{self.version}" + (".x" if self.language == "nodejs" else "")


def interpreter(runtime: str) -> Interpreter:
    """Find the interpreter of a runtime, or the nearest other version of its language.

    Raises:
        SandboxError: There is none, or doctor does not know the runtime.
    """
    if match := re.fullmatch(r"python3\.(\d+)", runtime):
        found = _nearest_python(int(match[1]))
        advice = f"install Python 3.{match[1]} (pyenv, uv or your system's packages)"
    elif match := re.fullmatch(r"nodejs(\d+)\.x", runtime):
        found = _node()
        advice = f"install Node.js {match[1]} and put it on the PATH"
    elif match := re.fullmatch(r"provided(\.al2|\.al2023)?", runtime):
        return Interpreter(language="provided", version=match[1] or "")
    else:
        raise SandboxError(
            f"doctor cannot run {runtime or 'a function without a runtime'} locally: only Python, Node.js and provided runtimes"
        )
    if found is None:
        raise SandboxError(f"no interpreter for {runtime} was found on this machine: {advice}")
    return found


def _nearest_python(minor: int) -> Interpreter | None:
    """Python 3.``minor``, or the nearest from 3.9 on; of the same version doctor's own comes first."""
    own = Path(sys.base_prefix, "bin", f"python3.{sys.version_info[1]}")
    if sys.version_info[1] == minor and os.access(own, os.X_OK):  # it runs: this is it
        return Interpreter(
            language="python", version=f"3.{minor}", prefix=sys.base_prefix, executable=f"bin/{own.name}"
        )
    paths = [own, *_python_paths()]
    minors = [(int(path.name.rpartition(".")[2]), path) for path in paths]
    usable = [(found, path) for found, path in minors if found >= _OLDEST_MINOR]
    for found, path in sorted(usable, key=lambda one: abs(one[0] - minor)):
        if answer := _ask(path, _ASK_PYTHON, "-I", "-S", "-c"):
            prefix, _, _ = answer
            return Interpreter(
                language="python", version=f"3.{found}", prefix=prefix, executable=f"bin/python3.{found}"
            )
    return None


def _python_paths() -> Iterator[Path]:
    """Executables called ``python3.N``: pyenv's, uv's and the PATH's, but for pyenv's shims, which only work around it."""
    homes = (
        Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions"),
        Path(os.environ.get("UV_PYTHON_INSTALL_DIR", Path.home() / ".local/share/uv/python")),
    )
    folders = [version / "bin" for home in homes if _readable(home) for version in sorted(home.iterdir(), reverse=True)]
    folders += [Path(entry) for entry in os.get_exec_path() if not entry.endswith("shims")]
    for folder in folders:
        if _readable(folder):
            yield from sorted(path for path in folder.iterdir() if re.fullmatch(r"python3\.\d+", path.name))


def _readable(folder: Path) -> bool:
    """Whether it is there for this user: a path that another user's shell left behind may not be."""
    return os.access(folder, os.R_OK | os.X_OK) and folder.is_dir()


def _node() -> Interpreter | None:
    """The Node.js of the PATH."""
    path = shutil.which("node")
    answer = _ask(Path(path), _ASK_NODE, "-p") if path else None
    if answer is None:
        return None
    prefix, major, _ = answer
    return Interpreter(language="nodejs", version=str(major), prefix=prefix, executable="bin/node")


@functools.cache
def _ask(path: Path, program: str, *options: str) -> tuple[str, int, int] | None:
    """Run the interpreter once for its prefix and version; ``None``: it does not run."""
    try:
        done = subprocess.run([path, *options, program], capture_output=True, timeout=_PROBE_TIMEOUT, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    prefix, major, minor = json.loads(done.stdout)
    return str(prefix), int(major), int(minor)


class PythonClient(Record):
    """AWS's client and SDK for Python as they are installed beside doctor: names and paths."""

    mounts: tuple[tuple[str, str], ...]
    sdk: str = ""
    """``boto3 1.40.1``; empty: not installed."""
    own: bool = False
    """Whether doctor's own client stands in for AWS's, which has no build for this system."""


def python_client(version: str, sources: Path) -> PythonClient:
    """Say what is shown at ``/var/runtime`` for a Python of ``version``: what AWS's own runtime has there, and nothing else.

    Doctor's other packages stay hidden: a handler that lacks a dependency must fail here as it fails on AWS.

    Raises:
        SandboxError: AWS's runtime client is not installed, and could be.
    """
    found = {name: path for name in (*_CLIENT, *_SDK) if (path := _location(name))}
    own = any(name not in found for name in _CLIENT)
    if own and _BUILT:
        raise SandboxError("AWS's runtime client for Python is not installed: pip install 'lambda-doctor[local]'")
    mounts = [(str(path), f"/var/runtime/{path.name}") for path in found.values()]
    mounts.append((str(sources / "bootstrap.py"), "/var/runtime/bootstrap.py"))
    mounts.append((str(sources / "startup.py"), "/var/runtime/_doctor_startup.py"))  # a handler may have a startup
    mounts.append((str(sources / "_doctor_hooks.py"), "/var/runtime/_doctor_hooks.py"))
    if own:
        mounts.append((str(sources / "_doctor_client.py"), "/var/runtime/_doctor_client.py"))
    native = (
        _location("runtime_client") if not own and version == f"{sys.version_info[0]}.{sys.version_info[1]}" else None
    )
    transport = native or sources / "runtime_client.py"
    mounts.append((str(transport), f"/var/runtime/{transport.name}"))
    return PythonClient(mounts=tuple(mounts), sdk=_sdk_version() if "boto3" in found else "", own=own)


_known: dict[str, Path] = {}
"""Where modules lie that were looked for: each look takes a tenth of a millisecond of every start."""


def _location(name: str) -> Path | None:
    """Where a top-level module lies, without importing it; one that is not there is looked for again."""
    if name not in _known:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            return None
        origin = Path(spec.origin)
        _known[name] = origin.parent if origin.name == "__init__.py" else origin
    return _known[name]


@functools.cache
def _sdk_version() -> str:
    from importlib.metadata import version

    return f"boto3 {version('boto3')}"
