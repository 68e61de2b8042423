"""Where doctor keeps its state, and how it writes there: whole files or nothing."""

import os
import stat
from contextlib import ExitStack
from pathlib import Path

from doctor.errors import UsageError

HOME = "DOCTOR_HOME"
"""Environment variable that names another place than the platform's own."""


def home() -> Path:
    """The folder of doctor's state, made with access for its owner only.

    Raises:
        UsageError: it cannot be made.
    """
    named = os.environ.get(HOME)
    if named:
        root = Path(named)
    else:
        from platformdirs import user_state_path  # 29 ms, and not needed by a check of a snapshot file

        root = user_state_path("lambda-doctor", appauthor=False)
    return folder(root)


def folder(path: Path) -> Path:
    """Make a folder (and those above it) with access for its owner only.

    Raises:
        UsageError: it cannot be made.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be made ({error.strerror}); set {HOME} to a folder that can be written"
        ) from error
    return path


def write(path: Path, content: bytes) -> None:
    """Write a file that is either there whole or not there, readable by its owner only.

    A link stays one, and what it leads to is written. A pipe or a device is no file to replace: it is written into.

    Raises:
        UsageError: the disk or the folder refuses, or a folder lies there.
    """
    folder(path.parent)
    try:
        if _may_be_replaced(path):
            _replace(Path(os.path.realpath(path)), content)
        else:
            path.write_bytes(content)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror})") from error


def _may_be_replaced(path: Path) -> bool:
    """Whether a regular file lies at a path, or at the end of its links, or nothing."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        return True


def _replace(path: Path, content: bytes) -> None:
    import tempfile

    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with ExitStack() as unless_whole:
        unless_whole.callback(Path(name).unlink, missing_ok=True)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
        unless_whole.pop_all()


def redaction_key() -> bytes:
    """The key of this machine's redaction digests, made on first use; it never leaves this folder."""
    path = home() / "redaction.key"
    if not path.exists():
        import secrets

        write(path, secrets.token_bytes(32))
    return path.read_bytes()
