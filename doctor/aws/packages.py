"""Deployment packages: found by GetFunction, fetched from where its answer says, read, and unpacked for a local run."""

import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import urllib3

from doctor.aws.session import LOOPBACK, Aws, AwsError
from doctor.errors import SandboxError
from doctor.model.call import Call

_TIMEOUT = urllib3.Timeout(connect=5, read=60)
_LARGEST = 300 * 1024 * 1024
"""Bytes: more than the largest package that Lambda accepts (250 MB unzipped)."""


@dataclass(frozen=True)
class Code:
    """What a local run needs of a function: its package, and its environment in clear. Never written to a report."""

    package: bytes
    environment: dict[str, str]
    layers: tuple[bytes, ...] = ()
    """Packages of its layers, in its order."""
    missing: tuple[str, ...] = ()
    """Layers that could not be fetched, and why."""


def fetch(aws: Aws, function_arn: str, told: Mapping[str, Any] | None = None) -> Code:
    """Fetch a version's package and environment from the account.

    Args:
        aws: The account.
        function_arn: Which version.
        told: What ``GetFunction`` answered a moment ago, if it was asked: where a package lies is true for ten minutes.

    Raises:
        AwsError: GetFunction or the download was refused or failed.
    """
    call = Call(service="lambda", operation="GetFunction", parameters={"FunctionName": function_arn})
    answer = told or aws.read(call)
    location = answer.get("Code", {}).get("Location", "")
    configuration = answer.get("Configuration", {})
    environment = configuration.get("Environment", {}).get("Variables", {})
    return Code(package=download(aws, call, location), environment=dict(environment))


def with_layers(aws: Aws, code: Code, layers: Iterable[str]) -> Code:
    """The same with the packages of its layers.

    Args:
        aws: The account.
        code: What was fetched of the function.
        layers: ARNs of layer versions.
    """
    found, missing = [], []
    for arn in layers:
        call = Call(service="lambda", operation="GetLayerVersionByArn", parameters={"Arn": arn})
        try:
            location = aws.read(call).get("Content", {}).get("Location", "")
            found.append(download(aws, call, location))
        except AwsError as error:
            missing.append(f"{arn} ({error})")
    return replace(code, layers=tuple(found), missing=tuple(missing))


def download(aws: Aws, call: Call, location: str) -> bytes:
    """Get a presigned URL, which itself is a secret: no error names it.

    Raises:
        AwsError: there is none, or the download was refused or failed.
    """
    host = urlsplit(location).hostname or ""
    if not host:
        raise AwsError(call, "", "no package to download: the function is a container image", "unsupported")
    if aws.loopback and host not in LOOPBACK:
        raise AwsError(
            call, "", f"the package lies on {host}, and an account on this machine must not lead elsewhere", "failed"
        )
    try:
        # A redirect is not followed: it could lead from this machine elsewhere, and no presigned URL needs one.
        answer = urllib3.PoolManager().request("GET", location, timeout=_TIMEOUT, retries=2, redirect=False)
    except urllib3.exceptions.HTTPError as error:
        raise AwsError(call, type(error).__name__, f"the package cannot be fetched from {host}", "failed") from error
    if answer.status != 200:  # noqa: PLR2004 -- HTTP: OK
        raise AwsError(call, f"HTTP {answer.status}", f"the package cannot be fetched from {host}", "failed")
    return answer.data


def unpack(package: bytes, place: Path) -> Path:
    """Unpack a package into a folder, with the file modes of the zip, and nothing outside the folder.

    Raises:
        SandboxError: it is not a zip file that can be read, names files outside its folder, or is larger than Lambda allows.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            if sum(one.file_size for one in archive.infolist()) > _LARGEST:
                raise SandboxError("the package is larger than Lambda allows (250 MB unzipped)")
            for one in archive.infolist():
                target = (place / one.filename).resolve()
                if not target.is_relative_to(place.resolve()):
                    raise SandboxError(f"the package names a file outside its own folder: {one.filename}")
                archive.extract(one, place)
                mode = one.external_attr >> 16 & 0o777
                if mode and not one.is_dir():
                    target.chmod(mode | 0o400)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        RuntimeError,
    ) as error:  # RuntimeError: encrypted, or an unknown compression
        raise SandboxError(f"the package cannot be unzipped: {error}") from error
    return place
