"""The condition keys of a call that a function's code makes: which are present with which value, absent, or unknown.

Source: IAM User Guide, "AWS global condition context keys"; Lambda Developer Guide, "Using source function ARN".
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from doctor.iam import catalogue
from doctor.iam.call_context import settled_keys
from doctor.model import arns
from doctor.model.function import Function

_ABSENT = frozenset(
    key.lower()
    for key in (
        "aws:CalledVia",
        "aws:CalledViaFirst",
        "aws:CalledViaLast",
        "aws:Ec2InstanceSourcePrivateIPv4",
        "aws:Ec2InstanceSourceVpc",
        "aws:FederatedProvider",
        "aws:PrincipalServiceName",
        "aws:PrincipalServiceNamesList",
        "aws:SourceAccount",
        "aws:SourceArn",
        "aws:SourceIdentity",
        "aws:SourceOrgID",
        "aws:SourceOrgPaths",
        "aws:username",
        "kms:ViaService",
        "lambda:EventSourceToken",
        "lambda:InvokedViaFunctionUrl",
    )
)
"""Never in a request that code sends with the function's role."""

_OUTSIDE_VPC = frozenset(("aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip", "aws:sourcevpcarn"))
_FROM_PARAMETERS = ("aws:requesttag/", "aws:tagkeys")


@lru_cache(16)
def role_context(role: str, now: datetime) -> Mapping[str, Any]:
    """The keys whose value is known for any call that is made with a role, whoever makes it."""
    return {
        "aws:PrincipalArn": role,
        "aws:PrincipalAccount": "".join(role.split(":")[4:5]),
        "aws:PrincipalType": "AssumedRole",
        "aws:PrincipalIsAWSService": "false",
        "aws:SecureTransport": "true",
        "aws:CurrentTime": now.isoformat(),
        "aws:EpochTime": str(int(now.timestamp())),
    }


def session_context(function: Function, now: datetime, region: str = "") -> dict[str, Any]:
    """The keys whose value is known for any call of the function's code.

    Args:
        function: The version that calls.
        now: When it calls.
        region: Region that is called; the function's own by default.
    """
    own_region, account = function.function_arn.split(":")[3:5]
    return {
        **role_context(function.role, now),
        "aws:PrincipalAccount": "".join(function.role.split(":")[4:5]) or account,
        "aws:ViaAWSService": "false",
        "aws:RequestedRegion": region or own_region,
        "lambda:SourceFunctionArn": arns.unqualified(function.function_arn),
    }


def unknown_keys(function: Function | None, action: str, *, whole_call: bool) -> Callable[[str], bool]:
    """Make the test of which keys, beside the known ones, may be in a request for ``action``.

    A service's own key is absent unless the action documents it; a global one is unknown unless it is never there.

    Args:
        function: The version whose code calls; ``None`` for a call that a service makes.
        action: ``service:Action``.
        whole_call: Whether a whole call's parameters are known, so that what they do not set is absent.
    """
    service = action.lower().partition(":")[0]
    found = catalogue.action(action)
    documented = found.keys if found else frozenset()
    templates = tuple(key.partition("${")[0] for key in documented if "${" in key)
    settled = settled_keys(service) if whole_call else frozenset()
    absent = _ABSENT if function is not None else frozenset()
    outside = function is not None and not function.vpc_config.subnet_ids

    def is_unknown(key: str) -> bool:
        if key in absent or key in settled or (outside and key in _OUTSIDE_VPC):
            return False
        if key.startswith(_FROM_PARAMETERS):
            return not whole_call
        if key.startswith("aws:"):
            return True
        return key in documented or found is None or key.startswith(templates)

    return is_unknown
