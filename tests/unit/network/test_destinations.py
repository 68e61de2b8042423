"""What people and programs write down, read as destinations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctor.network.destinations import NotADestination, endpoint_hosts, looks_private, parse, service_of

CASES: dict[str, tuple[str, str, str, int | None]] = {
    "10.0.3.7:5432": ("address", "10.0.3.7", "", 5432),
    "10.0.3.7": ("address", "10.0.3.7", "", None),
    "[2001:db8::1]:443": ("address", "2001:db8::1", "", 443),
    "2001:db8::1": ("address", "2001:db8::1", "", None),
    "db.example.com:3306": ("host", "db.example.com", "", 3306),
    "https://api.example.com/v1?key=value": ("host", "api.example.com", "", 443),
    "postgresql+psycopg2://user:p@ss@db.example.com/app": ("host", "db.example.com", "", 5432),
    "jdbc:mysql://db.example.com:3307/app": ("host", "db.example.com", "", 3307),
    "mongodb://a.example.com:27018,b.example.com/x": ("host", "a.example.com", "", 27018),
    "rediss://:secret@cache.example.com": ("host", "cache.example.com", "", 6379),
    "https://sqs.eu-west-1.amazonaws.com/111122223333/q": ("service", "sqs", "eu-west-1", 443),
    "bucket.s3.us-east-1.amazonaws.com": ("service", "s3", "us-east-1", 443),
    "bucket.s3.amazonaws.com": ("service", "s3", "us-east-1", 443),
    "s3-us-west-2.amazonaws.com": ("service", "s3", "us-west-2", 443),
    "s3.dualstack.eu-west-1.amazonaws.com": ("service", "s3", "eu-west-1", 443),
    "sts.amazonaws.com": ("service", "sts", "us-east-1", 443),
    "sts-fips.us-east-1.amazonaws.com": ("service", "sts", "us-east-1", 443),
    "111122223333.dkr.ecr.eu-west-1.amazonaws.com": ("service", "dkr.ecr", "eu-west-1", 443),
    "abc.execute-api.eu-west-1.amazonaws.com": ("service", "execute-api", "eu-west-1", 443),
    "lambda.eu-west-1.api.aws": ("service", "lambda", "eu-west-1", 443),
    "sts.cn-north-1.amazonaws.com.cn": ("service", "sts", "cn-north-1", 443),
    "db-1.abc.eu-west-1.rds.amazonaws.com": ("host", "db-1.abc.eu-west-1.rds.amazonaws.com", "", None),
    "arn:aws:sqs:eu-west-1:111122223333:orders": ("service", "sqs", "eu-west-1", 443),
    "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf": ("service", "secretsmanager", "eu-west-1", 443),
    "arn:aws:rds:eu-west-1:111122223333:db:db-1": (
        "resource",
        "arn:aws:rds:eu-west-1:111122223333:db:db-1",
        "eu-west-1",
        None,
    ),
}


@pytest.mark.parametrize("text", CASES)
def test_a_destination_is_read_as_it_is_meant(text: str) -> None:
    kind, value, region, port = CASES[text]

    found = parse(text)

    assert (found.kind, found.value, found.region, found.port) == (kind, value, region, port)


@pytest.mark.parametrize(
    "text", ["", " ", "http://", "not a host", "user@example.com", "host:99999", "arn:aws:s3", "-x-"]
)
def test_what_is_no_destination_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(NotADestination) as caught:
        parse(text)

    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "secret", ["postgres://admin:hunter2@db.example.com/x", "https://x.example.com/?token=hunter2"]
)
def test_user_information_and_queries_are_left_behind(secret: str) -> None:
    assert "hunter2" not in repr(parse(secret))


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = parse(text)
    except NotADestination:
        return

    assert found.value


def test_private_dns_answers_the_names_of_its_service() -> None:
    assert "dkr.ecr.eu-west-1.amazonaws.com" in endpoint_hosts("com.amazonaws.eu-west-1.ecr.dkr")
    assert endpoint_hosts("com.example.something") == ()


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("localhost", True),
        ("db.corp.internal", True),
        ("db-1.abc.eu-west-1.rds.amazonaws.com", True),
        ("api.example.com", False),
        ("sqs.eu-west-1.amazonaws.com", False),
    ],
)
def test_a_name_that_may_be_private_is_told_from_one_that_is_not(host: str, private: bool) -> None:
    assert looks_private(host) is private


def test_a_resources_own_name_is_no_service() -> None:
    assert service_of("my-alb-1.eu-west-1.elb.amazonaws.com") == ("", "")
    assert service_of("vpce-1-a.sts.eu-west-1.vpce.amazonaws.com") == ("", "")


@pytest.mark.parametrize("service", ["ec2", "rds", "redshift", "es", "kafka"])
def test_a_service_whose_resources_have_names_of_their_own_has_one_itself(service: str) -> None:
    assert service_of(f"{service}.eu-west-1.amazonaws.com") == (service, "eu-west-1")
