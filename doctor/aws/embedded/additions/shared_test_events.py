"""Test events that were shared in the Lambda console: schemas of a registry of EventBridge."""

import json
from typing import Any

from doctor.aws.embedded.addition import Addition, Refused, Request, Result

addition = Addition("shared test events", "moto has no schema registry")

_kept: dict[tuple[str, str, str, str], dict[str, Any]] = {}
"""By account, region, registry and schema: the examples."""
addition.on_reset(_kept.clear)


@addition.answers("schemas", "DescribeSchema")
def describe(request: Request) -> Result:
    """Answer the document that the console writes, with its examples."""
    registry, schema = request.parameters["RegistryName"], request.parameters["SchemaName"]
    examples = _kept.get((request.account, request.region, registry, schema))
    if examples is None:
        raise Refused("NotFoundException", f"Schema with name {schema} does not exist.", status=404)
    content = {
        "openapi": "3.0.0",
        "info": {"version": "1.0.0", "title": "Event"},
        "paths": {},
        "components": {"schemas": {"Event": {"type": "object"}}, "examples": examples},
    }
    return {"SchemaName": schema, "SchemaVersion": "1", "Type": "OpenApi3", "Content": json.dumps(content)}


@addition.action("FunctionName", "Name", "Event")
def share_test_event(request: Request) -> None:
    """Keep an event as the Lambda console does when it is shared."""
    given = request.parameters
    key = (request.account, request.region, "lambda-testevent-schemas", f"_{given['FunctionName']}-schema")
    _kept.setdefault(key, {})[given["Name"]] = {"value": given["Event"]}
