"""Destinations that are named elsewhere than in variables' values: log lines of failed connections, layers, names of variables."""

import re
from collections.abc import Iterable, Iterator

from doctor.model import arns
from doctor.model.finding import Evidence
from doctor.model.function import Function
from doctor.model.telemetry import Invocation
from doctor.model.trace import Destination
from doctor.network import destinations
from doctor.network.addresses import address, public
from doctor.network.destinations import NotADestination

Named = tuple[Destination, Evidence]

_FAILED = (
    r"(?:Connect timeout on|Could not connect to the) endpoint URL: \"(?P<url>[^\"]+)\"",
    r"HTTPS?ConnectionPool\(host='(?P<host>[^']+)', port=(?P<port>\d+)\)",
    r"connect (?:ETIMEDOUT|ECONNREFUSED|ENETUNREACH) (?P<host>[\w.:-]+?):(?P<port>\d+)",
    r"connection to server at \"(?P<host>[^\"]+)\"(?: \([^)]*\))?, port (?P<port>\d+) failed",
    r"(?s)server running on host \"(?P<host>[^\"]+)\"(?: \([^)]*\))?[^\"]*? port (?P<port>\d+)",
    r"Can't connect to MySQL server on '(?P<host>[^':]+)(?::(?P<port>\d+))?'",
    r"Error \d+ connecting to (?P<host>[\w.-]+):(?P<port>\d+)",
)
"""How SDKs and drivers name whom they could not connect to: botocore, urllib3, Node.js, libpq, MySQL, Redis."""
_MYSQL = 3306
_LAYERS = {
    "AWS-Parameters-and-Secrets-Lambda-Extension": ("secretsmanager", "ssm"),
    "AWS-AppConfig-Extension": ("appconfigdata",),
    "LambdaInsightsExtension": ("logs",),
    "aws-otel-": ("xray",),
    "AWSCodeGuruProfiler": ("codeguru-profiler",),
}
"""Layers whose code calls AWS from inside the environment, by what their names begin with, and the services."""
_NAMES = (
    (re.compile(r"(?:^|_)SECRETS?_(?:ID|NAME)$", re.IGNORECASE), "secretsmanager"),
    (re.compile(r"(?:^|_)(?:SSM|PARAMETER|PARAM)_(?:NAME|PATH|PREFIX)$", re.IGNORECASE), "ssm"),
)
"""Variables that by their own names hold the name of a secret or a parameter, whatever the value."""


def of_logs(function: Function, invocations: Iterable[Invocation]) -> Iterator[Named]:
    """Whom failed invocations say that they could not connect to, by the last that says so."""
    found: dict[Destination, Evidence] = {}
    for one in invocations:
        if one.status == "success":
            continue
        for text in (one.error_message, *(line.message for line in one.lines if not line.platform)):
            for destination in _failed(text):
                words = destination.host or destination.value
                found[destination] = Evidence(
                    resource=function.log_group_arn,
                    field="failed connection",
                    value=f"{words}:{destination.port}" if destination.port else words,
                    source="logs:FilterLogEvents",
                    at=one.at,
                )
    yield from found.items()


def _failed(text: str) -> Iterator[Destination]:
    if "onnect" not in text:  # most lines tell of no connection, and this runs over all of them
        return
    for pattern in _FAILED:
        for match in re.finditer(pattern, text):  # compiled when a connection failed
            told = match.groupdict()
            port = int(told["port"]) if told.get("port") else _MYSQL if "MySQL" in match[0] else None
            try:
                yield destinations.parse(told.get("url") or told["host"], port=port)
            except NotADestination:
                continue


def without_looked_up(named: list[Named], logged: Iterable[Named]) -> Iterator[Named]:
    """Of what logs name, all but public addresses that a known name may have given."""
    for destination, evidence in logged:
        number = address(destination.value) if destination.kind == "address" else None
        looked_up = number is not None and public(*number) and any(one.host for one, _ in named)
        if not looked_up:
            yield destination, evidence


def of_layers(function: Function) -> Iterator[Named]:
    """Services that extensions in layers call; other people's extensions are not known."""
    for layer in function.layers:
        name = layer.arn.split(":")[6] if layer.arn.count(":") > 6 else ""  # noqa: PLR2004 -- arn:…:layer:name:version
        for beginning, services in _LAYERS.items():
            if name.startswith(beginning):
                for one in services:
                    evidence = _configured(function, "Layers", function.layers)
                    yield destinations.service_endpoint(one, arns.region(function.arn)), evidence


def of_names(function: Function) -> Iterator[Named]:
    """Services whose resource a variable names by its own name: a secret's, a parameter's."""
    for name, value in sorted(function.environment.variables.items()):
        for pattern, service in _NAMES:
            if pattern.search(name) and not str(value).startswith("arn:"):
                evidence = _configured(function, f"Environment.Variables.{name}", value)
                yield destinations.service_endpoint(service, arns.region(function.arn)), evidence


def of_file_systems(function: Function) -> Iterator[Named]:
    """The file systems that are mounted before the handler runs."""
    for one in function.file_system_configs:
        evidence = _configured(function, "FileSystemConfigs", function.file_system_configs)
        yield Destination(kind="resource", value=one.arn, port=destinations.PORTS["nfs"]), evidence


def _configured(function: Function, field: str, value: object) -> Evidence:
    return Evidence(resource=function.arn, field=field, value=value, source="lambda:GetFunctionConfiguration")


def of_hosts(function: Function) -> Iterator[Named]:
    """Hosts that literals in the source name, in files that the handler leads to."""
    source = function.package.source if function.package is not None else None
    for one in source.hosts if source is not None else ():
        if source is not None and source.reached and one.path not in source.reached:
            continue
        try:
            text = f"{one.scheme}://{one.host}" if one.scheme else one.host
            destination = destinations.parse(text, port=one.port)
        except NotADestination:
            continue
        if destination.port is None:
            continue  # a name without a port may be anything
        yield (
            destination,
            Evidence(
                resource=function.arn,
                field=f"Package.source.hosts[{one.path}].host",
                value=one.host,
                source="lambda:GetFunction",
            ),
        )
