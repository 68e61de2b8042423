"""Fixes of the network on the embedded account: sent, read back, found healed, and taken back to what was there."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from doctor.aws.embedded.account import Embedded
from doctor.aws.embedded.opened import started
from doctor.cli.exit import ExitCode
from doctor.cli.main import main
from doctor.shelf import demo
from doctor.store.served import Served, announce

Doctor = Callable[..., tuple[int, str]]
FUNCTION = "crm-sync"


@pytest.fixture(scope="module")
def account() -> Iterator[Embedded]:
    """An account with the incident in it."""
    with started() as (embedded, _):
        yield embedded


@pytest.fixture
def doctor(account: Embedded, capsys: pytest.CaptureFixture[str]) -> Iterator[Doctor]:
    """Run a command on the served account: its exit code, and what it wrote."""
    before = dict(os.environ)
    place = announce(Served(endpoint=account.endpoint, token=account.token, pid=os.getpid(), incident=demo().name))

    def run(*arguments: str) -> tuple[int, str]:
        code = main([*arguments, "--demo"])
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    yield run
    place.unlink()
    os.environ.clear()
    os.environ.update(before)


def _client(account: Embedded, service: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=account.endpoint,
        region_name=account.region,
        aws_access_key_id="embedded",
        aws_secret_access_key="embedded",
    )


def _network(account: Embedded) -> dict[str, Any]:
    """What fixes may change: routes, rules, endpoints, gateways, addresses, and where the function is."""
    ec2 = _client(account, "ec2")
    place = _client(account, "lambda").get_function_configuration(FunctionName=FUNCTION)["VpcConfig"]
    endpoints = ec2.describe_vpc_endpoints()["VpcEndpoints"]
    nats = ec2.describe_nat_gateways()["NatGateways"]
    return {
        "routes": {one["RouteTableId"]: one["Routes"] for one in ec2.describe_route_tables()["RouteTables"]},
        "rules": {one["GroupId"]: one["IpPermissions"] for one in ec2.describe_security_groups()["SecurityGroups"]},
        "endpoints": [one["VpcEndpointId"] for one in endpoints if one["State"] != "deleted"],
        "nats": [one["NatGatewayId"] for one in nats if one["State"] != "deleted"],
        "addresses": [one["AllocationId"] for one in ec2.describe_addresses()["Addresses"]],
        "subnets": sorted(place["SubnetIds"]),
    }


@pytest.mark.parametrize(
    ("way", "changes"),
    [("A", {"routes"}), ("B", {"subnets"}), ("C", {"rules", "endpoints"})],
)
def test_a_way_out_is_opened_and_closed_again(doctor: Doctor, account: Embedded, way: str, changes: set[str]) -> None:
    before = _network(account)

    code, out = doctor("fix", FUNCTION, "--finding", "no-way-out", "--way", way, "--apply", "--yes")
    opened = _network(account)

    assert code == ExitCode.NOT_CONFIRMED, out  # no invocation has confirmed it, so it is not called fixed
    assert {name for name in before if before[name] != opened[name]} == changes
    assert "network: newly reached: crm-sync to sqs.eu-west-1.amazonaws.com:443" in out
    assert "cannot be reached from its subnets" not in doctor("why", FUNCTION)[1]

    code, out = doctor("undo", "--yes")

    assert code == ExitCode.OK, out
    assert _network(account) == before
    assert "cannot be reached from its subnets" in doctor("why", FUNCTION)[1]
