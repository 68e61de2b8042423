"""The destinations that a function is known to need: found where it is configured and in its source, not asked for."""

import re
from collections.abc import Iterable, Iterator, Mapping

from doctor.model import arns
from doctor.model.finding import Evidence
from doctor.model.function import EventSourceMapping, Function
from doctor.model.lazy import pattern
from doctor.model.package import SdkClient
from doctor.model.redacted import Redacted
from doctor.model.telemetry import Invocation
from doctor.model.trace import Destination, Needed, Traced
from doctor.network import destinations, mentions, pollers
from doctor.network.addresses import address
from doctor.network.destinations import PORTS, NotADestination
from doctor.network.reach import Reach

_SCHEME = pattern(r"^(?:jdbc:)?([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_HOST_AND_PORT = pattern(r"^([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::(\d{1,5}))?$", re.IGNORECASE)
_NAMES_A_HOST = pattern(r"(?:^|_)(HOST|HOSTNAME|ENDPOINT|ADDRESS|ADDR|SERVER|SERVERS|BROKERS|URL|URI)$", re.IGNORECASE)
_AWS_NAMES = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")
_NOT_CALLED = frozenset({"iam", "organizations"})
"""Services whose ARNs a function is given to hand them on (a role to assume), not to call the service."""
_ENDPOINTS = {
    "cloudwatch": "monitoring",
    "ses": "email",
    "sesv2": "email",
    "stepfunctions": "states",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "efs": "elasticfilesystem",
    "emr": "elasticmapreduce",
    "opensearch": "es",
    "apigatewayv2": "apigateway",
}
"""botocore's names of services whose endpoint is called otherwise (``endpointPrefix`` in its service models)."""
_ONE_ENDPOINT = frozenset({"iam", "route53", "cloudfront", "organizations"})
"""Services that answer under one name for all regions."""


def needs(function: Function, invocations: Iterable[Invocation] = ()) -> tuple[Needed, ...]:
    """What the configuration, the source and the log of failed connections name: each destination once, with every place."""
    named = [
        *_of_variables(function),
        *mentions.of_names(function),
        *_of_clients(function),
        *mentions.of_hosts(function),
        *mentions.of_layers(function),
        *mentions.of_file_systems(function),
    ]
    logged = mentions.without_looked_up(named, mentions.of_logs(function, invocations))
    found: dict[Destination, list[Evidence]] = {}
    for destination, evidence in (*named, *logged):
        found.setdefault(destination, []).append(evidence)
    return tuple(Needed(destination=one, told=tuple(places)) for one, places in found.items())


def unread(function: Function) -> tuple[str, ...]:
    """Where destinations may be named that nobody could read, in words."""
    hidden = (name for name, value in function.environment.variables.items() if _may_hide(value))
    package = () if function.package is not None else ("its package was not read: clients in its source are not known",)
    return (*(f"the value of {name} is redacted: it may name a destination" for name in sorted(hidden)), *package)


def _may_hide(value: str | Redacted) -> bool:
    return isinstance(value, Redacted) and value.kind == "url"


def asked(function: Function, text: str, protocol: str = "tcp") -> Destination:
    """The destination that a person names, as ``parse`` reads it; an ARN without a region is of the function's.

    Raises:
        NotADestination: There is nothing in it that a packet could be sent to.
    """
    found = destinations.parse(text, protocol=protocol)
    regional = found.kind != "service" or found.region or found.value in _ONE_ENDPOINT
    return found if regional else _service(found.value, arns.region(function.arn))


def traced(
    reach: Reach,
    function: Function,
    mappings: Iterable[EventSourceMapping] = (),
    invocations: Iterable[Invocation] = (),
) -> tuple[Traced, ...]:
    """Follow packets to everything that a function is known to need, and those of pollers that stand in a VPC."""
    own = [_followed(reach, function, one) for one in needs(function, invocations)]
    return (*own, *(_polled(reach, one) for one in mappings if _in_vpc(reach, one)))


def _followed(reach: Reach, function: Function, needed: Needed) -> Traced:
    try:
        return Traced(needed=needed, trace=reach.trace(function, needed.destination))
    except NotADestination as error:
        return Traced(needed=needed, trace=None, why=str(error))


def _in_vpc(reach: Reach, mapping: EventSourceMapping) -> bool:
    return bool(pollers.of_mapping(reach.catalogue, mapping)[0].subnets)


def _polled(reach: Reach, mapping: EventSourceMapping) -> Traced:
    """The event source, reached by Lambda's pollers: not by the function itself."""
    value = mapping.event_source_arn
    evidence = Evidence(
        resource=mapping.arn, field="EventSourceArn", value=value, source="lambda:ListEventSourceMappings"
    )
    there = Destination(kind="resource", value=value or mapping.uuid)
    return Traced(needed=Needed(destination=there, told=(evidence,)), trace=reach.pollers(mapping))


def _of_variables(function: Function) -> Iterator[tuple[Destination, Evidence]]:
    plain = {name: value for name, value in function.environment.variables.items() if isinstance(value, str)}
    for name, value in sorted(plain.items()):
        evidence = Evidence(
            resource=function.arn,
            field=f"Environment.Variables.{name}",
            value=value,
            source="lambda:GetFunctionConfiguration",
        )
        for text in value.split(","):
            destination = _in_variable(function, name, text.strip(), plain)
            if destination is not None:
                yield destination, evidence


def _in_variable(function: Function, name: str, text: str, every: Mapping[str, str]) -> Destination | None:
    """The destination that a variable's value names; ``None`` when it is not certain to be one."""
    try:
        if text.startswith("arn:"):
            return _of_arn(function, text)
        if scheme := _SCHEME.match(text):
            if scheme[1].lower() == "s3":
                return _service("s3", arns.region(function.arn))
            return destinations.parse(text) if scheme[1].lower().split("+")[0] in PORTS else None
        host = _HOST_AND_PORT.match(text)
        if host is None or not (_NAMES_A_HOST.search(name) or _clearly_a_host(host[1], told=bool(host[2]))):
            return None
        return destinations.parse(text, port=None if host[2] else _port_beside(name, every))
    except NotADestination:
        return None


def _clearly_a_host(host: str, *, told: bool) -> bool:
    """Whatever the variable is called: an address or a name with a port, and AWS's own names."""
    return host.lower().endswith(_AWS_NAMES) or told or address(host) is not None


def _port_beside(name: str, every: Mapping[str, str]) -> int | None:
    """The port in the variable next to a host's: ``DB_PORT`` beside ``DB_HOST``."""
    told = every.get(f"{_NAMES_A_HOST.sub('', name)}_PORT".lstrip("_"), "")
    return int(told) if told.isdecimal() and 0 < int(told) < 1 << 16 else None


def _of_arn(function: Function, arn: str) -> Destination | None:
    if arn.count(":") < len(("partition", "service", "region", "account", "resource")):
        return None
    if arns.service(arn) in _NOT_CALLED:
        return None
    found = destinations.parse(arn)
    if found.kind == "service" and not found.region:
        return _service(found.value, arns.region(function.arn))
    return found


def _of_clients(function: Function) -> Iterator[tuple[Destination, Evidence]]:
    """Clients in files that the handler leads to, as far as that is known."""
    if function.package is None:
        return
    source = function.package.source
    for client in source.clients:
        if client.service and (not source.reached or client.path in source.reached):
            evidence = Evidence(
                resource=function.arn,
                field=f"Package.source.clients[{client.path}].service",
                value=client.service,
                source="lambda:GetFunction",
            )
            destination = _of_client(function, client)
            if destination is not None:
                yield destination, evidence


def _of_client(function: Function, client: SdkClient) -> Destination | None:
    if client.endpoint_url:
        try:
            return destinations.parse(client.endpoint_url)
        except NotADestination:
            return None
    return _service(_ENDPOINTS.get(client.service, client.service), client.region or arns.region(function.arn))


def _service(name: str, region: str) -> Destination:
    return (
        destinations.parse(f"{name}.amazonaws.com")
        if name in _ONE_ENDPOINT
        else destinations.service_endpoint(name, region)
    )
