"""Resource policies of functions, versions and aliases."""

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from doctor.aws.embedded.addition import Addition, Parameters, Refused, Request, Result
from doctor.aws.embedded.additions import functions

addition = Addition(
    "permissions",
    "moto takes a StatementId twice, keeps one policy for a function and all its qualifiers, and misreads some principals and conditions",
)

_CONDITIONS = {
    "SourceArn": ("ArnLike", "AWS:SourceArn"),
    "SourceAccount": ("StringEquals", "AWS:SourceAccount"),
    "PrincipalOrgID": ("StringEquals", "aws:PrincipalOrgID"),
    "EventSourceToken": ("StringEquals", "lambda:EventSourceToken"),
    "FunctionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
    "InvokedViaFunctionUrl": ("Bool", "lambda:InvokedViaFunctionUrl"),
}
"""The condition that each parameter of AddPermission becomes: operator and key."""


@dataclass
class _Policy:
    revision: str = field(default_factory=lambda: str(uuid.uuid4()))
    statements: list[Parameters] = field(default_factory=list)


@addition.answers("lambda", "AddPermission")
def add(request: Request) -> Result:
    """Add a statement."""
    function = functions.named(request)
    policy = _policy(request)
    functions.check_revision(request, policy.revision, functions.kept(function).revision)
    name = request.parameters["StatementId"]
    if any(statement["Sid"] == name for statement in policy.statements):
        raise Refused(
            "ResourceConflictException",
            f"The statement id ({name}) provided already exists. Please provide a new statement id, or remove the "
            "existing statement.",
            Type="User",
        )
    statement = _statement(request)
    policy.statements.append(statement)
    policy.revision = functions.new_revision()
    return {"Statement": json.dumps(statement)}


@addition.answers("lambda", "RemovePermission")
def remove(request: Request) -> Result:
    """Remove a statement."""
    policy = _policy(request)
    functions.check_revision(request, policy.revision, functions.kept(functions.named(request)).revision)
    name = request.parameters["StatementId"]
    left = [statement for statement in policy.statements if statement["Sid"] != name]
    if len(left) == len(policy.statements):
        raise functions.not_found(f"Statement {name} is not found in resource policy.")
    policy.statements = left
    policy.revision = functions.new_revision()
    return {}


@addition.answers("lambda", "GetPolicy")
def get(request: Request) -> Result:
    """Answer the policy of exactly what was named; the function's own does not show in its versions and aliases."""
    functions.named(request)
    policy = _policy(request)
    if not policy.statements:
        raise functions.not_found()
    document = {"Version": "2012-10-17", "Id": "default", "Statement": policy.statements}
    return {"Policy": json.dumps(document), "RevisionId": policy.revision}


def _policy(request: Request) -> _Policy:
    policy: _Policy = functions.hanging(request, "policy").setdefault(functions.qualifier_of(request) or "", _Policy())
    return policy


def _statement(request: Request) -> Parameters:
    parameters = request.parameters
    qualifier = functions.qualifier_of(request)
    statement: Parameters = {
        "Sid": parameters["StatementId"],
        "Effect": "Allow",
        "Principal": _principal(parameters["Principal"]),
        "Action": parameters["Action"],
        "Resource": functions.latest(request).function_arn + (f":{qualifier}" if qualifier else ""),
    }
    conditions: dict[str, dict[str, Any]] = {}
    for name, (operator, key) in _CONDITIONS.items():
        if name in parameters:
            value = parameters[name]
            conditions.setdefault(operator, {})[key] = str(value).lower() if isinstance(value, bool) else value
    return statement | ({"Condition": conditions} if conditions else {})


def _principal(name: str) -> str | dict[str, str]:
    if name == "*":
        return name
    if name.isdecimal():
        return {"AWS": f"arn:aws:iam::{name}:root"}
    return {"AWS": name} if name.startswith("arn:") else {"Service": name}
