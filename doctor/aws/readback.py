"""Read one resource again, as it is now: before a step, after it, and before it is taken back."""

from typing import Any

import msgspec

from doctor.aws.decode import JSON, decode
from doctor.aws.session import Aws
from doctor.errors import ApplyError
from doctor.model import arns
from doctor.model.call import Call
from doctor.model.finding import Touched
from doctor.model.function import Alias, Function
from doctor.model.record import Shape
from doctor.model.triggers import Queue


def current(aws: Aws, arn: str) -> Shape:
    """The resource as the account shows it now.

    Raises:
        AwsError: it cannot be read.
        ApplyError: doctor does not know how to read a resource of this kind.
    """
    if ":function:" in arn:
        qualifier = arns.qualifier(arn)
        named: dict[str, Any] = {"FunctionName": arns.unqualified(arn)}
        if qualifier == "$LATEST" or qualifier.isdigit():
            answer = aws.read(_call("lambda", "GetFunctionConfiguration", {**named, "Qualifier": qualifier}))
            return decode(Function, {**answer, "FunctionArn": arn})
        return decode(Alias, aws.read(_call("lambda", "GetAlias", {**named, "Name": qualifier})))
    if ":sqs:" in arn:
        url = aws.call(_call("sqs", "GetQueueUrl", {"QueueName": arns.name(arn)}))["QueueUrl"]
        answer = aws.read(_call("sqs", "GetQueueAttributes", {"QueueUrl": url, "AttributeNames": ["All"]}))
        return decode(Queue, answer["Attributes"], {"RedrivePolicy": JSON, "Policy": JSON})
    raise ApplyError(f"{arn}: doctor cannot read this kind of resource again; nothing was sent")


def values(aws: Aws, touched: tuple[Touched, ...]) -> tuple[Touched, ...]:
    """The same fields, with the values that the account shows now."""
    seen = {arn: current(aws, arn) for arn in dict.fromkeys(one.resource for one in touched)}
    return tuple(
        Touched(resource=one.resource, field=one.field, value=field(seen[one.resource], one.field)) for one in touched
    )


def field(resource: Shape, name: str) -> Any:
    """A resource's field by AWS's name, as JSON would carry it."""
    ours = dict(zip(resource.__struct_encode_fields__, resource.__struct_fields__, strict=True))[name]
    return msgspec.to_builtins(getattr(resource, ours))


def differences(expected: tuple[Touched, ...], found: tuple[Touched, ...]) -> list[str]:
    """One line for each field that is no longer what was expected."""
    return [
        f"{arns.name(was.resource)} {was.field}: expected {_told(was.value)}, is {_told(now.value)}"
        for was, now in zip(expected, found, strict=True)
        if msgspec.to_builtins(was.value) != now.value
    ]


def _told(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _call(service: str, operation: str, parameters: dict[str, Any]) -> Call:
    return Call(service=service, operation=operation, parameters=parameters)
