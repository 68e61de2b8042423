"""Policy documents that a fix writes: a statement more beside what is there, and how long a document may get.

Source: IAM User Guide, "IAM and AWS STS quotas"; KMS Developer Guide, "Resource quotas"; VPC, "Quotas".
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

VERSION = "2012-10-17"
MOST_INLINE = 10_240
"""Characters of all inline policies of a role together, white space not counted."""
MOST_MANAGED = 6_144
MOST_TRUST = 2_048
"""By default; up to 4,096 when AWS was asked to."""
MOST_KEY = 32_768
MOST_ENDPOINT = 20_480
MOST_FUNCTION = 20_480
"""Of a function's, a version's or an alias's resource policy."""
MOST_ATTACHED = 10
"""Managed policies of a role, by default."""


def size(*documents: Any) -> int:
    """Characters of documents as IAM counts them: without white space."""
    return sum(
        len("".join(json.dumps(one, separators=(",", ":"), ensure_ascii=False).split())) for one in documents if one
    )


def statements(document: Any) -> list[dict[str, Any]]:
    """The statements of a document, of which a single one need not be in a list."""
    found = document.get("Statement", []) if isinstance(document, dict) else []
    return found if isinstance(found, list) else [found]


def digest(value: Any) -> str:
    """Twelve characters that stand for a value."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:12]


def named(statement: dict[str, Any]) -> dict[str, Any]:
    """A statement with a name that tells it apart: by what it is about, so that another action does not change it."""
    about = [statement["Resource"], statement.get("Condition", {})]
    about += [statement["Principal"]] if "Principal" in statement else []
    return {"Sid": f"Doctor{digest(about)}", **statement}


def literal(arn: str) -> str:
    """An ARN as a pattern that matches nothing else; a lone ``*`` is every resource."""
    return arn if arn == "*" else "".join(f"${{{one}}}" if one in "*?$" else one for one in arn)


def joined(known: Iterable[dict[str, Any]], added: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is allowed, and what is added; actions on one resource under one condition are one statement."""
    found = list(known)
    for one in (one for one in added if one not in found):
        for at, other in enumerate(found):
            if {**other, "Action": []} == {**one, "Action": []} and isinstance(other["Action"], list):
                found[at] = {**other, "Action": sorted({*other["Action"], *one["Action"]})}
                break
        else:
            found.append(one)
    return found


def beside(document: dict[str, Any] | None, *added: dict[str, Any]) -> dict[str, Any]:
    """A document with statements more; what it says already stays as it is, its version too."""
    known = document or {"Version": VERSION}
    return {**known, "Statement": joined(statements(known), map(named, added))}


def takes(document: dict[str, Any] | None, arn: str) -> bool:
    """Whether an ARN can be written into a document as itself alone: the older language has no escapes for ``*`` and ``?``."""
    return literal(arn) == arn or (document or {"Version": VERSION}).get("Version") == VERSION
