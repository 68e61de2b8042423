"""The files that a command will write: made sure of before anything is read that takes time."""

from pathlib import Path

from doctor.errors import UsageError


def ready(*paths: Path) -> None:
    """Make the folders that files will lie in, and see that these can be written; what is there stays as it is.

    Raises:
        UsageError: one cannot, is a folder, or is the ``-`` that elsewhere stands for stdout.
    """
    for path in paths:
        if str(path) == "-":
            raise UsageError("-: this is not written to stdout; name a file")
        try:
            if path.is_dir():
                raise UsageError(f"{path} is a folder; name a file")
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_file():
                path.open("ab").close()
            elif not path.exists():  # neither a pipe nor a device, which are opened when there is something to say
                path.open("xb").close()
                path.unlink()
        except OSError as error:
            raise UsageError(f"{path}: cannot be written ({error.strerror})") from error
