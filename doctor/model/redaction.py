"""What may leave the account as it is, and what is replaced before anything is written.

The classification keeps what a diagnosis needs (hosts, ports, ARNs, URLs without userinfo and query, numbers, booleans)
and replaces the rest by its kind, length and a keyed digest: two equal secrets can be seen to be equal on one machine,
and neither can be guessed from a report.
"""

import hashlib
import hmac
import ipaddress
import re
from urllib.parse import urlsplit

from doctor.model.redacted import Kind, Redacted

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

_OPAQUE = re.compile(r"(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{20,}", re.IGNORECASE)
"""In the path of a URL: a webhook's token, which is all that its caller must know."""


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
    return bool(bare) and not _CREDENTIAL.search(value) and not _OPAQUE.search(url.path)


def redact(value: str, key: bytes) -> str | Redacted:
    """Return ``value`` where it may be kept whole, otherwise what stands for it: a part of a value is never kept."""
    if is_plain(value):
        return value
    kind: Kind = "credential" if _CREDENTIAL.search(value) else "url" if "://" in value else "value"
    return Redacted(kind=kind, length=len(value), digest=_digest(value, key))


_SECRETS_IN_TEXT = re.compile(
    r"""
      (?<=://)(?P<userinfo>[^\s/@"']+)(?=@)                                                    # user:password@
    | (?<=\?)(?P<query>[^\s"'<>]+)                                                            # of a signed URL, perhaps
    | (?P<key>(?<![a-z0-9])(?:AKIA|ASIA)[a-z0-9]{16}                                           # access key id
      | (?<![\w-])eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*                                          # JWT
      | -----BEGIN[ ][a-z0-9 ]*PRIVATE[ ]KEY-----.*?(?:-----END[ ][a-z0-9 ]*-----|\Z))
    | (?P<scheme>\b(?:bearer|basic)\s)(?P<bearer>[\w+/.~=-]{16,})
    | (?P<name>(?<![\w-])[\w-]*(?:password|passwd|pwd|secret|token|(?:api|access|secret|private|session)[_-]?key
        |signature|credential|authorization)\\*+["']?+\s{0,3}+[=:]\s{0,3}+(?:(?:bearer|basic)\s)?+\\*+(?P<quote>["'])?+)
      (?P<value>(?!<redacted)(?(quote)[^"'\\]+|[^\s"',;&}]+))                                   # password=…, "token": "…"
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
"""Every alternative begins where the one before it ended or fails within a word: a line of a megabyte takes no longer per character."""
_NAMED = re.compile(r"arn:aws[\w-]*:secretsmanager:[\w*-]*:[\d*]*:\Z")
"""What stands before the name of a secret in its ARN, which is no secret: policies and refusals name it."""
_LONGEST_NAMED = 80
_SIGNED = re.compile("X-Amz-|Signature|token|key|secret|password|pwd|auth|sig=|code=", re.IGNORECASE)


def redact_text(text: str, key: bytes | None = None) -> str:
    """Return ``text`` with what looks like a secret in it (userinfo, signed queries, keys, tokens, passwords) replaced.

    Without a key no digest stands for it: an unkeyed one could be guessed from.
    """

    def replace(match: re.Match[str]) -> str:
        kept = match["name"] or match["scheme"] or ""
        value = match[0][len(kept) :]
        before = text[max(match.start() - _LONGEST_NAMED, 0) : match.start()]
        if match["query"] and not _SIGNED.search(value):
            return value
        if kept.lower() == "secret:" and _NAMED.search(before):
            return kept + redact_text(value, key)
        digest = f", {_digest(value, key)}" if key is not None else ""
        return f"{kept}<redacted credential, {len(value)} characters{digest}>"

    return _SECRETS_IN_TEXT.sub(replace, text)


def _digest(value: str, key: bytes) -> str:
    return hmac.new(key, value.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:12]
