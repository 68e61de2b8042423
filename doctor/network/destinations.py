"""What people and programs write down as a destination, read: addresses, hosts, URLs, ARNs, AWS's service endpoints.

Nothing is looked up: a name stays a name. User information, paths and queries of URLs are left behind.
"""

import re
from functools import cache

from doctor.errors import UsageError
from doctor.model.lazy import pattern
from doctor.model.trace import Destination
from doctor.network.addresses import address, written

PORTS = {
    "http": 80,
    "https": 443,
    "ftp": 21,
    "ssh": 22,
    "smtp": 25,
    "dns": 53,
    "ldap": 389,
    "ldaps": 636,
    "mysql": 3306,
    "mariadb": 3306,
    "sqlserver": 1433,
    "mssql": 1433,
    "oracle": 1521,
    "postgres": 5432,
    "postgresql": 5432,
    "redshift": 5439,
    "redis": 6379,
    "rediss": 6379,
    "amqp": 5672,
    "amqps": 5671,
    "mongodb": 27017,
    "memcached": 11211,
    "kafka": 9092,
    "nfs": 2049,
    "ws": 80,
    "wss": 443,
}
"""The usual port of a URL's scheme."""

SERVICE_PORTS = {"email-smtp": 587}
"""Services whose endpoint is not HTTPS on 443."""

_SCHEME = pattern(r"^(?:jdbc:)?([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_AUTHORITY = pattern(r"^(?:[^/?#]*@)?(\[[0-9a-f:.]+\]|[^:/?#,;]+)(?::(\d{1,5}))?", re.IGNORECASE)
_NAME = pattern(
    r"^(?=.{1,253}$)[a-z0-9_*]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?$", re.IGNORECASE
)
_REGION = pattern(r"^(?:[a-z]{2}(?:-[a-z]+)+-\d|cn-[a-z]+-\d)$")
_SUFFIXES = (".amazonaws.com.cn", ".amazonaws.com", ".api.aws", ".on.aws")
_OWN_ADDRESSES = (".rds.amazonaws.com", ".cache.amazonaws.com", ".elb.amazonaws.com", ".vpce.amazonaws.com")
_GLOBAL = frozenset(
    {"iam", "sts", "s3", "route53", "cloudfront", "organizations", "budgets", "ce", "health", "support"}
)
"""Services with an endpoint name that carries no region."""
_ARN_SERVICES = {"elasticfilesystem", "rds", "elasticache", "kafka", "mq", "elasticloadbalancing"}
_PRIVATE = (".internal", ".local", ".localhost", ".lan", ".corp", ".home", ".intranet", ".private")
_MAX_PORT = 65535


class NotADestination(UsageError):
    """The text names no host, address, URL or ARN; ``str()`` says what was expected, and repeats no credentials."""


def parse(text: str, *, port: int | None = None, protocol: str = "tcp") -> Destination:
    """Read a destination.

    Args:
        text: ``10.0.3.7:5432``, ``[2001:db8::1]:443``, ``db.example.com``, ``postgres://user:secret@db.example.com/x``,
            an ARN, or ``s3`` for the service of that name.
        port: Wins over a port in the text.
        protocol: ``tcp``, ``udp`` or ``icmp``.

    Raises:
        NotADestination: There is nothing in it that a packet could be sent to.
    """
    text = text.strip().strip("\"'")
    if text.startswith("arn:"):
        return _of_arn(text, port, protocol)
    if address(text) is not None:
        return _of_host(text, port, protocol)
    scheme = _SCHEME.match(text)
    found = _AUTHORITY.match(text[scheme.end() :] if scheme else text)
    if found is None or (not scheme and "@" in text):
        raise NotADestination(f"{_shown(text)} is no address, host name, URL or ARN")
    told = int(found[2]) if found[2] else PORTS.get(scheme[1].lower().split("+")[0]) if scheme else None
    if told is not None and not 0 < told <= _MAX_PORT:
        raise NotADestination(f"port {told} is not between 1 and {_MAX_PORT}")
    return _of_host(found[1].strip("[]"), port or told, protocol)


def _shown(text: str) -> str:
    """A text as a message may repeat it: what may carry credentials is not repeated."""
    return "the text" if any(mark in text for mark in "@?=;") else repr(text[:60])


def _of_host(host: str, port: int | None, protocol: str) -> Destination:
    number = address(host)
    if number is not None:
        return Destination(kind="address", value=written(*number), port=port, protocol=protocol)
    if not _NAME.match(host):
        raise NotADestination(f"{_shown(host)} is no address, host name, URL or ARN")
    host = host.lower().rstrip(".")
    service, region = service_of(host)
    if service:
        usual = port or SERVICE_PORTS.get(service, 443)
        return Destination(kind="service", value=service, host=host, region=region, port=usual, protocol=protocol)
    return Destination(kind="host", value=host, host=host, port=port, protocol=protocol)


def _of_arn(arn: str, port: int | None, protocol: str) -> Destination:
    parts = arn.split(":", 5)
    if len(parts) < 6:  # noqa: PLR2004 -- arn:partition:service:region:account:resource
        raise NotADestination(f"{_shown(arn)} is not a whole ARN")
    service = parts[2]
    if service in _ARN_SERVICES:
        return Destination(kind="resource", value=arn, region=parts[3], port=port, protocol=protocol)
    return service_endpoint(_ENDPOINT_NAME.get(service, service), parts[3], port=port, protocol=protocol)


_ENDPOINT_NAME = {"cloudwatch": "monitoring", "ses": "email", "execute-api": "execute-api", "events": "events"}
"""Services whose name in an ARN is not the one in their endpoint."""


def service_endpoint(service: str, region: str, *, port: int | None = None, protocol: str = "tcp") -> Destination:
    """The regional endpoint of an AWS service, by the name that the SDK connects to: ``sts.eu-west-1.amazonaws.com``."""
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    host = f"{service}.{region}.{suffix}" if region else f"{service}.{suffix}"
    usual = port or SERVICE_PORTS.get(service, 443)
    return Destination(kind="service", value=service, host=host, region=region, port=usual, protocol=protocol)


@cache
def service_of(host: str) -> tuple[str, str]:
    """The AWS service and region that a host name belongs to; empty when it is no service's endpoint.

    Names in front of the service (a bucket, an API, an account) are left out; names that resources have for themselves
    (databases, caches, load balancers, endpoints) are no service's.
    """
    suffix = next((one for one in _SUFFIXES if host.endswith(one)), "")
    if not suffix or host.endswith(_OWN_ADDRESSES) or ".vpce." in host:
        return "", ""
    labels = host.removesuffix(suffix).split(".")
    at = next((index for index, label in enumerate(labels) if _REGION.match(label)), None)
    if suffix == ".on.aws":
        return (labels[1], labels[2]) if len(labels) == 3 else ("", "")  # noqa: PLR2004 -- id.lambda-url.region
    if at is None:
        last = labels[-1].removesuffix("-fips")
        dashed = re.match(r"^(s3)-(.+)$", last)
        if dashed and _REGION.match(dashed[2]):
            return dashed[1], dashed[2]
        return (last, "us-east-1") if last in _GLOBAL else ("", "")
    if at > 1 and labels[at - 1] in _OWN_LABELS:
        return "", ""
    if at == 0:  # region first: search domains, old names of queues and databases
        return (labels[1], labels[0]) if len(labels) > 1 and labels[1] not in _OWN_LABELS else ("", "")
    return _service(labels[:at]), labels[at]


_OWN_LABELS = frozenset({"rds", "cache", "elb", "compute", "ec2", "es", "redshift", "docdb", "memorydb", "kafka", "mq"})
_TWO_LABELS = frozenset({"dkr.ecr", "api.ecr", "runtime.sagemaker", "api.sagemaker", "data.iot", "credentials.iot"})


def _service(labels: list[str]) -> str:
    """The service in what stands before the region: its last label or two."""
    names = [label.removesuffix("-fips") for label in labels if label not in ("dualstack", "vpce")]
    if not names:
        return ""
    if ".".join(names[-2:]) in _TWO_LABELS:
        return ".".join(names[-2:])
    return names[-1]


def dual_stack(host: str) -> bool:
    """Whether the name of an AWS endpoint says that it has an IPv6 address too: ``sqs.eu-west-1.api.aws``."""
    return host.endswith((".api.aws", ".on.aws")) or "dualstack" in host.split(".")


def endpoint_hosts(service_name: str) -> tuple[str, ...]:
    """The names that private DNS of an interface endpoint answers, from its service's name.

    ``com.amazonaws.eu-west-1.ecr.dkr`` gives ``dkr.ecr.eu-west-1.amazonaws.com``; names below it are answered as well.
    """
    parts = service_name.removeprefix("cn.").split(".")
    if len(parts) < 4 or parts[:2] != ["com", "amazonaws"]:  # noqa: PLR2004 -- com.amazonaws.region.service
        return ()
    region, service = parts[2], ".".join(reversed(parts[3:]))
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return (f"{service}.{region}.{suffix}", f"{service}.{region}.api.aws", f"{service}.dualstack.{region}.{suffix}")


def looks_private(host: str) -> bool:
    """Whether a name may well have a private address: a database's, a load balancer's, or one of no public domain."""
    return "." not in host or host.endswith((*_PRIVATE, *_OWN_ADDRESSES)) or ".vpce." in host or _own(host)


def _own(host: str) -> bool:
    if not host.endswith(_SUFFIXES):
        return False
    return not service_of(host)[0]
