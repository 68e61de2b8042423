"""A directory as a deployment package, the same bytes wherever and whenever it is zipped.

The same bytes matter because Lambda identifies code by the SHA-256 of its package: a handler that is zipped again, on
another machine, must keep the ``CodeSha256`` that a snapshot recorded. So files are stored, not deflated (compressors
differ between zlib builds), in the order of their names, dated 1980-01-01, with the mode Lambda needs.
"""

import base64
import hashlib
import io
import stat
import zipfile
from pathlib import Path

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can hold."""
_UNIX = 3


def zip_directory(directory: Path) -> bytes:
    """Zip the files below ``directory``, their names relative to it; byte code caches are left out.

    Raises:
        NotADirectoryError: There is no such directory.
    """
    if not directory.is_dir():
        raise NotADirectoryError(f"no directory {directory}: nothing to zip")
    files = {path.relative_to(directory): path for path in directory.rglob("*") if path.is_file()}
    names = {inside.as_posix(): path for inside, path in files.items() if "__pycache__" not in inside.parts}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, path in sorted(names.items()):
            archive.writestr(_entry(name, executable=bool(path.stat().st_mode & stat.S_IXUSR)), path.read_bytes())
    return buffer.getvalue()


def sha256(package: bytes) -> str:
    """A package's ``CodeSha256``: the digest of its bytes in base64."""
    return base64.b64encode(hashlib.sha256(package).digest()).decode()


def _entry(name: str, *, executable: bool) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.create_system = _UNIX
    entry.external_attr = (stat.S_IFREG | (0o755 if executable else 0o644)) << 16
    return entry
