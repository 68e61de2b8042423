from doctor.model.triggers import Table
from doctor.testing.world import feeds, function, world

F = function()
ARN = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"
OLD, NEW = f"{ARN}/stream/2026-01-01T00:00:00.000", f"{ARN}/stream/2026-11-01T00:00:00.000"


def seen(written, **fields):
    extra = {"LatestStreamArn": written, "StreamSpecification": {"StreamEnabled": True}} if written else {}
    return world(F, Table(table_arn=ARN, table_name="orders", extra=extra), feeds(OLD, F, **fields))


BROKEN = {"switched off and on": seen(NEW), "switched off": seen("")}
HEALTHY = {
    "its own stream": seen(OLD),
    "the poller is switched off": seen(NEW, state="Disabled"),
    "Kinesis": world(F, feeds("arn:aws:kinesis:eu-west-1:111122223333:stream/s", F)),
}
