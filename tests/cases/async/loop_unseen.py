import json

from doctor.model.package import Package, SdkCall, Source
from doctor.testing.world import ACCOUNT, REGION, feeds, function, queue, world

TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders/stream/2026-01-01T00:00:00.000"
Q = queue(visibility_timeout=180)
KEEP = json.dumps({"eventName": ["INSERT"]})


def writing(service="dynamodb", operation="PutItem", parameters=None, **fields):
    call = SdkCall(
        path="app.py",
        line=9,
        function="handler",
        service=service,
        operation=operation,
        parameters=parameters or {"TableName": "orders"},
    )
    source = Source(files=("app.py",), reached=("app.py",), calls=(call,))
    return function(package=Package(files=1, unzipped_size=9, source=source), **fields)


F = writing()
SENDS = {
    "service": "sqs",
    "operation": "SendMessage",
    "parameters": {"QueueUrl": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/q"},
}
BROKEN = {
    "the table whose stream invokes it": world(F, feeds(TABLE, F)),
    "a queue, and loops are allowed": world((one := writing(**SENDS, recursive_loop="Allow")), Q, feeds(Q, one)),
}
HEALTHY = {
    "another table": world((one := writing(parameters={"TableName": "totals"})), feeds(TABLE, one)),
    "a queue: Lambda stops it": world((one := writing(**SENDS)), Q, feeds(Q, one)),
    "a filter may end it": world(F, feeds(TABLE, F, filter_criteria={"Filters": [{"Pattern": KEEP}]})),
    "switched off": world(F, feeds(TABLE, F, state="Disabled")),
    "it reads the table": world((one := writing(operation="GetItem")), feeds(TABLE, one)),
    "the package was not read": world(function(), feeds(TABLE, function())),
}
