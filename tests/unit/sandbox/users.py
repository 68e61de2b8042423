"""Runs tests as a user that nobody has, where the one who runs them is root."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ORDINARY = 64_123
ROOT = Path(__file__).parents[3]


def python_of(user: int) -> str:
    """An interpreter that a user may run, of this one's version: its packages are compiled for that."""
    version = f"python3.{sys.version_info[1]}"
    for path in (sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}"):
        if Path(path).exists() and (user == os.getuid() or _starts(path, user)):
            return path
    pytest.skip(
        f"an ordinary user has no {version} on this machine, or may not read what lies in {ROOT} or its packages"
    )


def _starts(path: str, user: int) -> bool:
    """Whether a user may run an interpreter, and read doctor and what it needs: who keeps them in private does not let it."""
    needed = [path, "-c", "import pytest, doctor.cli.main, doctor.sandbox.run, cryptography"]
    try:
        done = subprocess.run(
            needed, env=environment(Path("/")), cwd="/", stderr=subprocess.DEVNULL, check=False, **become(user)
        )
    except PermissionError:
        return False
    return not done.returncode


def become(user: int) -> dict[str, Any]:
    """What ``subprocess`` is told to run something as a user."""
    return {} if user == os.getuid() else {"user": user, "group": user, "extra_groups": []}


def environment(home: Path, **more: str) -> dict[str, str]:
    """Of a user: nothing of this process's own but where its packages are."""
    packages = [one for one in sys.path if "site-packages" in one]
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join([str(ROOT), *packages]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(home),
        "AWS_EC2_METADATA_DISABLED": "true",
        **more,
    }
