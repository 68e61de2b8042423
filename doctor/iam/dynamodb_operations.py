"""DynamoDB's operations: transactions and batches touch many tables, PartiQL has actions of its own, an index its own ARN.

Source: Amazon DynamoDB Developer Guide, "Using IAM with DynamoDB transactions" and "IAM policies with PartiQL".
"""

import re
from collections.abc import Iterator
from typing import Any

from doctor.iam.call_context import context_of, objects
from doctor.iam.need import Need
from doctor.iam.operation_table import DYNAMODB_TRANSACTION, PARTIQL
from doctor.iam.resource_arns import arn
from doctor.model.call import Call

_PARTIQL_TABLE = re.compile(
    r"\s*(?:EXISTS\s*\(\s*)?(?P<verb>SELECT|INSERT|UPDATE|DELETE)\b(?:.*?\b(?:FROM|INTO))?\s+"
    r'(?:"(?P<quoted>[^"]+)"|(?P<bare>[\w.-]+))(?:\."(?P<index>[^"]+)")?',
    re.IGNORECASE | re.DOTALL,
)


def dynamodb_needs(call: Call) -> Iterator[Need]:
    """What an operation of DynamoDB needs beyond its namesake action; nothing when that says it all."""
    context = context_of(call, "dynamodb")
    parameters = call.parameters
    if call.operation in ("TransactWriteItems", "TransactGetItems"):
        for item in objects(parameters.get("TransactItems")):
            for kind, inner in item.items():
                if kind in DYNAMODB_TRANSACTION and isinstance(inner, dict):
                    enclosed = {**context, "dynamodb:EnclosingOperation": call.operation}
                    yield Need(f"dynamodb:{DYNAMODB_TRANSACTION[kind]}", _table(call, inner.get("TableName")), enclosed)
    elif call.operation in ("BatchGetItem", "BatchWriteItem"):
        items = parameters.get("RequestItems")
        for table in items if isinstance(items, dict) else ():
            yield Need(f"dynamodb:{call.operation}", _table(call, table), context)
    elif call.operation in ("ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"):
        yield from _partiql(call, context)
    elif parameters.get("IndexName") and call.operation in ("Query", "Scan"):
        index = f"{_table(call, parameters.get('TableName'))}/index/{parameters['IndexName']}"
        yield Need(f"dynamodb:{call.operation}", index, context)


def _partiql(call: Call, context: dict[str, Any]) -> Iterator[Need]:
    inner = objects(call.parameters.get("Statements") or call.parameters.get("TransactStatements"))
    for one in inner or [call.parameters]:
        match = _PARTIQL_TABLE.match(str(one.get("Statement", "")))
        if match is not None:
            table = _table(call, match["quoted"] or match["bare"])
            resource = f"{table}/index/{match['index']}" if match["index"] else table
            yield Need(f"dynamodb:{PARTIQL[match['verb'].upper()]}", resource, context)


def _table(call: Call, name: Any) -> str:
    """A table's ARN; the parameter may itself be one, of another account too."""
    if not isinstance(name, str) or not name:
        return "*"
    return name if name.startswith("arn:") else arn(call, "dynamodb", f"table/{name}")
