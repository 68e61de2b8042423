"""A role that lacks one action, and a role that has it from its second policy."""

from datetime import datetime

from doctor.model.triggers import Table
from tests.incidents.twelve_faults.deploy import (
    BASIC,
    allow,
    change,
    document,
    execution_role,
    function,
    log_group,
    managed_policy,
)
from tests.incidents.twelve_faults.forms import Json, Raised
from tests.incidents.twelve_faults.frames import botocore_frames, frame
from tests.incidents.twelve_faults.journal import Journal, Run
from tests.incidents.twelve_faults.part import Part
from tests.incidents.twelve_faults.scene import ago, policy_arn, session_arn, table_arn
from tests.incidents.twelve_faults.visits import jitter, write

READ = ("dynamodb:GetItem", "dynamodb:Query")


def parts() -> list[Part]:
    return [order_archive(), order_intake()]


def order_archive() -> Part:
    name, table = "order-archive", "orders-archive"
    latest = function(
        name,
        runtime="python3.13",
        handler="archive.handler",
        timeout=10,
        memory=256,
        log_format="JSON",
        modified=ago(days=1, hours=1, minutes=31),
    )
    denied = Raised(
        error_type="ClientError",
        message=(
            "An error occurred (AccessDeniedException) when calling the PutItem operation: "
            f"User: {session_arn(name)} is not authorized to perform: dynamodb:PutItem on resource: {table_arn(table)} "
            "because no identity-based policy allows the dynamodb:PutItem action"
        ),
        trace=(
            frame(name, "archive.py", "handler", "dynamodb.put_item(TableName=TABLE, Item=as_item(order))"),
            *botocore_frames("python3.13"),
        ),
    )

    def run(at: datetime, order: int) -> Run:
        took = jitter(name, at.isoformat(), around=38, spread=0.3)
        return Run(at=at, needs=took, memory=91, said=[(0.6, f"archiving order o-{770800 + order}")], raised=denied)

    visits = (
        [(82.9, 1), (82.4, 2)],
        [(61.2, 5), (60.8, 6), (60.1, 9)],
        [(38.5, 12)],
        [(12.7, 12), (11.6, 14), (10.9, 17)],
    )
    return Part(
        function=latest,
        resources=(
            _table(table),
            execution_role(name, inline={"orders-archive": document(allow(READ, table_arn(table)))}),
            log_group(name, retention=90),
        ),
        log=write(Journal(function=latest, form=Json()), visits, run, init=472),
        changes=(
            change(ago(days=1, hours=1, minutes=31), "UpdateFunctionCode20150331v2", "lambda", latest.function_arn),
        ),
    )


def order_intake() -> Part:
    name, table = "order-intake", "orders"
    latest = function(
        name,
        runtime="python3.13",
        handler="intake.handler",
        timeout=10,
        memory=256,
        variables={"CHANNEL": "web-shop"},
    )
    writers = managed_policy(
        policy_arn("orders-writers"), allow("dynamodb:PutItem", table_arn(table), Sid="TakeOrdersIn")
    )

    def run(at: datetime, order: int) -> Run:
        took = jitter(name, at.isoformat(), around=24, spread=0.3)
        said = [
            (0.7, f"order o-{771300 + order}: {1 + order % 4} lines, total {19 + 11 * order}.90"),
            (took - 0.6, f"order o-{771300 + order} accepted"),
        ]
        return Run(at=at, needs=took, memory=90, said=said)

    visits = (
        [(155.7, 1), (154.2, 2), (151.8, 3)],
        [(109.1, 4), (108.3, 5)],
        [(68.6, 6), (67.1, 7), (66.9, 8)],
        [(19.4, 9), (18.8, 10), (16.3, 11)],
    )
    return Part(
        function=latest,
        resources=(
            _table(table),
            writers,
            execution_role(name, BASIC, writers, inline={"orders": document(allow(READ, table_arn(table)))}),
            log_group(name),
        ),
        log=write(Journal(function=latest), visits, run, init=468),
    )


def _table(name: str) -> Table:
    return Table(
        table_arn=table_arn(name),
        table_name=name,
        table_status="ACTIVE",
        attribute_definitions=({"AttributeName": "orderId", "AttributeType": "S"},),
        key_schema=({"AttributeName": "orderId", "KeyType": "HASH"},),
    )
