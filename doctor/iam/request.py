"""What IAM is asked: who wants to do what, to which resource, in which context."""

from collections.abc import Callable, Mapping
from typing import Any

from doctor.errors import UsageError
from doctor.iam.context import Context
from doctor.iam.principals import Caller, parse_caller


class Request:
    """One action on one resource by one caller. Never changes.

    Args:
        caller: Who asks.
        action: ``service:Action``, as IAM spells it.
        resource: ARN, or ``*`` for an action without resource-level permissions.
        context: The condition context.
        owner: Account that owns the resource; S3's ARNs carry none.
        by_code: Whether a function's code makes it: then resource-based policies do not see which function's.
    """

    __slots__ = (
        "_by_code",
        "action",
        "caller",
        "context",
        "lower_action",
        "owner",
        "resource",
        "same_account",
        "service",
    )

    def __init__(
        self, caller: Caller, action: str, resource: str, context: Context, owner: str, *, by_code: bool = False
    ) -> None:
        self.caller, self.action, self.resource = caller, action, resource
        self.context, self.owner, self._by_code = context, owner, by_code
        self.lower_action = action.lower()
        """IAM compares actions without regard to case."""
        self.service = self.lower_action.partition(":")[0]
        self.same_account = caller.account != "" and caller.account == owner

    def at_resource(self) -> "Request":
        """The request as resource-based policies see it: without ``lambda:SourceFunctionArn``."""
        if not self._by_code:
            return self
        return Request(self.caller, self.action, self.resource, self.context.without(_OF_CODE), self.owner)


_OF_CODE = "lambda:sourcefunctionarn"


class InvalidRequest(UsageError):
    """What was asked is no action, no ARN or no principal; the message is one line for the user."""


def make_request(
    principal: str,
    action: str,
    resource: str,
    context: Mapping[str, Any],
    *,
    owner: str = "",
    is_unknown: Callable[[str], bool] | None = None,
    by_code: bool = False,
) -> Request:
    """Check and assemble a request.

    Args:
        principal: ARN, service principal or ``anonymous``.
        action: ``service:Action``.
        resource: ARN, or ``*``.
        context: Values by condition key.
        owner: Account of the resource; by default the one in the ARN, else the caller's.
        is_unknown: Tells which keys (in lower case) that ``context`` lacks are unknown; by default all are absent.
        by_code: Whether a function's code makes it.

    Raises:
        InvalidRequest: One of them is malformed.
    """
    try:
        caller = parse_caller(principal)
    except ValueError as error:
        raise InvalidRequest(str(error)) from error
    service, _, name = action.partition(":")
    if not (service and name) or any(letter in action for letter in "*? "):
        raise InvalidRequest(f"{action!r} is not an action: give service:Action, for example s3:GetObject")
    segments = resource.split(":", 5)
    if resource != "*" and (len(segments) != len(("arn", "p", "s", "r", "a", "n")) or segments[0] != "arn"):
        raise InvalidRequest(f"{resource!r} is not an ARN: give arn:partition:service:region:account:resource, or *")
    if not owner:
        account = segments[4] if len(segments) > 1 else ""
        owner = account if account.isdigit() else caller.account  # what is AWS's own (``aws``) is everybody's
    known = Context(context) if is_unknown is None else Context(context, is_unknown)
    return Request(caller, action, resource, known, owner, by_code=by_code)
