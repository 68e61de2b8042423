"""``doctor trace``: the path on stdout, the verdict in the exit code."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from doctor.cli.main import main
from doctor.model.function import Environment
from doctor.model.network import Route
from doctor.store.snapshots import save
from doctor.testing.world import ACCOUNT, REGION, function, gap, snapshot
from tests.networks import ANY, IN_VPC, network

QUEUE_URL = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/q"
BY_NAT = Route(destination_cidr_block=ANY, nat_gateway_id="nat-1")
F = function(vpc_config=IN_VPC, environment=Environment(variables={"QUEUE_URL": QUEUE_URL}))
QUIET = function("quiet")
ACCOUNTS = {
    "open": snapshot(F, QUIET, *network(BY_NAT, nat="available")),
    "shut": snapshot(F, *network()),
    "half": snapshot(F, *network(BY_NAT, only_in_b=True, nat="available")),
    "unseen": snapshot(F, gaps=[gap("ec2:DescribeSubnets")]),
}

Doctor = Callable[..., tuple[int, str, str]]


@pytest.fixture
def trace(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Doctor:
    """Trace in one of the accounts: exit code, stdout and stderr."""

    def run(account: str, *arguments: str) -> tuple[int, str, str]:
        save(ACCOUNTS[account], tmp_path / "a.json")
        code = main(["trace", *arguments, "-s", str(tmp_path / "a.json")])
        said = capsys.readouterr()
        return int(code), said.out, said.err

    return run


@pytest.mark.parametrize(
    ("account", "arguments", "code", "words"),
    [
        ("open", ["f"], 0, "reachable from 2 of 2 subnets: sqs"),
        ("open", ["f", "example.com:443"], 0, "reachable from 2 of 2 subnets: example.com:443"),
        ("open", ["f", "10.0.0.53:53", "--protocol", "udp"], 3, "cannot be told from 2 of 2 subnets: 10.0.0.53:53"),
        ("open", ["f", "example.com:443", "--ipv6"], 1, "DR_IPV6_NOT_ENABLED"),
        ("open", ["quiet"], 3, "nothing tells what quiet connects to"),
        ("open", ["quiet", "example.com:443"], 0, "reachable: example.com:443"),
        ("shut", ["f"], 1, "NO_ROUTE_TO_DESTINATION"),
        ("shut", ["f", f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"], 1, "unreachable from 2 of 2 subnets: sqs"),
        ("half", ["f"], 1, "reachable in part from 1 of 2 subnets: sqs"),
        ("unseen", ["f"], 3, "ec2:DescribeSubnets: denied"),
    ],
)
def test_the_verdict_is_the_exit_code(trace: Doctor, account: str, arguments: list[str], code: int, words: str) -> None:
    ended, said, _ = trace(account, *arguments)

    assert words in said
    assert ended == code


def test_it_says_where_a_destination_was_found_and_what_was_not_looked_at(trace: Doctor) -> None:
    _, said, _ = trace("open", "f")

    assert "told by Environment.Variables.QUEUE_URL of f" in said
    assert "its package was not read" in said


def test_every_hop_is_shown_there_and_back_with_the_rule_that_matched(trace: Doctor) -> None:
    _, said, _ = trace("open", "f")
    there, back = (" ".join(part.split()) for part in said.partition(" back\n")[::2])

    assert "route table rtb-a (egress): 0.0.0.0/0 -> nat-1" in there
    assert "NAT gateway nat-1" in there
    assert "route table rtb-public (egress): 0.0.0.0/0 -> igw-1" in there
    assert "network ACL acl-1 (ingress): rule 100 allow all traffic 0.0.0.0/0" in back


def test_json_has_every_trace(trace: Doctor) -> None:
    code, said, _ = trace("shut", "f", "--format", "json")
    (one,) = json.loads(said)

    assert code == 1
    assert one["trace"]["verdict"] == "unreachable"
    assert [blocker["code"] for blocker in one["trace"]["blockers"]] == ["NO_ROUTE_TO_DESTINATION"] * 2
    assert one["needed"]["told"][0]["field"] == "Environment.Variables.QUEUE_URL"


def test_json_tells_paths_as_reachability_analyzer_does(trace: Doctor) -> None:
    """Its names and its order: the sender, its group, the ACL, the route, what that leads to; and back."""
    _, said, _ = trace("open", "f", "--format", "json")
    one = json.loads(said)[0]["analyses"][0]
    there, back = one["ForwardPathComponents"], one["ReturnPathComponents"]

    assert one["NetworkPathFound"] is True
    assert [part["Component"]["Id"] for part in there] == [
        *("f", "sg-f", "acl-1", "rtb-a", "acl-1", "nat-1", "acl-1", "rtb-public", "igw-1", "internet")
    ]
    assert [part["SequenceNumber"] for part in there] == list(range(1, 11))
    assert there[0]["Subnet"]["Id"] == "subnet-a"
    assert there[0]["OutboundHeader"]["SourcePortRanges"] == [{"From": 1024, "To": 65535}]
    assert there[1]["SecurityGroupRule"] == {"Direction": "egress", "Protocol": "-1", "Cidr": ANY}
    assert there[2]["AclRule"]["RuleNumber"] == 100
    assert there[3]["RouteTableRoute"]["NatGatewayId"] == "nat-1"
    assert there[3]["RouteTableRoute"]["DestinationCidr"] == ANY
    assert back[-1]["Component"]["Id"] == "f"
    assert {part["Stage"] for part in back[:-1]} == {"return"}


def test_json_tells_what_stops_a_path_by_its_code(trace: Doctor) -> None:
    _, said, _ = trace("shut", "f", "--format", "json")
    (one,) = json.loads(said)
    first = one["analyses"][0]

    assert first["NetworkPathFound"] is False
    (told,) = first["Explanations"]
    assert (told["ExplanationCode"], told["RouteTable"]["Id"]) == ("NO_ROUTE_TO_DESTINATION", "rtb-a")
    assert first["ForwardPathComponents"][-1]["Explanations"][0]["ExplanationCode"] == "NO_ROUTE_TO_DESTINATION"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["f", "example.com"], "no port is told for example.com: write example.com:PORT"),
        (["f", "user:hunter2@"], "the text is no address, host name, URL or ARN"),
        (["f", "example.com:99999"], "port 99999 is not between 1 and 65535"),
        (["nobody"], "no function 'nobody'"),
    ],
)
def test_a_mistake_is_one_line(trace: Doctor, arguments: list[str], words: str) -> None:
    code, said, told = trace("open", *arguments)

    assert (code, said) == (2, "")
    assert told.startswith("doctor: ")
    assert words in told
    assert told.count("\n") == 1
