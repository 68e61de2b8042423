"""Functions with their versions, aliases, concurrency and resource policies."""

from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from doctor.aws.embedded.recorded import recorded
from doctor.aws.embedded.restore.clients import Clients
from doctor.code.zipped import zip_directory
from doctor.model import arns
from doctor.model.function import Alias, Function
from doctor.model.redacted import Redacted
from doctor.model.snapshot import Snapshot

_SETTINGS = (
    "Runtime",
    "Role",
    "Handler",
    "Description",
    "Timeout",
    "MemorySize",
    "DeadLetterConfig",
    "EphemeralStorage",
    "TracingConfig",
    "KMSKeyArn",
)
"""Fields of a configuration that CreateFunction and UpdateFunctionConfiguration take as they are, when they say something."""
_STATES = (
    "State",
    "StateReason",
    "StateReasonCode",
    "LastUpdateStatus",
    "LastUpdateStatusReason",
    "LastUpdateStatusReasonCode",
)


def restore(clients: Clients, snapshot: Snapshot, folder: Path) -> None:
    """Each function is created as its oldest version was, and then led through its versions to ``$LATEST``."""
    by_name: dict[str, list[Function]] = {}
    for resource in snapshot.resources.values():
        if isinstance(resource, Function):
            by_name.setdefault(resource.function_name, []).append(resource)
    for name, versions in by_name.items():
        code = zip_directory(folder / "code" / name)
        versions.sort(key=lambda one: int(one.version) if one.version.isdigit() else 1_000_000)
        _function(clients, versions, code)
    for resource in snapshot.resources.values():
        if isinstance(resource, Alias):
            _alias(clients, resource)
    for resource in snapshot.resources.values():
        if isinstance(resource, Function | Alias):
            _policy(clients, resource)


def _function(clients: Clients, versions: list[Function], code: bytes) -> None:
    first, latest = versions[0], versions[-1]
    with recorded(at=datetime.fromisoformat(first.last_modified), revision=first.revision_id):
        clients.lambda_.create_function(
            FunctionName=first.function_name,
            Code={"ZipFile": code},
            Architectures=list(first.architectures),
            PackageType=first.package_type,
            **_settings(first),
        )
    previous = first
    for version in versions:
        if _settings(version) != _settings(previous):
            with recorded(at=datetime.fromisoformat(version.last_modified), revision=version.revision_id):
                clients.lambda_.update_function_configuration(FunctionName=version.function_name, **_settings(version))
        if version.version != "$LATEST":
            with recorded(
                at=datetime.fromisoformat(version.last_modified), version=version.version, revision=version.revision_id
            ):
                clients.lambda_.publish_version(FunctionName=version.function_name)
        previous = version
    if latest.reserved_concurrent_executions is not None:
        clients.lambda_.put_function_concurrency(
            FunctionName=latest.function_name,
            ReservedConcurrentExecutions=latest.reserved_concurrent_executions,
        )
    for version in versions:
        _state(clients, version)


def _state(clients: Clients, version: Function) -> None:
    raw = msgspec.to_builtins(version)
    states = {key: raw[key] for key in _STATES if key in raw}
    states |= {"LastModified": version.last_modified, "RevisionId": version.revision_id}
    clients.embedded.control(
        "set_function",
        FunctionName=version.function_name,
        Qualifier=version.version,
        Configuration={key: value for key, value in states.items() if value},
    )


def _settings(function: Function) -> dict[str, Any]:
    """A configuration as parameters; what says nothing is left out."""
    raw = msgspec.to_builtins(function)
    settings = {key: raw[key] for key in _SETTINGS if raw.get(key)}
    variables = {name: _clear(value) for name, value in function.environment.variables.items()}
    logging = raw.get("LoggingConfig", {})
    optional: dict[str, Any] = {
        "Environment": {"Variables": variables} if variables else None,
        "VpcConfig": _vpc(function),
        "Layers": [layer.arn for layer in function.layers],
        "LoggingConfig": logging if logging.get("LogFormat", "Text") != "Text" else None,
    }
    return settings | {key: value for key, value in optional.items() if value}


def _clear(value: str | Redacted) -> str:
    """An environment value; a redacted one becomes filler of the same length, for the secret itself was never recorded."""
    return value if isinstance(value, str) else "x" * value.length


def _vpc(function: Function) -> dict[str, list[str]] | None:
    vpc = function.vpc_config
    if not vpc.subnet_ids:
        return None
    return {"SubnetIds": list(vpc.subnet_ids), "SecurityGroupIds": list(vpc.security_group_ids)}


def _alias(clients: Clients, alias: Alias) -> None:
    routing = alias.routing_config.additional_version_weights
    more: dict[str, Any] = {"RoutingConfig": {"AdditionalVersionWeights": routing}} if routing else {}
    with recorded(revision=alias.revision_id):
        clients.lambda_.create_alias(
            FunctionName=arns.name(alias.arn),
            Name=alias.name,
            FunctionVersion=alias.function_version,
            Description=alias.description,
            **more,
        )


def _policy(clients: Clients, owner: Function | Alias) -> None:
    """Each statement of a resource policy was one AddPermission."""
    for statement in (owner.policy or {}).get("Statement", ()):
        condition = statement.get("Condition", {})
        optional = {
            "SourceArn": _either(condition, "ArnLike", "AWS:SourceArn"),
            "SourceAccount": _either(condition, "StringEquals", "AWS:SourceAccount"),
            "PrincipalOrgID": _either(condition, "StringEquals", "aws:PrincipalOrgID"),
            "FunctionUrlAuthType": _either(condition, "StringEquals", "lambda:FunctionUrlAuthType"),
            "Qualifier": arns.qualifier(statement["Resource"]).replace("$LATEST", ""),
        }
        clients.lambda_.add_permission(
            FunctionName=arns.name(owner.arn),
            StatementId=statement["Sid"],
            Action=statement["Action"],
            Principal=_principal(statement["Principal"]),
            **{key: value for key, value in optional.items() if value},
        )


def _either(condition: dict[str, Any], operator: str, key: str) -> str:
    return str({name.lower(): value for name, value in condition.get(operator, {}).items()}.get(key.lower(), ""))


def _principal(principal: str | dict[str, str]) -> str:
    return principal if isinstance(principal, str) else next(iter(principal.values()))
