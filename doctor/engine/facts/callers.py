"""Who may invoke, by the resource policies of a function and of its aliases."""

from collections.abc import Iterator
from typing import Any

from doctor.model.function import Alias, Function
from doctor.model.record import Record

ASYNCHRONOUS = frozenset({"s3", "sns", "events", "config", "iot", "logs", "ses", "codecommit", "cloudformation"})
"""Services that hand Lambda an event and do not wait.

See https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
"""


class Caller(Record):
    """One service that a policy's statement lets in."""

    service: str
    """``s3``, ``sns``, ``events``: the principal without ``.amazonaws.com``."""
    source_arns: tuple[str, ...] = ()
    """For which of its resources; empty: the statement does not say."""


def callers(owner: Function | Alias) -> tuple[Caller, ...]:
    """The services that a policy lets in."""
    statements = _several((owner.policy or {}).get("Statement"))
    return tuple(
        Caller(service=name, source_arns=tuple(_sources(statement)))
        for statement in statements
        if statement.get("Effect") == "Allow"
        for name in _services(statement)
    )


def _services(statement: dict[str, Any]) -> Iterator[str]:
    principal = statement.get("Principal")
    for name in _several(principal.get("Service") if isinstance(principal, dict) else None):
        yield str(name).split(".", 1)[0]


def _sources(statement: dict[str, Any]) -> Iterator[str]:
    for tests in (statement.get("Condition") or {}).values():
        for key, value in tests.items():
            if key.lower() == "aws:sourcearn":
                yield from (str(one) for one in _several(value))


def _several(value: Any) -> list[Any]:
    """A policy writes one of something without a list."""
    return value if isinstance(value, list) else [] if value is None else [value]
