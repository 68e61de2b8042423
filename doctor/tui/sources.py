"""Where credentials are looked for, and what is there: told when none could be used. No secret is read, only names and times."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from configparser import ConfigParser, Error
from datetime import UTC, datetime
from pathlib import Path

from doctor.report.lines import words

Source = tuple[str, str]
"""Where, and what is there."""

_VARIABLES = ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL")
_CONTAINER = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI")
_TOLD = ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL")
"""Variables whose value is no secret."""
_FILES = (("AWS_CONFIG_FILE", "config"), ("AWS_SHARED_CREDENTIALS_FILE", "credentials"))


def looked(environment: Mapping[str, str], home: Path, now: datetime | None = None) -> tuple[Source, ...]:
    """The environment and AWS's two files, with the sign-in of each profile that has one, as of ``now``."""
    at = now or datetime.now(UTC)
    files = (_file(place, home, at) for place in _places(environment, home))
    return (*_environment(environment), *files, ("ECS, EC2 metadata", _metadata(environment)))


def _metadata(environment: Mapping[str, str]) -> str:
    """Whether AWS's library asked the machine that it runs on."""
    if any(environment.get(name) for name in _CONTAINER):
        return "asked: a container's credentials are named"
    off = environment.get("AWS_EC2_METADATA_DISABLED", "").lower() == "true"
    return "not asked: AWS_EC2_METADATA_DISABLED" if off else "asked last, where the machine is one of AWS's"


def _places(environment: Mapping[str, str], home: Path) -> list[Path]:
    return [Path(environment.get(variable) or home / ".aws" / name) for variable, name in _FILES]


def profiles(environment: Mapping[str, str], home: Path) -> dict[str, bool]:
    """The profiles of AWS's files, and whether each signs in by a browser."""
    found: dict[str, bool] = {}
    for place in _places(environment, home):
        try:
            parser = _parsed(place)
        except (OSError, UnicodeDecodeError, Error):  # ``looked`` says so
            continue
        for section in _sections(parser):
            name = _name(section)
            found[name] = found.get(name, False) or _signs_in(parser, section)
    return found


def to_sign_in(environment: Mapping[str, str], home: Path, profile: str) -> str:
    """The profile that a browser would sign in: the one in use, otherwise the only one there is; empty: none."""
    signing = [name for name, signs_in in profiles(environment, home).items() if signs_in]
    used = profile or environment.get("AWS_PROFILE") or "default"
    if used in signing:
        return used
    return signing[0] if len(signing) == 1 and not profile else ""


def _environment(environment: Mapping[str, str]) -> Iterator[Source]:
    for name in _VARIABLES:
        value = environment.get(name, "")
        if value or name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE"):
            yield name, (value if name in _TOLD else "set") if value else "not set"


def _parsed(path: Path) -> ConfigParser:
    parser = ConfigParser(interpolation=None, strict=False)
    parser.read_string(path.read_text(encoding="utf-8"))
    return parser


def _sections(parser: ConfigParser) -> list[str]:
    return [name for name in parser.sections() if not name.startswith(("sso-session", "services"))]


def _name(section: str) -> str:
    return section.removeprefix("profile ").strip()


def _signs_in(parser: ConfigParser, section: str) -> bool:
    return any(key.startswith("sso_") for key in parser[section])


def _file(path: Path, home: Path, now: datetime) -> Source:
    shown = str(path).replace(str(home), "~", 1)
    if not path.is_file():
        return shown, "not there"
    try:
        parser = _parsed(path)
    except (OSError, UnicodeDecodeError, Error) as error:
        return shown, f"cannot be read: {' '.join(str(error).split())}"
    told = [_profile(section, parser, home, now) for section in _sections(parser)]
    return shown, f"profiles: {', '.join(told)}" if told else "no profile in it"


def _profile(section: str, parser: ConfigParser, home: Path, now: datetime) -> str:
    """A profile's name, and how its sign-in stands where it has one."""
    if not _signs_in(parser, section):
        return _name(section)
    settings = parser[section]
    known = settings.get("sso_session") or settings.get("sso_start_url") or ""
    return f"{_name(section)} ({_signed_in(known, home, now)})"


def _signed_in(known: str, home: Path, now: datetime) -> str:
    """How long a sign-in still holds. AWS keeps it under the SHA-1 of the session's name, or of the start page's address."""
    name = hashlib.sha1(known.encode(), usedforsecurity=False).hexdigest()
    try:
        token = json.loads((home / ".aws" / "sso" / "cache" / f"{name}.json").read_text(encoding="utf-8"))
        ends = datetime.fromisoformat(str(token["expiresAt"]).replace("UTC", "Z"))
    except (OSError, ValueError, KeyError, TypeError):
        return "not signed in"
    ends = ends if ends.tzinfo else ends.replace(tzinfo=UTC)
    return f"sign-in expired {words.age(now - ends)} ago" if ends <= now else f"signed in for {words.age(ends - now)}"
