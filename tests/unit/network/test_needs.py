"""What a function is known to need is read from its configuration and its source; what is not certain is left out."""

import pytest

from doctor.model.function import Environment
from doctor.model.package import Package, SdkClient, Source
from doctor.model.redacted import Redacted
from doctor.model.trace import Traced
from doctor.network.needs import asked, needs, traced, unread
from doctor.network.reach import Reach
from doctor.testing.world import ACCOUNT, REGION, feeds, function
from tests.networks import IN_VPC, network

SQS = f"sqs.{REGION}.amazonaws.com"


def known(variables=None, *clients: SdkClient, reached: tuple[str, ...] = ()) -> list[tuple[str, int | None]]:
    source = Source(clients=clients, reached=reached)
    subject = function(
        environment=Environment(variables=variables or {}),
        package=Package(files=1, unzipped_size=1, source=source),
    )
    return [(one.destination.host or one.destination.value, one.destination.port) for one in needs(subject)]


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"QUEUE_URL": f"https://{SQS}/{ACCOUNT}/q"}, [(SQS, 443)]),
        ({"TABLE_ARN": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/t"}, [(f"dynamodb.{REGION}.amazonaws.com", 443)]),
        ({"BUCKET": "arn:aws:s3:::b"}, [(f"s3.{REGION}.amazonaws.com", 443)]),
        ({"WHERE": "s3://b/key"}, [(f"s3.{REGION}.amazonaws.com", 443)]),
        ({"DB_HOST": "db.example.com", "DB_PORT": "5432"}, [("db.example.com", 5432)]),
        ({"HOST": "db.example.com", "PORT": "5432"}, [("db.example.com", 5432)]),
        ({"DB_HOST": "db.example.com"}, [("db.example.com", None)]),
        ({"DB_HOST": "db.example.com", "DB_PORT": "many"}, [("db.example.com", None)]),
        ({"DB_HOST": "db.example.com:5433", "DB_PORT": "5432"}, [("db.example.com", 5433)]),
        ({"CACHE": "10.0.3.7:6379"}, [("10.0.3.7", 6379)]),
        ({"BROKERS": "a.example.com:9092, b.example.com:9092"}, [("a.example.com", 9092), ("b.example.com", 9092)]),
        ({"JDBC": "jdbc:postgresql://db.example.com/x"}, [("db.example.com", 5432)]),
        ({"ROLE": f"arn:aws:iam::{ACCOUNT}:role/r"}, []),
        ({"HANDLER": "app.handler"}, []),
        ({"STAGE": "prod", "DEBUG": "true", "N": "5"}, []),
        ({"CONFIG_URL": "file:///etc/x"}, []),
        ({"API_HOST": "x.example.com:99999"}, []),
        ({"SECRET_URL": Redacted(kind="url", length=9, digest="d")}, []),
    ],
)  # fmt: skip
def test_variables_name_destinations(variables, expected) -> None:
    assert known(variables) == expected


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        (SdkClient(path="app.py", line=1, service="sqs"), [(SQS, 443)]),
        (SdkClient(path="app.py", line=1, service="sqs", region="us-east-1"), [("sqs.us-east-1.amazonaws.com", 443)]),
        (SdkClient(path="app.py", line=1, service="stepfunctions"), [(f"states.{REGION}.amazonaws.com", 443)]),
        (SdkClient(path="app.py", line=1, service="iam"), [("iam.amazonaws.com", 443)]),
        (
            SdkClient(path="app.py", line=1, service="s3", endpoint_url="http://minio.example.com:9000"),
            [("minio.example.com", 9000)],
        ),
        (SdkClient(path="tool.py", line=1, service="sqs"), []),
    ],
)
def test_clients_in_reached_files_name_services(client: SdkClient, expected) -> None:
    assert known({}, client, reached=("app.py",)) == expected


def test_a_destination_that_two_places_tell_is_one() -> None:
    subject = function(
        environment=Environment(variables={"QUEUE_URL": f"https://{SQS}/{ACCOUNT}/q"}),
        package=Package(
            files=1, unzipped_size=1, source=Source(clients=(SdkClient(path="app.py", line=1, service="sqs"),))
        ),
    )
    (one,) = needs(subject)

    assert [place.field for place in one.told] == [
        "Environment.Variables.QUEUE_URL",
        "Package.source.clients[app.py].service",
    ]


def test_a_destination_without_a_port_is_told_and_not_followed() -> None:
    subject = function(environment=Environment(variables={"DB_HOST": "db.example.com"}), vpc_config=IN_VPC)
    (one,) = traced(Reach({}), subject)

    assert one.trace is None
    assert one.verdict == "unknown"
    assert one.why == "no port is told for db.example.com: write db.example.com:PORT"


def _kafka(*access: dict[str, str]) -> tuple[Traced, ...]:
    subject = function(vpc_config=IN_VPC)
    source = f"arn:aws:kafka:{REGION}:{ACCOUNT}:cluster/c/1"
    mapping = feeds(source, subject, extra={"SourceAccessConfigurations": list(access)})
    resources = {one.arn: one for one in network()}
    return traced(Reach(resources), subject, [mapping])


def test_pollers_that_stand_in_a_vpc_are_followed() -> None:
    (one,) = _kafka(
        {"Type": "VPC_SUBNET", "URI": "subnet:subnet-a"}, {"Type": "VPC_SECURITY_GROUP", "URI": "security_group:sg-f"}
    )

    assert one.needed.told[0].field == "EventSourceArn"
    assert one.trace is not None
    assert one.trace.subnets == {"subnet-a": one.trace.verdict}


def test_pollers_outside_a_vpc_are_not() -> None:
    assert _kafka() == ()


def test_what_could_not_be_read_is_said() -> None:
    variables = {
        "DB_URL": Redacted(kind="url", length=9, digest="d"),
        "PASSWORD": Redacted(kind="value", length=9, digest="d"),
    }

    assert unread(function(environment=Environment(variables=variables))) == (
        "the value of DB_URL is redacted: it may name a destination",
        "its package was not read: clients in its source are not known",
    )


def test_an_arn_without_a_region_is_of_the_function_s() -> None:
    assert asked(function(), "arn:aws:s3:::b").host == f"s3.{REGION}.amazonaws.com"
    assert asked(function(), "iam.amazonaws.com").host == "iam.amazonaws.com"
    assert asked(function(), "10.0.0.7:53", "udp").protocol == "udp"
