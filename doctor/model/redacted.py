"""What may leave the account as it is, and what is replaced before anything is written.

The classification keeps what a diagnosis needs (hosts, ports, ARNs, URLs without userinfo and query, numbers, booleans)
and replaces the rest by its kind, length and a keyed digest: two equal secrets can be seen to be equal on one machine,
and neither can be guessed from a report.
"""

import hashlib
import hmac
import ipaddress
import re
from typing import Literal
from urllib.parse import urlsplit

from doctor.model.record import Record

Kind = Literal["value", "url", "credential"]

_PLAIN = re.compile(
    r"""
      -?\d{1,15}(\.\d{1,6})?                          # a number
    | (?i:true|false|yes|no|on|off|none|null)         # a switch
    | (?i:debug|info|warn|warning|error|fatal|trace)  # a log level
    | arn:aws[\w-]*:[\w-]+:[\w-]*:\d*:[\w:/.$*+=@-]+  # an ARN
    | [a-z]{2}(-[a-z]+)+-\d                           # a region
    """,
    re.VERBOSE,
)
_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(:\d{1,5})?", re.IGNORECASE)
_CREDENTIAL = re.compile(r"(?:AKIA|ASIA)[A-Z0-9]{16}|-----BEGIN |eyJ[\w-]{10,}\.[\w-]{10,}\.")


class Redacted(Record, tag_field="redacted", tag="redacted"):
    """A value that was there and is not told: its kind, its length in characters, and a keyed digest."""

    kind: Kind
    length: int
    digest: str

    def __str__(self) -> str:
        """Name the kind and the length, never the value."""
        return f"<redacted {self.kind}, {self.length} characters>"


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return True


def is_plain(value: str) -> bool:
    """Tell whether ``value`` may be kept: a number, a switch, a host, an address, an ARN, or a URL that carries no secret."""
    if value == "" or _PLAIN.fullmatch(value) or _HOST.fullmatch(value) or _is_address(value):
        return True
    try:
        url = urlsplit(value)
        bare = url.scheme and url.hostname and not (url.username or url.password or url.query or url.fragment)
    except ValueError:
        return False
    return bool(bare) and not _CREDENTIAL.search(value)


def redact(value: str, key: bytes) -> "str | Redacted":
    """Return ``value`` where it may be kept, what is left of a URL without userinfo and query, or a ``Redacted``."""
    if is_plain(value):
        return value
    kind: Kind = "credential" if _CREDENTIAL.search(value) else "url" if "://" in value else "value"
    digest = hmac.new(key, value.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:12]
    return Redacted(kind=kind, length=len(value), digest=digest)


_SECRETS_IN_TEXT = re.compile(
    r"""
      (?P<before>[a-z][a-z0-9+.-]*://)(?P<userinfo>[^\s/@:"']+:[^\s/@"']+)(?=@)                       # user:password@
    | (?P<query>(?<=\?)[^\s"'<>]*(?:X-Amz-|Signature|token|key|secret|password)[^\s"'<>]*)            # a signed URL's query
    | (?P<key>(?:AKIA|ASIA)[A-Z0-9]{16}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*)                             # access key id, JWT
    | (?P<named>(?<=password=)\S+|(?<=password":\s")[^"]+|(?<=secret=)\S+|(?<=token=)\S+)             # password=…
    """,
    re.VERBOSE | re.IGNORECASE,
)


def redact_text(text: str, key: bytes) -> str:
    """Return ``text`` with what looks like a secret in it (userinfo, signed queries, keys, tokens, passwords) replaced."""

    def replace(match: re.Match[str]) -> str:
        value = match["userinfo"] or match[0]
        digest = hmac.new(key, value.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:12]
        return f"{match['before'] or ''}<redacted credential, {len(value)} characters, {digest}>"

    return _SECRETS_IN_TEXT.sub(replace, text)
