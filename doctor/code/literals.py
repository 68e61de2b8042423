"""What of the literals in source may be told: hosts, and the names of resources and of environment variables."""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass

from doctor.model.redaction import is_plain

LONGEST = 2048
"""Characters: longer literals are data, and not looked at."""
BATCH_ANSWER = "batchItemFailures"
"""The answer by which a handler tells which records of a batch failed."""
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,255}")
_URL = re.compile(
    r"""
    \b(?P<scheme>[a-z][a-z0-9+.-]{1,20})://
    (?:[^\s/@"'<>]{1,512}@)?                                      # user and password: not told
    (?P<host>(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){0,10}[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)
    (?::(?P<port>\d{1,5}))?
    (?P<end>[/?\#\s"',;)\]]|$)?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BARE = re.compile(
    r"(?P<host>(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,10}(?P<top>[a-z]{2,12}))(?::(?P<port>\d{1,5}))?",
    re.IGNORECASE,
)
_TOPS = frozenset(("com", "net", "org", "io", "edu", "gov", "dev", "cloud", "internal", "local", "corp", "lan"))
"""Last labels of names that are hosts and hardly ever a module, a file or an attribute."""
_NO_HOSTS = frozenset(("arn", "data", "dynamodb", "file", "gs", "hdfs", "s3", "s3a", "s3n", "urn"))
"""Schemes behind which there is a name of another kind."""
_RESOURCE_NAME = re.compile(r"[\w.:/+=,@$*-]{1,512}", re.ASCII)
_CREDENTIAL = re.compile(r"(?:AKIA|ASIA)[A-Z0-9]{16}|eyJ[\w-]{10,}\.")
_HIGHEST_PORT = 65535


@dataclass(frozen=True)
class Address:
    """A host that a literal names."""

    host: str
    port: int | None = None
    scheme: str = ""


def addresses(text: str, *, whole: bool = True) -> Iterator[Address]:
    """Find the hosts in a literal: those of its URLs, or the literal itself.

    Args:
        text: The literal.
        whole: False for a part of a formatted string, where a host may go on in what is filled in.
    """
    if len(text) > LONGEST:
        return
    found = list(_URL.finditer(text))
    for one in found:
        complete = one["end"] or (whole and one["end"] is not None)
        if complete and one["scheme"].lower() not in _NO_HOSTS:
            yield Address(one["host"].lower(), _port(one["port"]), one["scheme"].lower())
    if not found and whole:
        yield from _bare(text)


def origin(url: str) -> str:
    """Scheme, host and port of a URL; empty where there are none."""
    found = next(addresses(url), None)
    if not found or not found.scheme:
        return ""
    return f"{found.scheme}://{found.host}" + (f":{found.port}" if found.port else "")


def resource_name(text: str) -> str:
    """A literal that names a resource, as far as it may be told; empty where it looks like anything else."""
    if "://" in text:
        return text if is_plain(text) else origin(text)
    return text if _RESOURCE_NAME.fullmatch(text) and not _CREDENTIAL.search(text) else ""


def _bare(text: str) -> Iterator[Address]:
    try:
        yield Address(str(ipaddress.ip_address(text)))
    except ValueError:
        found = _BARE.fullmatch(text)
        if found and found["top"].lower() in _TOPS:
            yield Address(found["host"].lower(), _port(found["port"]))


def _port(digits: str | None) -> int | None:
    return int(digits) if digits and 0 < int(digits) <= _HIGHEST_PORT else None
