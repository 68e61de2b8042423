"""Where credentials are looked for, and what is there: told when none could be used. Values are never read, only names."""

from collections.abc import Iterator, Mapping
from configparser import ConfigParser, Error
from pathlib import Path

Source = tuple[str, str]
"""Where, and what is there."""

_VARIABLES = ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL")
_TOLD = ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL")
"""Variables whose value is no secret."""


def looked(environment: Mapping[str, str], home: Path) -> tuple[Source, ...]:
    """The environment and AWS's two files."""
    files = (("AWS_CONFIG_FILE", "config"), ("AWS_SHARED_CREDENTIALS_FILE", "credentials"))
    places = [Path(environment.get(variable) or home / ".aws" / name) for variable, name in files]
    return (*_environment(environment), *(_file(place, home) for place in places))


def _environment(environment: Mapping[str, str]) -> Iterator[Source]:
    for name in _VARIABLES:
        value = environment.get(name, "")
        if value or name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE"):
            yield name, (value if name in _TOLD else "set") if value else "not set"


def _file(path: Path, home: Path) -> Source:
    shown = str(path).replace(str(home), "~", 1)
    if not path.is_file():
        return shown, "not there"
    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, Error) as error:
        return shown, f"cannot be read: {' '.join(str(error).split())}"
    profiles = [
        _profile(name, parser) for name in parser.sections() if not name.startswith(("sso-session", "services"))
    ]
    return shown, f"profiles: {', '.join(profiles)}" if profiles else "no profile in it"


def _profile(section: str, parser: ConfigParser) -> str:
    """A profile's name, and that it signs in by a browser where it does."""
    name = section.removeprefix("profile ").strip()
    signs_in = any(key.startswith("sso_") for key in parser[section])
    return f"{name} (aws sso login --profile {name})" if signs_in else name
