"""What functions connect to is listed where something names it or an interface shows it, and not otherwise."""

from typing import Any

import pytest

from doctor.aws.collectors import backends
from doctor.aws.collectors.functions import configured
from doctor.aws.draft import Draft
from doctor.aws.refusals import AwsError
from doctor.model.backends import Broker, KafkaCluster
from doctor.model.call import Call
from doctor.model.function import Function
from doctor.model.interfaces import NetworkInterface
from doctor.model.network import Vpc
from doctor.model.redacted import Redacted
from doctor.model.snapshot import Scope
from doctor.testing.world import ACCOUNT, NOW, REGION
from tests.unit.aws.told import ARN, NAME, Told


def draft_of(answers: dict[str, Any] | None = None) -> Draft:
    def answer(call: Call) -> Any:
        told = (answers or {}).get(call.name)
        if isinstance(told, str):
            raise AwsError(call, told, "words", "denied")
        return told

    return Draft(Told(answer), Scope(account=ACCOUNT, region=REGION), NOW, b"k")  # type: ignore[arg-type]


def with_variable(value: str) -> Draft:
    draft = draft_of()
    configured(draft, {"FunctionName": NAME, "FunctionArn": ARN, "Environment": {"Variables": {"NAMED": value}}})
    return draft


def services(draft: Draft) -> set[str]:
    return {kind.service for kind in backends.wanted(draft)}


@pytest.mark.parametrize(
    ("value", "service"),
    [
        ("orders.abc.eu-west-1.rds.amazonaws.com", "rds"),
        ("orders.proxy-abc.eu-west-1.rds.amazonaws.com:5432", "rds"),
        ("postgres://user:hunter2@orders.abc.eu-west-1.rds.amazonaws.com/orders", "rds"),
        ("mongodb://docs.cluster-abc.eu-west-1.docdb.amazonaws.com:27017", "rds"),
        ("carts.abc.0001.euw1.cache.amazonaws.com", "elasticache"),
        ("b-1.clicks.abc.c2.kafka.eu-west-1.amazonaws.com:9098,b-2.clicks.abc.c2.kafka.eu-west-1.amazonaws.com:9098", "kafka"),
        ("boot-abc.c1.kafka-serverless.eu-west-1.amazonaws.com:9098", "kafka"),
        ("ssl://b-0123-1.mq.eu-west-1.amazonaws.com:61617", "mq"),
        ("http://internal-front-123.eu-west-1.elb.amazonaws.com", "elbv2"),
        ("front-123.elb.eu-west-1.amazonaws.com", "elbv2"),
    ],
)  # fmt: skip
def test_a_host_in_a_variable_names_its_service(value: str, service: str) -> None:
    assert services(with_variable(value)) == {service}


def test_what_is_redacted_names_it_too_and_stays_redacted() -> None:
    draft = with_variable("postgres://user:hunter2@orders.abc.eu-west-1.rds.amazonaws.com/orders")
    (function,) = draft.all(Function)

    assert services(draft) == {"rds"}
    assert isinstance(function.environment.variables["NAMED"], Redacted)


@pytest.mark.parametrize("value", ["", "s3.eu-west-1.amazonaws.com", "rds", "https://example.com/.rds./amazonaws"])
def test_nothing_is_listed_that_nothing_names(value: str) -> None:
    assert services(with_variable(value)) == set()


@pytest.mark.parametrize(
    ("description", "service"),
    [
        ("RDSNetworkInterface", "rds"),
        ("Network interface for DBProxy orders", "rds"),
        ("ElastiCache carts-001", "elasticache"),
        ("DO NOT DELETE - Amazon MSK network interface for cluster clicks", "kafka"),
        ("Amazon MQ network interface for broker b-0123", "mq"),
        ("ELB app/front/0123", "elbv2"),
    ],
)
def test_an_interface_shows_what_is_in_a_vpc(description: str, service: str) -> None:
    draft = draft_of()
    draft.add(NetworkInterface(arn="arn:eni", network_interface_id="eni-1", description=description))

    assert services(draft) == {service}


def test_where_interfaces_were_not_told_everything_is_listed() -> None:
    draft = draft_of({"ec2:DescribeNetworkInterfaces": "UnauthorizedOperation"})
    draft.read("ec2", "DescribeNetworkInterfaces")
    without_vpc = services(draft)
    draft.add(Vpc(arn="arn:vpc", vpc_id="vpc-1"))

    assert without_vpc == set()
    assert services(draft) == {kind.service for kind in backends.KINDS}


def test_a_serverless_cluster_is_where_its_endpoints_are() -> None:
    serverless = {"VpcConfigs": [{"SubnetIds": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1"]}]}
    listed = [{"ClusterArn": "arn:cluster", "ClusterName": "clicks", "State": "ACTIVE", "Serverless": serverless}]
    draft = draft_of({"kafka:ListClustersV2": {"ClusterInfoList": listed}})
    backends.clusters(draft)
    (found,) = draft.all(KafkaCluster)

    assert found.broker_node_group_info.client_subnets == ("subnet-1", "subnet-2")
    assert found.broker_node_group_info.security_groups == ("sg-1",)


def test_of_a_broker_only_is_kept_what_tells_how_it_is_reached() -> None:
    told = {"BrokerArn": "arn:broker", "BrokerId": "b-1", "Users": [{"Username": "hunter2"}], "SubnetIds": ["subnet-1"]}
    draft = draft_of(
        {
            "mq:ListBrokers": {"BrokerSummaries": [{"BrokerArn": "arn:broker", "BrokerId": "b-1"}]},
            "mq:DescribeBroker": told,
        }
    )
    backends.brokers(draft)

    assert "hunter2" not in repr(draft.all(Broker))
    assert draft.all(Broker)[0].subnet_ids == ("subnet-1",)
