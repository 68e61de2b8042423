"""What is kept of a value, and that a secret never is."""

import string

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from doctor.model.redacted import Redacted
from doctor.model.redaction import redact, redact_text

KEY = b"k" * 32
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "42",
        "-1.5",
        "true",
        "OFF",
        "None",
        "DEBUG",
        "eu-west-1",
        "us-gov-west-1",
        "db.internal.example.com",
        "db.example.com:5432",
        "10.0.0.7",
        "10.0.0.0/16",
        "fd00::1",
        "arn:aws:sqs:eu-west-1:111122223333:orders",
        "arn:aws:dynamodb:eu-west-1:111122223333:table/orders",
        "https://api.example.com/v1/orders",
        "http://10.0.0.7:8080/",
        "https://sqs.eu-west-1.amazonaws.com/111122223333/stack-Orders-1AB2C3D4E5F6",
    ],
)
def test_what_a_diagnosis_needs_is_kept(value: str) -> None:
    assert redact(value, KEY) == value


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("hunter2", "value"),
        ("correct horse battery staple", "value"),
        ("p@ss.word!", "value"),
        ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "value"),
        ("4111111111111111", "value"),
        ("AKIAIOSFODNN7EXAMPLE", "credential"),
        ("key ASIAIOSFODNN7EXAMPLE end", "credential"),
        (JWT, "credential"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "credential"),
        ("postgres://app:hunter2@db.example.com:5432/orders", "url"),
        ("https://token@api.example.com/", "url"),
        ("https://bucket.s3.amazonaws.com/key?X-Amz-Signature=abc", "url"),
        ("https://api.example.com/#access_token=abc", "url"),
        ("https://hooks.example.com/services/T00000000/B00000000/a8Xk2PqL9vR4mT7wY1zB3cD5", "url"),
        ("https://[broken", "url"),
        ('{"user": "app"}', "value"),
        ("half a pair: \ud83d", "value"),
        ("42\n", "value"),
        ("db.example.com\nhunter2", "value"),
    ],
)
def test_everything_else_is_replaced(value: str, kind: str) -> None:
    found = redact(value, KEY)

    assert isinstance(found, Redacted)
    assert (found.kind, found.length) == (kind, len(value))
    assert value not in str(found) + msgspec.json.encode(found).decode()


def test_equal_secrets_are_seen_to_be_equal_on_one_machine_only() -> None:
    assert redact("hunter2", KEY) == redact("hunter2", KEY)
    assert redact("hunter2", KEY) != redact("hunter3", KEY)
    assert redact("hunter2", KEY) != redact("hunter2", b"another machine")


ALPHABET = string.ascii_letters + string.digits
SECRETS = st.text(ALPHABET, min_size=24, max_size=40).filter(
    lambda text: any(one.isdigit() for one in text) and any(one.isalpha() for one in text)
)


@pytest.mark.parametrize(
    "form",
    ["{}", "sk_live_{}", "{}=", "user:{}", "Bearer {}", "mysql://root:{}@db.example.com/x", "https://{}@example.com/", "https://a.example.com/?k={}", "https://a.example.com/hook/{}", "{} {}", "a,{}"],
)  # fmt: skip
@given(secret=SECRETS)
def test_no_secret_survives_as_a_value(form: str, secret: str) -> None:
    told = redact(form.replace("{}", secret), KEY)

    assert secret not in msgspec.json.encode(told).decode()


FORMS = [
    "password={}",
    "PASSWORD = {}",
    "db_password: {}",
    '"password": "{}"',
    "'passwd': '{}'",
    '{\\"token\\": \\"{}\\"}',
    "aws_secret_access_key={}",
    "aws_session_token={} and more",
    "api-key: {}",
    "x-api-key={}&more=1",
    "Authorization: Bearer {}",
    "Authorization: Basic {}",
    "with bearer {} sent",
    "connecting to postgres://app:{}@db.example.com:5432/orders",
    "GET https://{}@api.example.com/v1",
    "GET https://bucket.s3.amazonaws.com/key?X-Amz-Algorithm=A&X-Amz-Signature={}",
    "GET https://api.example.com/v1?user=1&token={} 200",
    "Signature={}",
    "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\n{}",
    "AKIA{}",
    "eyJhbGciOiJIUzI1NiJ9.{}.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
]


@pytest.mark.parametrize("form", FORMS)
@given(
    secret=st.text(string.ascii_uppercase + string.digits, min_size=16, max_size=16).map(lambda text: f"A{text[1:]}")
)
@example(secret="A7Q2XK9PLM4R8TVW")
def test_no_secret_survives_in_a_line(form: str, secret: str) -> None:
    told = redact_text(f"before {form.replace('{}', secret)} after", KEY)

    assert secret not in told
    assert "<redacted credential" in told
    assert told.startswith("before ")


@pytest.mark.parametrize("form", FORMS)
def test_a_line_that_is_redacted_stays_as_it_is(form: str) -> None:
    once = redact_text(f"before {form.replace('{}', 'A7Q2XK9PLM4R8TVW')} after", KEY)

    assert redact_text(once, KEY) == once


@pytest.mark.parametrize(
    "line",
    [
        "",
        "hello",
        "Unable to import module 'app': No module named 'secrets'",
        "KeyError: 'token'",
        "ExpiredTokenException: the security token included in the request is expired",
        "User: arn:aws:sts::111122223333:assumed-role/r/f is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::b/k",
        "GET https://api.example.com/v1?page=2&size=10 200",
        'Connect timeout on endpoint URL: "https://sqs.eu-west-1.amazonaws.com/"',
        "REPORT RequestId: aaaaaaaa-0000-4000-8000-000000000001\tDuration: 12.34 ms",
        "mail to someone@example.com",
    ],
)  # fmt: skip
def test_a_line_without_a_secret_is_kept(line: str) -> None:
    assert redact_text(line, KEY) == line


def test_a_secret_in_quotes_goes_up_to_the_closing_quote() -> None:
    told = redact_text('{"password": "two words", "user": "app"}', KEY)

    assert "words" not in told
    assert '"user": "app"' in told


@pytest.mark.parametrize("unit", ["x", "?", "eyJ", "a://", "password ", "token", "password=x ", "AKIA", "-----BEGIN PRIVATE KEY-----", "\x00"])  # fmt: skip
def test_a_line_of_a_megabyte_is_read_once(unit: str) -> None:
    """A pattern that looked at the rest of the line from every place in it would not end within a working day."""
    line = unit * (2**20 // len(unit))

    assert redact_text(line, KEY)[:1] in (line[:1], "<")


def test_the_name_of_a_secret_is_none_in_its_arn() -> None:
    arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1B2c3"
    line = f'not authorized to perform: secretsmanager:GetSecretValue on resource: "{arn}"'

    assert redact_text(line, KEY) == line
    assert "hunter2" not in redact_text(f"{arn}?password=hunter2", KEY)
    assert "hunter2" not in redact_text("the secret:hunter2", KEY)
