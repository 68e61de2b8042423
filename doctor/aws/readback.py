"""Read one resource again, as it is now: before a step, after it, and before it is taken back."""

from collections.abc import Collection, Iterable
from typing import Any

import msgspec

from doctor.aws.decode import JSON, decode
from doctor.aws.readback_network import network
from doctor.aws.session import Aws, AwsError
from doctor.engine.operations.operation import value_at
from doctor.errors import ApplyError
from doctor.model import arns
from doctor.model.call import Call
from doctor.model.finding import Touched, Written
from doctor.model.function import Alias, EventSourceMapping, Function
from doctor.model.identity import ManagedPolicy, Role
from doctor.model.record import Shape
from doctor.model.sources import Key
from doctor.model.triggers import EventRule, Queue

_RESERVED = "ReservedConcurrentExecutions"


def current(aws: Aws, arn: str, fields: Collection[str] = ()) -> Shape:
    """The resource as the account shows it now; ``fields`` are those that matter, where not all come by one call.

    Raises:
        AwsError: it cannot be read.
        ApplyError: the answer cannot be understood, or doctor does not know how to read a resource of this kind.
    """
    try:
        return _read(aws, arn, fields)
    except (ValueError, KeyError) as error:
        raise ApplyError(f"{arn}: the answer is not what AWS's model says: {error}") from error


def _read(aws: Aws, arn: str, fields: Collection[str]) -> Shape:
    if ":function:" in arn:
        qualifier = arns.qualifier(arn)
        named: dict[str, Any] = {"FunctionName": arns.unqualified(arn)}
        if qualifier == "$LATEST" or qualifier.isdigit():
            answer = aws.read(_call("lambda", "GetFunctionConfiguration", {**named, "Qualifier": qualifier}))
            apart = aws.read(_call("lambda", "GetFunctionConcurrency", named)) if _RESERVED in fields else {}
            reserved = {key: apart[key] for key in apart if key == _RESERVED}
            whole = {**answer, **reserved, **_policy(aws, arn, fields), "FunctionArn": arn}
            return decode(Function, whole, {"Policy": JSON})
        alias = aws.read(_call("lambda", "GetAlias", {**named, "Name": qualifier}))
        return decode(Alias, {**alias, **_policy(aws, arn, fields)}, {"Policy": JSON})
    if arns.service(arn) == "iam":
        return _role(aws, arn, fields) if ":role/" in arn else _managed(aws, arn)
    if ":sqs:" in arn:
        url = aws.call(
            _call("sqs", "GetQueueUrl", {"QueueName": arns.name(arn), "QueueOwnerAWSAccountId": arns.account(arn)})
        )["QueueUrl"]
        answer = aws.read(_call("sqs", "GetQueueAttributes", {"QueueUrl": url, "AttributeNames": ["All"]}))
        return decode(Queue, answer["Attributes"], {"RedrivePolicy": JSON, "Policy": JSON})
    if ":event-source-mapping:" in arn:
        answer = aws.read(_call("lambda", "GetEventSourceMapping", {"UUID": arns.name(arn)}))
        return decode(EventSourceMapping, {**answer, "EventSourceMappingArn": arn})
    if arns.service(arn) == "kms":
        return _key(aws, arn, fields)
    if arns.service(arn) == "events":
        *bus, name = arn.split(":rule/", 1)[1].rsplit("/", 1)
        return decode(EventRule, aws.read(_call("events", "DescribeRule", {"Name": name, **_bus(bus)})))
    found = network(aws, arn, fields) if arns.service(arn) == "ec2" else None
    if found is not None:
        return found
    raise ApplyError(f"{arn}: doctor cannot read this kind of resource again")


def _policy(aws: Aws, arn: str, fields: Collection[str]) -> dict[str, str]:
    """The resource policy of a version or an alias, where it matters and there is one."""
    if "Policy" not in fields:
        return {}
    qualifier = arns.qualifier(arn)
    named = {"FunctionName": arns.unqualified(arn)} | ({} if qualifier == "$LATEST" else {"Qualifier": qualifier})
    try:
        return {"Policy": aws.read(_call("lambda", "GetPolicy", named))["Policy"]}
    except AwsError as error:
        if error.code == "ResourceNotFoundException":
            return {}
        raise


def _key(aws: Aws, arn: str, fields: Collection[str]) -> Key:
    """A key, with its policy where that matters."""
    told = aws.read(_call("kms", "DescribeKey", {"KeyId": arn}))["KeyMetadata"]
    if "Policy" in fields:
        told |= {"Policy": aws.read(_call("kms", "GetKeyPolicy", {"KeyId": arn, "PolicyName": "default"}))["Policy"]}
    return decode(Key, told, {"Policy": JSON})


def _managed(aws: Aws, arn: str) -> ManagedPolicy:
    """A managed policy: which version is the default; the versions themselves never change."""
    return decode(ManagedPolicy, aws.read(_call("iam", "GetPolicy", {"PolicyArn": arn}))["Policy"])


def _role(aws: Aws, arn: str, fields: Collection[str]) -> Role:
    """A role with its inline policies, by name, and with those that are attached where they matter: what doctor writes of it."""
    named = {"RoleName": arns.name(arn)}
    answer = aws.read(_call("iam", "GetRole", named))["Role"]
    names = sorted(aws.read(_call("iam", "ListRolePolicies", named))["PolicyNames"])
    policies = [aws.read(_call("iam", "GetRolePolicy", {**named, "PolicyName": name})) for name in names]
    inline = [{key: one[key] for key in ("PolicyName", "PolicyDocument")} for one in policies]
    if "AttachedManagedPolicies" not in fields:
        return decode(Role, {**answer, "RolePolicyList": inline})
    attached = aws.read(_call("iam", "ListAttachedRolePolicies", named))["AttachedPolicies"]
    return decode(Role, {**answer, "RolePolicyList": inline, "AttachedManagedPolicies": attached})


def _bus(named: list[str]) -> dict[str, str]:
    """The event bus that a rule's ARN names; the default one is in none."""
    return {"EventBusName": named[0]} if named else {}


def values(aws: Aws, touched: tuple[Touched, ...]) -> tuple[Touched, ...]:
    """The same fields, with the values that the account shows now."""
    wanted: dict[str, list[str]] = {}
    for one in touched:
        wanted.setdefault(one.resource, []).append(_whole(one.field))
    seen = {arn: current(aws, arn, fields) for arn, fields in wanted.items()}
    return tuple(
        Touched(resource=one.resource, field=one.field, value=value_at(seen[one.resource], one.field))
        for one in touched
    )


def _whole(field: str) -> str:
    """The field of a resource in which a named part lies."""
    return field.split(".", 1)[0].split("[", 1)[0]


def before(written: Iterable[Written]) -> tuple[Touched, ...]:
    """What the account showed before it was written: what an undo restores."""
    return tuple(Touched(resource=one.resource, field=one.field, value=one.before) for one in written)


def after(written: Iterable[Written]) -> tuple[Touched, ...]:
    """What the account shows once it is written, as long as nobody else changes it."""
    return tuple(Touched(resource=one.resource, field=one.field, value=one.after) for one in written)


def differences(expected: tuple[Touched, ...], found: tuple[Touched, ...]) -> list[str]:
    """One line for each field that is no longer what was expected."""
    return [
        f"{arns.name(was.resource)} {was.field}: expected {_told(was.value)}, is {_told(now.value)}"
        for was, now in zip(expected, found, strict=True)
        if _plain(was.value) != _plain(now.value)
    ]


def _plain(value: Any) -> Any:
    """A value as JSON carries it: what was read from a journal has lists where a snapshot has tuples; of a document, what it says."""
    if isinstance(value, str) and value.startswith("{"):
        try:
            return msgspec.json.decode(value)
        except ValueError:
            return value
    return msgspec.json.decode(msgspec.json.encode(value))


def _told(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _call(service: str, operation: str, parameters: dict[str, Any]) -> Call:
    return Call(service=service, operation=operation, parameters=parameters)
