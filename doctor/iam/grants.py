"""KMS grants, which allow like a statement of the key policy that names the caller itself.

Source: KMS Developer Guide, "Grants in KMS".
"""

from typing import Any

from doctor.iam.policy import VERSION, Policy, compile_policy
from doctor.iam.principals import Caller
from doctor.model.sources import Key


def grant_policy(key: Key, caller: Caller) -> Policy | None:
    """The grants of a key that name the caller or its role, as one policy; ``None`` when there are none."""
    statements = [
        _statement(grant, caller) for grant in key.grants if _names(str(grant.get("GranteePrincipal", "")), caller)
    ]
    document = {"Version": VERSION, "Statement": statements}
    return compile_policy(f"grants of {key.arn}", document, "resource") if statements else None


def _names(grantee: str, caller: Caller) -> bool:
    if grantee == caller.text:
        return True
    role = caller.role
    if role is None:
        return False
    prefix = f"arn:{role.partition}:iam::{role.account}:role/"
    return grantee.startswith(prefix) and grantee.rsplit("/", 1)[-1] == role.name


def _statement(grant: dict[str, Any], caller: Caller) -> dict[str, Any]:
    constraints = grant.get("Constraints") or {}
    wanted = {
        **(constraints.get("EncryptionContextSubset") or {}),
        **(constraints.get("EncryptionContextEquals") or {}),
    }
    condition = (
        {"StringEquals": {f"kms:EncryptionContext:{key}": value for key, value in wanted.items()}} if wanted else {}
    )
    return {
        "Sid": str(grant.get("Name") or grant.get("GrantId") or ""),
        "Effect": "Allow",
        "Principal": {"AWS": caller.text},
        "Action": [f"kms:{operation}" for operation in grant.get("Operations") or ()],
        "Resource": "*",
        "Condition": condition,
    }
