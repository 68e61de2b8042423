"""The SDK clients that a file creates, and the operations that it calls on them."""

import re
from collections.abc import Iterator

from doctor.code import literals, sdk
from doctor.code.python.expressions import Called, Entries, Member, Named
from doctor.code.python.module import Module
from doctor.code.python.resolver import CREATORS, Client, Resolver, Value
from doctor.model.package import FromVariable, SdkCall, SdkClient

_METHOD = re.compile(r"[a-z][a-z0-9_]{1,99}")
_COLLECTION = {"all": "ListObjects", "delete": "DeleteObjects", "filter": "ListObjects", "limit": "ListObjects"}
"""Methods of ``objects`` of an S3 bucket, and what they send."""


def clients(resolver: Resolver, module: Module) -> Iterator[SdkClient]:
    """The clients that a file creates."""
    for called, place, certain in module.calls:
        made = resolver.value(called, module) if _creates(called) else None
        if isinstance(made, Client) and not made.kind:
            config = resolver.value(called.argument("config"), module)
            yield SdkClient(
                path=place.path,
                line=place.line,
                function=place.function,
                service=made.service,
                each_time=bool(place.function) and certain and place.function not in module.cached,
                region=literals.resource_name(resolver.text(called.argument("region_name", 1), module)),
                endpoint_url=literals.origin(resolver.text(called.argument("endpoint_url"), module)),
                connect_timeout=_setting(resolver, config, "connect_timeout", module),
                read_timeout=_setting(resolver, config, "read_timeout", module),
                max_attempts=_attempts(resolver, config, module),
            )


def calls(resolver: Resolver, module: Module) -> Iterator[SdkCall]:
    """The operations that a file calls."""
    for called, place, _ in module.calls:
        if not isinstance(called.function, Member):
            continue
        client = resolver.value(called.function.owner, module)
        sent = _operation(resolver, client, called, module) if isinstance(client, Client) else ""
        if isinstance(client, Client) and sent:
            parameters = dict(client.parameters) | _parameters(resolver, client, called, module)
            yield SdkCall(
                path=place.path,
                line=place.line,
                function=place.function,
                service=client.service,
                operation=sent,
                parameters=dict(sorted(parameters.items())),
            )


def _creates(called: Called) -> bool:
    match called.function:
        case Named("boto3.client" | "boto3.resource"):
            return True
        case Member(name=name):
            return name in CREATORS
    return False


def _setting(resolver: Resolver, config: Value | None, name: str, module: Module) -> float | None:
    return resolver.number(config.argument(name), module) if isinstance(config, Called) else None


def _attempts(resolver: Resolver, config: Value | None, module: Module) -> int | None:
    retries = resolver.value(config.argument("retries"), module) if isinstance(config, Called) else None
    if not isinstance(retries, Entries):
        return None
    number = resolver.number(retries.get("total_max_attempts") or retries.get("max_attempts"), module)
    return None if number is None else int(number)


def _operation(resolver: Resolver, client: Client, called: Called, module: Module) -> str:
    """The operation that a method sends; empty: none that is known."""
    method = called.function.name if isinstance(called.function, Member) else ""
    if client.kind == "objects":
        return _COLLECTION.get(method, "")
    if client.is_resource:
        alike = method in sdk.NAMED_ALIKE.get((client.service, client.kind), ())
        return (
            sdk.operation(client.service, method)
            if alike
            else sdk.BOTO3_ACTIONS.get((client.service, client.kind, method), "")
        )
    if method == "get_paginator":
        method = resolver.text(called.argument("operation_name", 0), module)
    if method in sdk.NO_REQUEST or not _METHOD.fullmatch(method):
        return ""
    helper = sdk.BOTO3_HELPERS.get((client.service, method))
    return helper[0] if helper else sdk.operation(client.service, method)


def _parameters(resolver: Resolver, client: Client, called: Called, module: Module) -> dict[str, str | FromVariable]:
    method = called.function.name if isinstance(called.function, Member) else ""
    _, names = sdk.BOTO3_HELPERS.get((client.service, method), ("", ()))
    given = (*zip(names, called.arguments, strict=False), *called.keywords)
    told = ((name, resolver.told(value, module)) for name, value in given if name in sdk.RESOURCE_PARAMETERS)
    return {name: value for name, value in told if value}
