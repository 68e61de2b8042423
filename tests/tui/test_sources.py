"""Where credentials were looked for: names only, whatever the files hold."""

import hashlib
import json
from contextlib import nullcontext
from pathlib import Path

import pytest

from doctor.tui.sources import looked, to_sign_in
from tests.tui.recording import heard
from tests.tui.samples import NOW
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
        "~/.aws/config": "profiles: default, prod (not signed in)",
        "~/.aws/credentials": "not there",
        "ECS, EC2 metadata": "asked last, where the machine is one of AWS's",
    }


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"AWS_EC2_METADATA_DISABLED": "true"}, "not asked: AWS_EC2_METADATA_DISABLED"),
        ({"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2"}, "asked: a container's credentials are named"),
    ],
)
def test_whether_the_machine_was_asked_is_said(environment: dict[str, str], said: str, tmp_path: Path) -> None:
    assert dict(looked(environment, tmp_path))["ECS, EC2 metadata"] == said


def test_a_file_that_is_none_is_said(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(b"\xff\xfe no section")

    assert dict(looked({"AWS_CONFIG_FILE": str(broken)}, tmp_path))["~/broken"].startswith("cannot be read: ")


@pytest.mark.asyncio
async def test_without_an_account_the_ways_on_are_shown_and_d_goes_one(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("DOCTOR_HOME", str(tmp_path / "home"))
    async with stage(tmp_path, answers={"load": [("error", "no credentials: set AWS_PROFILE")]}) as on:
        await on.see("no credentials: set AWS_PROFILE", "LOOKED IN", "WAYS ON", ":profile", "d demo")
        assert "r reproduce" not in on.text
        await on.press("d")

        await on.until(lambda: bool(on.app.session.target.get("demo")))


def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The configuration is that of the user of this test."""
    _config(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.delenv(name, raising=False)


def _config(tmp_path: Path, expires: str = "") -> None:
    (tmp_path / ".aws" / "sso" / "cache").mkdir(parents=True)
    (tmp_path / ".aws" / "config").write_text(CONFIG, encoding="utf-8")
    if expires:
        name = hashlib.sha1(b"corp", usedforsecurity=False).hexdigest()
        token = {"accessToken": "never-shown", "expiresAt": expires}
        (tmp_path / ".aws" / "sso" / "cache" / f"{name}.json").write_text(json.dumps(token), encoding="utf-8")


@pytest.mark.parametrize(
    ("expires", "told"),
    [
        ("2026-11-23T08:42:00Z", "sign-in expired 2 h ago"),
        ("2026-11-23T08:42:00UTC", "sign-in expired 2 h ago"),
        ("2026-11-23T11:12:00Z", "signed in for 30 min"),
        ("tomorrow", "not signed in"),
        ("", "not signed in"),
    ],
)
def test_how_a_sign_in_stands_is_told_without_its_token(tmp_path: Path, expires: str, told: str) -> None:
    _config(tmp_path, expires)

    found = dict(looked({}, tmp_path, NOW))["~/.aws/config"]

    assert found == f"profiles: default, prod ({told})"


@pytest.mark.parametrize(
    ("environment", "profile", "wanted"),
    [({}, "", "prod"), ({"AWS_PROFILE": "prod"}, "", "prod"), ({}, "prod", "prod"), ({}, "default", "")],
)
def test_the_profile_in_use_is_signed_in(
    tmp_path: Path, environment: dict[str, str], profile: str, wanted: str
) -> None:
    _config(tmp_path)

    assert to_sign_in(environment, tmp_path, profile) == wanted


@pytest.mark.asyncio
async def test_l_signs_in_and_tries_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _at_home(tmp_path, monkeypatch)
    signed: list[str] = []
    monkeypatch.setattr("textual.app.App.suspend", lambda _: nullcontext())
    monkeypatch.setattr("doctor.tui.signing.sign_in", lambda profile: signed.append(profile) or "")
    async with stage(tmp_path, answers={"load": [("error", "the sign-in has expired")]}) as on:
        await on.see("the sign-in has expired", "sign in: aws sso login --profile prod")
        await on.press("l")
        await on.until(lambda: len([one for one in heard(tmp_path) if one["verb"] == "load"]) == 2)

        assert signed == ["prod"]


@pytest.mark.asyncio
async def test_a_profile_and_a_region_are_chosen_from_a_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _at_home(tmp_path, monkeypatch)
    monkeypatch.setenv("DOCTOR_HOME", str(tmp_path / "home"))
    async with stage(tmp_path) as on:
        await on.see("report-export")
        await on.press("colon", *"profile", "enter")
        await on.see("Which profile?", "signs in by a browser")
        await on.press(*"prod", "enter")
        await on.until(lambda: on.app.session.target.get("profile") == "prod")
        await on.press("colon", *"region", "enter")
        await on.see("Which region?", "eu-central-1")
        await on.press(*"eu-cent", "enter")

        await on.until(lambda: on.app.session.target.get("region") == "eu-central-1")


@pytest.mark.asyncio
async def test_everything_is_collected_anew_when_asked_for(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        await on.see("report-export", "snap 10:42")
        await on.press("f5")
        await on.see("collecting in full")

        await on.until(lambda: any(one["arguments"].get("full") for one in heard(tmp_path)))
