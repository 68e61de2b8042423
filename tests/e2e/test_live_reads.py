"""A handler reads what is in the account itself, and what it writes stays here."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import msgspec
import pytest

from doctor.aws.embedded.account import Embedded
from doctor.aws.live import ask
from doctor.aws.session import Aws
from doctor.model.outcome import LocalRun, Scenario
from doctor.model.triggers import Table
from doctor.running import run_in
from doctor.sandbox.abilities import abilities
from doctor.testing.world import ACCOUNT, REGION, allow, function, role, world
from tests.unit.sandbox.support import OWN_PYTHON, finish

CODE = """
import boto3
dynamodb = boto3.client("dynamodb")
def handler(event, context):
    item = dynamodb.get_item(TableName="orders", Key={"id": {"S": "a"}}).get("Item")
    dynamodb.put_item(TableName="orders", Item={"id": {"S": "b"}})
    return item
"""
KEYS = {
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}
TABLE = Table(
    table_arn=f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders",
    table_name="orders",
    attribute_definitions=tuple(KEYS["AttributeDefinitions"]),
    key_schema=tuple(KEYS["KeySchema"]),
)


@pytest.fixture
def account() -> Iterator[tuple[Aws, Any]]:
    lacking = [one.note for one in abilities() if one.dimension == "network" and not one.by]
    if lacking:
        pytest.skip(lacking[0])
    with Embedded.start(region=REGION, account=ACCOUNT) as embedded:
        session = botocore.session.Session()
        session.set_credentials("AKIDEXAMPLE", "own")
        dynamodb = boto3.client("dynamodb", endpoint_url=embedded.endpoint, region_name=REGION)
        dynamodb.create_table(TableName="orders", BillingMode="PAY_PER_REQUEST", **KEYS)
        dynamodb.put_item(TableName="orders", Item={"id": {"S": "a"}, "n": {"N": "7"}})
        yield Aws(session, REGION, embedded.endpoint), dynamodb


@pytest.mark.parametrize(("live", "returned"), [(True, {"id": {"S": "a"}, "n": {"N": "7"}}), (False, None)])
def test_reads_come_from_the_account_when_the_user_says_so(
    account: tuple[Aws, Any], tmp_path: Path, live: bool, returned: Any
) -> None:
    aws, dynamodb = account
    (tmp_path / "app.py").write_text(CODE)
    mine = role(allow("dynamodb:*"))
    subject = function(runtime=OWN_PYTHON, role=mine.arn, timeout=20, memory_size=512)
    scenario = Scenario(function=subject.arn, event=msgspec.Raw(b"{}"))
    asked = partial(ask, aws) if live else None
    run: LocalRun = finish(run_in(world(subject, mine, TABLE), subject, tmp_path, scenario, {}, live=asked))[0]

    assert run.outcome.payload == returned
    assert [(one.call, one.answered) for one in run.calls] == [
        ("dynamodb:GetItem", "live" if live else "embedded"),
        ("dynamodb:PutItem", "embedded"),
    ]
    assert [one["id"] for one in dynamodb.scan(TableName="orders")["Items"]] == [{"S": "a"}]
