"""The seam: what must not be sent is not sent, and every way to fail is a gap with its reason."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from doctor.aws.refusals import AwsError, client_error, one_line, unavailable
from doctor.aws.session import Aws, connect
from doctor.errors import ApplyError, AwsUnavailable, UsageError
from doctor.model.call import Call
from doctor.model.redacted import Redacted
from doctor.model.target import Target
from tests.conftest import CLOSED

ROLE = "arn:aws:iam::123456789012:role/reader"
HIDDEN = Redacted(kind="value", length=7, digest="d")


@pytest.fixture
def aws() -> Aws:
    import botocore.session

    return Aws(botocore.session.get_session(), "eu-west-1", CLOSED)


@pytest.mark.parametrize(
    "parameters",
    [
        {"Value": HIDDEN},
        {"Environment": {"Variables": {"A": "1", "B": HIDDEN}}},
        {"List": [{"Deep": (1, HIDDEN)}]},
    ],
)
def test_a_call_with_a_redacted_value_is_never_sent(
    aws: Aws, parameters: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def send(*_: object, **__: object) -> None:
        pytest.fail("it was sent")

    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", send)
    call = Call(service="lambda", operation="UpdateFunctionConfiguration", parameters=parameters)
    with pytest.raises(ApplyError, match="lambda:UpdateFunctionConfiguration: a parameter was redacted"):
        aws.call(call)


@pytest.mark.parametrize(
    ("endpoint", "loopback"),
    [
        ("http://127.0.0.1:5000", True),
        ("http://localhost:5000", True),
        ("http://[::1]:5000", True),
        ("https://lambda.eu-west-1.amazonaws.com", False),
        ("http://127.0.0.1.example.com", False),
        ("http://127.0.0.1@example.com", False),
        (None, False),
    ],
)
def test_an_account_knows_whether_it_is_on_this_machine(endpoint: str | None, loopback: bool) -> None:
    import botocore.session

    assert Aws(botocore.session.get_session(), "eu-west-1", endpoint).loopback is loopback


def test_a_parameter_that_aws_does_not_know_is_one_line(aws: Aws) -> None:
    with pytest.raises(AwsError, match=r"^lambda:GetFunction: ParamValidationError: .*$") as caught:
        aws.call(Call(service="lambda", operation="GetFunction", parameters={"Nonsense": 1}))

    assert "\n" not in str(caught.value)
    assert caught.value.reason == "failed"


def _no_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION")


def _no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")


@pytest.mark.parametrize(
    ("target", "change", "words"),
    [
        (Target(), _no_credentials, "no AWS credentials"),
        (Target(), lambda _: None, "AWS does not answer"),
        (Target(), lambda patch: patch.delenv("AWS_DEFAULT_REGION"), "AWS does not answer"),
    ],
)
def test_an_account_that_cannot_be_had_is_one_line_that_says_why(
    target: Target, change: Callable[[pytest.MonkeyPatch], None], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(monkeypatch)
    monkeypatch.setattr("time.sleep", lambda _: None)
    with pytest.raises(AwsUnavailable, match=words) as caught:
        connect(target)

    assert "\n" not in str(caught.value)


def test_no_region_is_a_command_line_that_lacks_one(monkeypatch: pytest.MonkeyPatch) -> None:
    _no_region(monkeypatch)
    with pytest.raises(UsageError, match="no region: give --region, or set AWS_REGION"):
        connect(Target())


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (Target(profile="nobody"), "cannot use AWS: The config profile (nobody) could not be found"),
        (Target(endpoint="nonsense"), "cannot use AWS: Invalid endpoint: nonsense"),
        (Target(endpoint="http://"), "cannot use AWS: Invalid endpoint: http://"),
        (Target(endpoint="ftp://127.0.0.1"), "cannot use AWS: Invalid endpoint: ftp://127.0.0.1"),
        (
            Target(endpoint="http://127.0.0.1:99999"),
            "cannot use AWS: Invalid endpoint: http://127.0.0.1:99999: Port out of range 0-65535",
        ),
        (
            Target(role_arn="nonsense"),
            "--role-arn cannot be used: write a role's ARN: arn:aws:iam::123456789012:role/NAME",
        ),
        (
            Target(role_arn="arn:aws:iam::123456789012:user/x"),
            "--role-arn cannot be used: write a role's ARN: arn:aws:iam::123456789012:role/NAME",
        ),
        (
            Target(role_arn=ROLE, external_id="x"),
            "--external-id cannot be used: write 2 to 1224 letters, digits and +=,.@:/-",
        ),
        (
            Target(role_arn=ROLE, mfa_serial="phone"),
            "--mfa-serial cannot be used: write the ARN of an MFA device, or its serial number",
        ),
        (Target(region="not a region"), "AWS has no region 'not a region'; check --region and AWS_REGION"),
        (Target(region="nowhere-1"), "AWS has no region 'nowhere-1'; check --region and AWS_REGION"),
        (Target(region="eu-wst-1"), "AWS has no region 'eu-wst-1'; did you mean eu-west-1?"),
    ],
)
def test_a_slip_of_the_pen_is_told_as_such(target: Target, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        connect(target)

    assert str(caught.value) == words


def test_a_region_that_is_newer_than_botocore_is_asked_for_on_aws_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Aws, "read", lambda *_: {"Account": "123456789012", "Arn": "arn:aws:iam::123456789012:root"})
    with pytest.raises(UsageError, match="AWS has no region 'eu-west-9'"):
        connect(Target(region="eu-west-9"))
    monkeypatch.delenv("AWS_ENDPOINT_URL")

    assert connect(Target(region="eu-west-9"))[0].region == "eu-west-9"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("a\n b", "a b"),
        ("<!doctype html>\n<html lang=en>\n<title>502 Bad Gateway</title>\n<h1>Bad Gateway</h1>", "502 Bad Gateway"),
        ("<html> of nothing", "<html> of nothing"),
    ],
)
def test_an_error_is_one_line_and_of_a_page_its_title(words: str, line: str) -> None:
    assert one_line(words) == line


SSO = """[profile corp]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = ReadOnly
region = eu-west-1
[sso-session corp]
sso_start_url = https://corp.example.com/start
sso_region = eu-west-1
"""


@pytest.mark.parametrize("token", [None, "2020-01-01T00:00:00Z"], ids=["never signed in", "expired"])
def test_single_sign_on_that_ended_says_how_to_sign_in(
    token: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config").write_text(SSO)
    cache = tmp_path / ".aws" / "sso" / "cache"
    cache.mkdir(parents=True)
    if token:
        name = hashlib.sha1(b"corp", usedforsecurity=False).hexdigest()
        known = {"accessToken": "a", "expiresAt": token, "startUrl": "https://corp.example.com/start"}
        (cache / f"{name}.json").write_text(json.dumps(known))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("botocore.utils.SSOTokenLoader._cache", None, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setattr("botocore.tokens.SSOTokenProvider._SSO_TOKEN_CACHE_DIR", str(cache))
    _no_credentials(monkeypatch)
    with pytest.raises(AwsUnavailable, match="run 'aws sso login --profile corp' and try again"):
        connect(Target(profile="corp"))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ExpiredToken", "the credentials of profile work have expired: renew them"),
        ("InvalidClientTokenId", "the credentials of profile work are refused"),
        ("UnrecognizedClientException", "the credentials of profile work are refused"),
        ("AccessDenied", "the credentials of profile work are refused"),
        ("Throttling", "AWS throttles even the first call"),
        ("InternalFailure", "AWS did not say who we are: InternalFailure"),
    ],
)
def test_a_first_call_that_is_refused_is_one_line_that_says_what_to_do(code: str, words: str) -> None:
    error = ClientError({"Error": {"Code": code, "Message": "words"}, "ResponseMetadata": {}}, "GetCallerIdentity")  # type: ignore[typeddict-item]
    told = unavailable(client_error(Call(service="sts", operation="GetCallerIdentity"), error), Target(profile="work"))

    assert told.startswith(words)
    assert "\n" not in told
