"""Event sources inside a VPC: Lambda's pollers stand in the brokers' subnets, with the brokers' security groups.

They must reach the brokers, and, unless the mapping is in provisioned mode, the endpoints of Lambda, STS and (with
credentials in a secret) Secrets Manager.
See: https://docs.aws.amazon.com/lambda/latest/dg/with-msk-cluster-network.html
"""

from typing import Any

from doctor.model import arns
from doctor.model.function import EventSourceMapping
from doctor.model.trace import Destination
from doctor.network import destinations
from doctor.network.backends import Backend, find
from doctor.network.catalogue import Catalogue
from doctor.network.sources import Source, told

_BY_ACCESS = {
    "SASL_SCRAM_512_AUTH": 9096,
    "SASL_SCRAM_256_AUTH": 9096,
    "CLIENT_CERTIFICATE_TLS_AUTH": 9094,
    "BASIC_AUTH": 9092,
}
_BY_SERVICE = {"kafka": 9098, "mq": 61617, "rds": 27017}
_SECRETS = frozenset({*_BY_ACCESS, "SERVER_ROOT_CA_CERTIFICATE"})


def of_mapping(catalogue: Catalogue, mapping: EventSourceMapping) -> tuple[Source, Backend | None]:
    """Where the pollers of a mapping stand, and the brokers that they poll; no subnets: not in a VPC, or not seen."""
    brokers = find(catalogue, mapping.event_source_arn) if mapping.event_source_arn else None
    name = mapping.uuid
    if brokers is not None:
        return Source(name, mapping.arn, brokers.subnets, brokers.groups), brokers
    access = _access(mapping)
    subnets = tuple(uri.split(":")[-1] for kind, uri in access if kind == "VPC_SUBNET")
    groups = frozenset(uri.split(":")[-1] for kind, uri in access if kind == "VPC_SECURITY_GROUP")
    return Source(name, mapping.arn, subnets, groups), None


def _access(mapping: EventSourceMapping) -> list[tuple[str, str]]:
    every: list[dict[str, Any]] = told(mapping, "SourceAccessConfigurations") or []
    return [(str(one.get("Type", "")), str(one.get("URI", ""))) for one in every]


def bootstrap(mapping: EventSourceMapping) -> tuple[Destination, ...]:
    """The brokers of one's own Kafka, as the mapping names them."""
    source: dict[str, Any] = told(mapping, "SelfManagedEventSource") or {}
    named = (source.get("Endpoints") or {}).get("KAFKA_BOOTSTRAP_SERVERS") or []
    found = []
    for text in named:
        try:
            found.append(destinations.parse(str(text)))
        except destinations.NotADestination:
            continue
    return tuple(found)


def needs(mapping: EventSourceMapping) -> tuple[str, ...]:
    """The services that the pollers call."""
    if told(mapping, "ProvisionedPollerConfig"):
        return ()
    secrets = any(kind in _SECRETS for kind, _ in _access(mapping))
    return ("lambda", "sts", "secretsmanager") if secrets else ("lambda", "sts")


def port(mapping: EventSourceMapping) -> int:
    """The port of the brokers that goes with how the pollers authenticate."""
    by_access = next((_BY_ACCESS[kind] for kind, _ in _access(mapping) if kind in _BY_ACCESS), None)
    service = arns.service(mapping.event_source_arn) if mapping.event_source_arn.count(":") > 1 else "kafka"
    return by_access if by_access and service != "mq" else _BY_SERVICE.get(service, 9092)
