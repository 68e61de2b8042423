"""Bundles: one function's world in a zip file that another person runs. Never a secret, unless its maker said so."""

import base64
import hashlib
import io
import os
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from doctor.errors import UsageError
from doctor.model.record import Record, Time

SCHEMA = "1.0"
MANIFEST = "bundle.json"
_LARGEST = 600 * 1024 * 1024
"""Bytes unpacked: a package of Lambda's largest, and the rest."""


class Manifest(Record, omit_defaults=False):
    """What a bundle is, and what was left out of it."""

    schema: str = SCHEMA
    doctor: str
    """The version that made it."""
    function: str
    version: str
    code_sha256: str
    """Of the deployment package, as Lambda tells it."""
    code_included: bool
    event_redacted: bool
    event_source: str
    verdict: str
    """Of the run when it was made."""
    why: str
    made_at: Time
    left_out: tuple[str, ...] = ()
    """In words."""
    code_note: str = ""
    """What is not certain about code that was given beside."""


def pack(files: Mapping[str, bytes], path: Path) -> None:
    """Write a zip file for its owner to read; the same files give the same bytes.

    Raises:
        UsageError: the file is there already, or cannot be written.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o755 << 16
            archive.writestr(entry, files[name])
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(buffer.getvalue())
    except FileExistsError:
        raise UsageError(f"{path}: is there already; name another file, or leave FUNCTION out to run it") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error


def unpack(path: Path, place: Path) -> Manifest:
    """Unpack a bundle into a folder, which then is a snapshot with code and events; nothing outside it.

    Raises:
        UsageError: it is no bundle, or of another major version.
    """
    _extract(path, place)
    found = manifest(place)
    if found is None:
        raise UsageError(f"{path}: not a bundle: it has no {MANIFEST}")
    if found.schema.split(".")[0] != SCHEMA.split(".", maxsplit=1)[0]:
        raise UsageError(f"{path}: version {found.schema} of the bundle format; this doctor reads {SCHEMA}")
    return found


def _extract(path: Path, place: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(one.file_size for one in archive.infolist()) > _LARGEST:
                raise UsageError(f"{path}: unpacks to more than any function may have")
            for one in archive.infolist():
                target = (place / one.filename).resolve()
                if not target.is_relative_to(place.resolve()):
                    raise UsageError(f"{path}: names a file outside its own folder: {one.filename}")
                archive.extract(one, place)
                mode = one.external_attr >> 16 & 0o777
                if mode and not one.is_dir():
                    target.chmod(mode | 0o400)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:  # RuntimeError: encrypted
        raise UsageError(f"{path}: cannot be unzipped: {error}") from error


def manifest(folder: Path) -> Manifest | None:
    """The manifest of an unpacked bundle; ``None``: the folder is none.

    Raises:
        UsageError: it is broken.
    """
    file = folder / MANIFEST
    if not file.is_file():
        return None
    try:
        return msgspec.json.decode(file.read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as error:
        raise UsageError(f"{MANIFEST}: not a bundle's: {error}") from error


def put_code(code: Path, place: Path, told: Manifest) -> None:
    """Lay code that a bundle came without beside it: the package itself, or a folder.

    Raises:
        UsageError: it is not the package that failed, or cannot be read.
    """
    target = place / "code" / told.function
    if code.is_dir():
        import shutil

        shutil.copytree(code, target, symlinks=True)
        note = f"the code is what {code} holds: whether that is the package that failed was not compared"
        (place / MANIFEST).write_bytes(msgspec.json.encode(msgspec.structs.replace(told, code_note=note)))
        return
    try:
        digest = base64.b64encode(hashlib.sha256(code.read_bytes()).digest()).decode()
    except OSError as error:
        raise UsageError(f"{code}: cannot be read: {error.strerror}") from error
    if digest != told.code_sha256:
        raise UsageError(f"{code}: its CodeSha256 is {digest}, and the package that failed has {told.code_sha256}")
    _extract(code, target)
