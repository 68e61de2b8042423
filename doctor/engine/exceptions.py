"""What the owner of a policy would write into it so that one request passes and nothing else, as text to hand over."""

import json

from doctor.engine.operations import documents
from doctor.model import arns
from doctor.model.decision import StatementRef
from doctor.model.function import Function


def exception_to_add(statement: StatementRef, function: Function, *, at_resource: bool) -> str:
    """How a Deny is narrowed by one exception: for this function's code, or where a resource's policy says it for its role.

    Args:
        statement: The Deny.
        function: Whose calls are to pass.
        at_resource: Whether the policy is a resource's, which does not see whose code calls.
    """
    key, value = ("aws:PrincipalArn", function.role) if at_resource else _of(function)
    text = json.dumps({"ArnNotEquals": {key: value}})
    sid = f" ({statement.sid})" if statement.sid else ""
    return f"in {statement.policy}, statement {statement.index + 1}{sid}, put into Condition: {text}"


def statement_to_add(policy: str, action: str, resource: str, *, principal: str = "", role: str = "") -> str:
    """The statement that is missing in somebody's policy, exact to action and resource.

    Args:
        policy: Which policy, in words.
        action: ``service:Action``.
        resource: ARN.
        principal: ARN of the role that is let in, in a resource's policy; empty: the policy names no principals.
        role: ARN of the role that it is for, where the policy is for many.
    """
    statement = {
        "Effect": "Allow",
        **({"Principal": {"AWS": principal}} if principal else {}),
        "Action": action,
        "Resource": documents.literal(resource),
        **({"Condition": {"ArnEquals": {"aws:PrincipalArn": role}}} if role else {}),
    }
    return f"add to {policy}: {json.dumps(statement)}"


def _of(function: Function) -> tuple[str, str]:
    return "lambda:SourceFunctionArn", arns.unqualified(function.arn)
