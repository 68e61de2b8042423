"""What holds for every test: state in a folder of its own, dummy credentials, and nowhere to send anything."""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("here", deadline=None)  # a slow machine breaks no property
settings.load_profile("here")

CLOSED = "http://127.0.0.1:9"
"""The discard port of this machine: nothing listens there, and nothing leaves."""

_OTHERS = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE")


@pytest.fixture(autouse=True)
def closed_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test its own DOCTOR_HOME, and an AWS that cannot be reached."""
    home = tmp_path / "doctor-home"
    for name in _OTHERS:
        monkeypatch.delenv(name, raising=False)
    for name, value in {
        "DOCTOR_HOME": str(home),
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": CLOSED,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(tmp_path / "no-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "no-credentials"),
    }.items():
        monkeypatch.setenv(name, value)
    return home
