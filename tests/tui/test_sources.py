"""Where credentials were looked for: names only, whatever the files hold."""

from pathlib import Path

import pytest

from doctor.tui.sources import looked
from tests.tui.stage import stage

CONFIG = """
[default]
region = eu-west-1
[profile prod]
sso_session = corp
aws_secret_access_key = never%shown
[sso-session corp]
sso_start_url = https://example.com
"""


def test_profiles_are_named_with_the_way_to_sign_in(tmp_path: Path) -> None:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text(CONFIG, encoding="utf-8")

    found = dict(looked({"AWS_ACCESS_KEY_ID": "AKIANEVER", "AWS_REGION": "eu-west-1"}, tmp_path))

    assert found == {
        "AWS_ACCESS_KEY_ID": "set",
        "AWS_PROFILE": "not set",
        "AWS_REGION": "eu-west-1",
        "~/.aws/config": "profiles: default, prod (aws sso login --profile prod)",
        "~/.aws/credentials": "not there",
    }


def test_a_file_that_is_none_is_said(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(b"\xff\xfe no section")

    assert dict(looked({"AWS_CONFIG_FILE": str(broken)}, tmp_path))["~/broken"].startswith("cannot be read: ")


@pytest.mark.asyncio
async def test_without_an_account_the_ways_on_are_shown_and_d_goes_one(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("DOCTOR_HOME", str(tmp_path / "home"))
    async with stage(tmp_path, answers={"load": [("error", "no credentials: set AWS_PROFILE")]}) as on:
        await on.see("no credentials: set AWS_PROFILE", "LOOKED IN", "WAYS ON", ":profile NAME")
        await on.press("d")

        await on.until(lambda: bool(on.app.session.target.get("demo")))
