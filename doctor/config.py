"""A team's settings: ``[tool.doctor]`` in pyproject.toml, or doctor.toml. The command line wins over them."""

from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from doctor.errors import ConfigError
from doctor.model.finding import Confidence, Severity

FILES = ("doctor.toml", "pyproject.toml")
"""Looked for in the working directory, in this order; the first that says something about doctor is used."""


class Suppression(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """One finding, or several, that a team decided to live with."""

    rule: str
    resource: str = "*"
    """ARN or name of the subject; ``*`` and ``?`` match."""
    reason: str
    """Why: it is printed in every report."""
    expires: date | None = None
    """From this day on it no longer holds, and says so."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """Everything that can be set; an absent one is decided by the command line's default."""

    fail_on: Severity | None = None
    min_confidence: Confidence | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    """Folders of rules of your own, relative to the file."""
    baseline: str = ""
    max_age: str = ""
    suppress: tuple[Suppression, ...] = ()
    keys: dict[str, str] = {}
    """Keys of the terminal UI by action: ``reproduce = "ctrl+r"``; several are parted by commas."""


def load(path: Path | None = None, folder: Path | None = None) -> Settings:
    """Read the settings of a file, or those found in ``folder`` (the working directory).

    Raises:
        ConfigError: a file is not TOML, or holds something that doctor does not know.
    """
    if path is not None:
        return _read(path, _table(path, _toml(path)) or {})
    for name in FILES:
        found = (folder or Path.cwd()) / name
        if found.is_file():
            table = _table(found, _toml(found))
            if table is not None:
                return _read(found, table)
    return Settings()


def _toml(path: Path) -> dict[str, Any]:
    import tomllib  # most often there is no such file

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error


def _table(path: Path, content: dict[str, Any]) -> dict[str, Any] | None:
    """The part of a file that is about doctor: all of doctor.toml, one table of pyproject.toml."""
    if path.name != "pyproject.toml":
        return content
    table: dict[str, Any] | None = content.get("tool", {}).get("doctor")
    return table


def _read(path: Path, table: dict[str, Any]) -> Settings:
    try:
        settings = msgspec.convert(table, Settings)
    except msgspec.ValidationError as error:
        known = ", ".join(field.encode_name for field in msgspec.structs.fields(Settings))
        raise ConfigError(f"{path}: {error}; doctor knows {known}") from error
    relative = {"rules": tuple(str(path.parent / folder) for folder in settings.rules)}
    if settings.baseline:
        relative["baseline"] = str(path.parent / settings.baseline)  # type: ignore[assignment]
    return msgspec.structs.replace(settings, **relative)
