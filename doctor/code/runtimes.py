"""What Lambda's managed runtimes bring along, as far as code depends on it."""

import re
from dataclasses import dataclass
from typing import Literal

from doctor.code.words import words

Language = Literal["", "python", "nodejs", "ruby", "provided"]

_NAME = re.compile(r"(python|nodejs|ruby|provided)(\d*)\.?(\d*)")

PYTHON_BUNDLED = words(
    """
    awslambdaric boto3 botocore bootstrap dateutil jmespath pip runtime_client s3transfer simplejson six
    snapshot_restore_py urllib3
    """
)
"""Importable without being packaged: the SDK with what it needs, the runtime's own client, and pip.

The AWS SDK is promised in https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html; its dependencies are there because
it cannot run without them.
"""
_WITH_SETUPTOOLS = frozenset(("setuptools", "pkg_resources"))
"""Installed beside pip until Python 3.11 (``ensurepip``, "What's New In Python 3.12")."""
_LAST_WITH_SETUPTOOLS = 11
_FIRST_WITH_SDK_V3 = 18
"""See https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html."""


@dataclass(frozen=True)
class Runtime:
    """A runtime identifier taken apart: ``python3.12`` is python, 3, 12; ``nodejs22.x`` is nodejs, 22, 0."""

    language: Language
    major: int = 0
    minor: int = 0


def parse(runtime: str | None) -> Runtime:
    """Take a runtime identifier apart; container images and languages that doctor reads no source of have no language."""
    found = _NAME.match(runtime or "")
    if not found:
        return Runtime("")
    language: Language = found[1]  # type: ignore[assignment]  # the pattern's alternatives
    return Runtime(language, int(found[2] or 0), int(found[3] or 0))


def bundled(runtime: Runtime, name: str) -> bool:
    """Tell whether a managed runtime lets code import ``name`` without packaging it, beyond the standard library."""
    match runtime.language:
        case "python":
            old = runtime.minor <= _LAST_WITH_SETUPTOOLS
            return name in PYTHON_BUNDLED or (old and name in _WITH_SETUPTOOLS)
        case "nodejs" if runtime.major >= _FIRST_WITH_SDK_V3:
            return name.startswith(("@aws-sdk/", "@smithy/"))
        case "nodejs":
            return name == "aws-sdk"
        case _:
            return False
