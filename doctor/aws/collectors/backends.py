"""What functions connect to inside VPCs: databases, caches, brokers, load balancers, each kind listed once.

A kind is listed where something names one (a host in a variable, an ARN of a mapping), or where the network interfaces
of the VPCs that were read show one; where these could not be read, it is listed too.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from doctor.aws.draft import Draft
from doctor.model.backends import (
    Broker,
    CacheCluster,
    DBInstance,
    DBProxy,
    KafkaCluster,
    LoadBalancer,
    ReplicationGroup,
)
from doctor.model.function import EventSourceMapping, Function
from doctor.model.interfaces import NetworkInterface
from doctor.model.network import Vpc


@dataclass(frozen=True)
class Kind:
    """A service whose resources functions connect to.

    Attributes:
        service: botocore's name of it.
        read: Lists its resources.
        operation: The first call that it takes.
        also: The calls after that.
        named: What of a text shows that it names one.
        shown: What of the description of a network interface shows that it is one's.
    """

    service: str
    read: Callable[[Draft], None]
    operation: str
    also: tuple[str, ...]
    named: re.Pattern[str]
    shown: re.Pattern[str]


def named_in(texts: Iterable[str]) -> set[str]:
    """The services of which texts name a host or an ARN."""
    return {
        kind.service
        for text in texts
        if ".amazonaws." in text or "arn:" in text
        for kind in KINDS
        if kind.named.search(text)
    }


def wanted(draft: Draft) -> Iterator[Kind]:
    """The kinds to list, by what is known so far."""
    named = draft.services | named_in(_texts(draft))
    blind = bool(draft.all(Vpc)) and draft.missed("ec2:DescribeNetworkInterfaces")
    descriptions = {one.description for one in draft.all(NetworkInterface)}
    for kind in KINDS:
        if blind or kind.service in named or any(kind.shown.search(one) for one in descriptions):
            yield kind


def _texts(draft: Draft) -> Iterator[str]:
    for mapping in draft.all(EventSourceMapping):
        yield mapping.event_source_arn
    for function in draft.all(Function):
        if function.package is not None:
            yield from (one.host for one in function.package.source.hosts)


def databases(draft: Draft) -> None:
    """RDS's instances (Aurora's, DocumentDB's and Neptune's too), and its proxies with their targets."""
    raws = [_plain(raw, _NOT_KEPT) for raw in draft.listed("rds", "DescribeDBInstances", "DBInstances")]
    draft.add_all(DBInstance, raws, "rds:DescribeDBInstances")
    for raw in draft.listed("rds", "DescribeDBProxies", "DBProxies"):
        name, arn = raw["DBProxyName"], raw["DBProxyArn"]
        targets = draft.read("rds", "DescribeDBProxyTargets", about=arn, DBProxyName=name)
        told = {**_plain(raw, ("Auth",)), **({} if targets is None else {"Targets": targets["Targets"]})}
        draft.add_all(DBProxy, [told], "rds:DescribeDBProxies")


_NOT_KEPT = ("MasterUsername", "MasterUserSecret", "TagList", "PendingModifiedValues", "LatestRestorableTime")
"""What nobody needs to know of a database who asks whether it can be reached, and what is another every minute."""


def _plain(raw: dict[str, Any], without: tuple[str, ...]) -> dict[str, Any]:
    return {key: value for key, value in raw.items() if key not in without}


def caches(draft: Draft) -> None:
    """ElastiCache's clusters with their nodes, and the replication groups that these form."""
    raws = draft.listed("elasticache", "DescribeCacheClusters", "CacheClusters", ShowCacheNodeInfo=True)
    draft.add_all(CacheCluster, raws, "elasticache:DescribeCacheClusters")
    raws = draft.listed("elasticache", "DescribeReplicationGroups", "ReplicationGroups")
    draft.add_all(ReplicationGroup, raws, "elasticache:DescribeReplicationGroups")


def clusters(draft: Draft) -> None:
    """MSK's clusters, serverless ones too."""
    raws = [_cluster(raw) for raw in draft.listed("kafka", "ListClustersV2", "ClusterInfoList")]
    draft.add_all(KafkaCluster, raws, "kafka:ListClustersV2")


def _cluster(raw: dict[str, Any]) -> dict[str, Any]:
    """A cluster, in one form whichever kind it is."""
    provisioned, serverless = raw.get("Provisioned") or {}, (raw.get("Serverless") or {}).get("VpcConfigs") or ()
    where = provisioned.get("BrokerNodeGroupInfo") or {
        "ClientSubnets": [subnet for one in serverless for subnet in one.get("SubnetIds", ())],
        "SecurityGroups": [group for one in serverless for group in one.get("SecurityGroupIds", ())],
    }
    kept = {key: raw[key] for key in ("ClusterArn", "ClusterName", "ClusterType", "State", "StateInfo") if raw.get(key)}
    return {**kept, "BrokerNodeGroupInfo": where}


_OF_BROKER = (
    "BrokerArn",
    "BrokerId",
    "BrokerName",
    "BrokerState",
    "EngineType",
    "EngineVersion",
    "DeploymentMode",
    "PubliclyAccessible",
    "SecurityGroups",
    "SubnetIds",
    "BrokerInstances",
    "AuthenticationStrategy",
)
"""What is kept of a broker: not its users, nor its directory server."""


def brokers(draft: Draft) -> None:
    """Amazon MQ's brokers."""
    for listed in draft.listed("mq", "ListBrokers", "BrokerSummaries"):
        told = draft.read("mq", "DescribeBroker", about=listed["BrokerArn"], BrokerId=listed["BrokerId"])
        if told is not None:
            draft.add_all(Broker, [{key: told[key] for key in _OF_BROKER if key in told}], "mq:DescribeBroker")


def balancers(draft: Draft) -> None:
    """Application and network load balancers."""
    raws = draft.listed("elbv2", "DescribeLoadBalancers", "LoadBalancers")
    draft.add_all(LoadBalancer, raws, "elbv2:DescribeLoadBalancers")


KINDS = (
    Kind(
        "rds",
        databases,
        "DescribeDBInstances",
        ("DescribeDBProxies",),
        re.compile(r"\.(?:rds|docdb|neptune)\.amazonaws\.|\.docdb\.|\.neptune\.|arn:aws[\w-]*:rds:"),
        re.compile("RDSNetworkInterface|DBProxy"),
    ),
    Kind(
        "elasticache",
        caches,
        "DescribeCacheClusters",
        ("DescribeReplicationGroups",),
        re.compile(r"\.cache\.amazonaws\.|arn:aws[\w-]*:elasticache:"),
        re.compile("ElastiCache"),
    ),
    Kind(
        "kafka",
        clusters,
        "ListClustersV2",
        (),
        re.compile(r"\.kafka(?:-serverless)?\.[\w-]+\.amazonaws\.|arn:aws[\w-]*:kafka:"),
        re.compile("MSK|msk"),
    ),
    Kind(
        "mq",
        brokers,
        "ListBrokers",
        (),
        re.compile(r"\.mq\.[\w-]+\.amazonaws\.|arn:aws[\w-]*:mq:"),
        re.compile(r"\bMQ\b"),
    ),
    Kind(
        "elbv2",
        balancers,
        "DescribeLoadBalancers",
        (),
        re.compile(r"\.elb\.(?:[\w-]+\.)?amazonaws\."),
        re.compile("ELB "),
    ),
)
