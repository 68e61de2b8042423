"""Lambda's writes to resource policies: who may invoke a function, a version or an alias."""

import hashlib
import re
from typing import Any

from msgspec.structs import replace

from doctor.engine.operations.operation import Operation, Response, no_settle, touched
from doctor.engine.operations.templates import permission_as_code
from doctor.engine.world import World
from doctor.model import arns
from doctor.model.call import Call
from doctor.model.finding import Step, Touched
from doctor.model.function import Alias, Function
from doctor.model.snapshot import Snapshot

_INVOKE = "lambda:InvokeFunction"
_SAY_NO_ACCOUNT = ("apigateway.amazonaws.com", "elasticloadbalancing.amazonaws.com")
"""Services whose requests are not known to carry ``aws:SourceAccount``; the ARNs of their resources name the account."""


def let_invoke(target: Function | Alias, principal: str, source: str, account: str) -> Step:
    """Let a service invoke a version or an alias, for one of its resources: ``events.amazonaws.com`` for a rule's ARN.

    Args:
        target: What is invoked: each version and alias has a policy of its own.
        principal: The service.
        source: ARN of its resource; ``*`` in it stands for anything, as in an API's stage.
        account: Whose resource it is: a bucket's ARN does not say, and its name can become somebody else's.
    """
    bound = {} if principal in _SAY_NO_ACCOUNT else {"SourceAccount": account}
    parameters = {"Action": _INVOKE, "Principal": principal, "SourceArn": source, **bound}
    return _add(target, f"let {arns.name(source)} invoke it", parameters)


def let_call_url(target: Function | Alias, principal: str, auth_type: str) -> Step:
    """Let a principal call the URL of a function or an alias; that alone is not enough, see ``let_invoke_by_url``."""
    parameters = {"Action": "lambda:InvokeFunctionUrl", "Principal": principal, "FunctionUrlAuthType": auth_type}
    return _add(target, f"let {principal} call the URL", parameters)


def let_invoke_by_url(target: Function | Alias, principal: str) -> Step:
    """Let a principal invoke by the URL, and in no other way: the second of the two permissions that a URL needs."""
    parameters = {"Action": _INVOKE, "Principal": principal, "InvokedViaFunctionUrl": True}
    return _add(target, f"let {principal} invoke by the URL", parameters)


def withdraw(target: Function | Alias, statement: dict[str, Any]) -> Step:
    """Take one statement, by its name, out of a policy; all others stay."""
    call = _call(target.arn, "RemovePermission", StatementId=statement["Sid"])
    return Step(name=f"withdraw the statement {statement['Sid']}", call=call)


def _add(target: Function | Alias, name: str, parameters: dict[str, Any]) -> Step:
    digest = hashlib.sha256(" ".join(map(str, parameters.values())).encode()).hexdigest()
    return Step(name=name, call=_call(target.arn, "AddPermission", StatementId=f"doctor-{digest[:12]}", **parameters))


def _call(target: str, operation: str, **parameters: Any) -> Call:
    qualifier = arns.qualifier(target)
    named = {} if qualifier == "$LATEST" else {"Qualifier": qualifier}
    return Call(
        service="lambda",
        operation=operation,
        parameters={"FunctionName": arns.unqualified(target), **named, **parameters},
        account=arns.account(target),
        region=arns.region(target),
    )


def _owner(world: World, call: Call) -> Function | Alias:
    """The version or alias whose policy a call is about: each has its own."""
    name = call.parameters["FunctionName"]
    arn = f"{name}:{call.parameters['Qualifier']}" if "Qualifier" in call.parameters else name
    found = world.get(arn, Function) or world.get(arn, Alias)
    if found is None:
        raise LookupError(f"{call.name}: {arn} is not in the snapshot")
    return found


def _statements(owner: Function | Alias) -> list[dict[str, Any]]:
    found = (owner.policy or {}).get("Statement", [])
    return found if isinstance(found, list) else [found]


def _with(owner: Function | Alias, statements: list[dict[str, Any]]) -> Function | Alias:
    """The owner with a policy of these statements; without any there is no policy."""
    known = owner.policy or {"Version": "2012-10-17", "Id": "default"}
    return replace(owner, policy={**known, "Statement": statements} if statements else None)


_CONDITIONS = {
    "SourceArn": ("ArnLike", "AWS:SourceArn"),
    "SourceAccount": ("StringEquals", "AWS:SourceAccount"),
    "FunctionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
    "InvokedViaFunctionUrl": ("Bool", "lambda:InvokedViaFunctionUrl"),
}
"""Parameters of AddPermission that Lambda writes as conditions: operator and key."""
_SWITCHES = ("InvokedViaFunctionUrl",)


def _added(snapshot: Snapshot, call: Call) -> tuple[Snapshot, Response]:
    owner, parameters = _owner(World(snapshot), call), call.parameters
    condition: dict[str, dict[str, str]] = {}
    for name, (operator, key) in _CONDITIONS.items():
        if name in parameters:
            value = parameters[name]
            condition.setdefault(operator, {})[key] = "true" if value is True else value
    statement = {
        "Sid": parameters["StatementId"],
        "Effect": "Allow",
        "Principal": _principal(parameters["Principal"]),
        "Action": parameters["Action"],
        "Resource": owner.arn,
        **({"Condition": condition} if condition else {}),
    }
    return snapshot.with_resources(_with(owner, [*_statements(owner), statement])), {}


def _principal(given: str) -> str | dict[str, str]:
    """As Lambda writes it: services apart from accounts, roles and users."""
    if given == "*":
        return given
    if given.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        return {"Service": given}
    return {"AWS": f"arn:aws:iam::{given}:root" if given.isdigit() else given}


def _removed(snapshot: Snapshot, call: Call) -> tuple[Snapshot, Response]:
    owner = _owner(World(snapshot), call)
    left = [one for one in _statements(owner) if one.get("Sid") != call.parameters["StatementId"]]
    return snapshot.with_resources(_with(owner, left)), {}


def _statement(world: World, call: Call) -> tuple[Touched, ...]:
    return touched(_owner(world, call), f"Policy.Statement[{call.parameters['StatementId']}]")


def _add_again(world: World, call: Call) -> Call | None:
    """The call that puts a statement back; ``None`` where no call writes it as it is."""
    owner, name = _owner(world, call), call.parameters["StatementId"]
    known = next((one for one in _statements(owner) if one.get("Sid") == name), None)
    if known is None:
        return None
    told = _call(owner.arn, "AddPermission", StatementId=name, **_parameters(known))
    snapshot, _ = _added(World(_removed(world.snapshot, call)[0]).snapshot, told)
    back = next(one for one in _statements(_owner(World(snapshot), call)) if one.get("Sid") == name)
    return told if back == known else None


def _parameters(statement: dict[str, Any]) -> dict[str, Any]:
    """A statement as AddPermission would take it, as far as it can."""
    principal, tests = statement.get("Principal", ""), statement.get("Condition") or {}
    who = next(iter(principal.values()), "") if isinstance(principal, dict) else principal
    account = re.fullmatch(r"arn:aws:iam::(\d{12}):root", str(who))
    found = {name: (tests.get(operator) or {}).get(key) for name, (operator, key) in _CONDITIONS.items()}
    bound = {name: value is True or value == "true" if name in _SWITCHES else value for name, value in found.items()}
    return {
        "Action": statement.get("Action", ""),
        "Principal": account[1] if account else who,
        **{name: value for name, value in bound.items() if found[name] is not None},
    }


def _remove(world: World, call: Call) -> Call:
    return _call(_owner(world, call).arn, "RemovePermission", StatementId=call.parameters["StatementId"])


OPERATIONS = {
    "lambda:AddPermission": Operation(
        effect=_added,
        touches=lambda world, call: touched(_owner(world, call), "Policy"),
        part=_statement,
        undo=_remove,
        settled=no_settle,
        actions=("lambda:AddPermission", "lambda:GetPolicy", "lambda:GetFunctionConfiguration", "lambda:GetAlias"),
        as_code=permission_as_code,
    ),
    "lambda:RemovePermission": Operation(
        effect=_removed,
        touches=lambda world, call: touched(_owner(world, call), "Policy"),
        part=_statement,
        undo=_add_again,
        undo_note="AddPermission cannot write the statement as it is",
        settled=no_settle,
        actions=("lambda:RemovePermission", "lambda:GetPolicy"),
    ),
}
