"""A changed account: the kept answers are those that a fresh look would give; and who shares what."""

import copy
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from doctor.model.function import Function
from doctor.network.graph import Topology
from doctor.network.reach import Reach
from tests.unit.network.accounts import BY_ID, ask, changed, give, noticed, one
from tests.unit.network.scenarios import answer, destination, resources

EGRESS = [name for name, found in BY_ID.items() if found["direction"] == "egress"]


def _kept(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The resources after a change; those that are as before are the same objects."""
    return {arn: before[arn] if before.get(arn) == found else found for arn, found in after.items()}


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_an_answer_that_is_kept_is_the_one_that_a_fresh_look_gives(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(EGRESS))
    account = copy.deepcopy(BY_ID[name]["snapshot"])
    before = resources(account)
    lists = [kind for kind in account if isinstance(account[kind], list) and account[kind]]
    kind = data.draw(st.sampled_from(lists))
    account[kind].pop(data.draw(st.integers(0, len(account[kind]) - 1)))
    after = _kept(before, resources(account))
    query, there = BY_ID[name]["query"], destination(BY_ID[name])
    reach = Reach(before)
    (function,) = (found for found in before.values() if isinstance(found, Function))
    reach.trace(function, there, query["port"], query["protocol"], family=query["family"])

    kept = reach.revised(after).trace(function, there, query["port"], query["protocol"], family=query["family"])

    assert kept == Reach(after).trace(function, there, query["port"], query["protocol"], family=query["family"])


IN_PLACE = {
    "RouteTables": ("Routes",),
    "NetworkAcls": ("Entries",),
    "SecurityGroups": ("IpPermissions", "IpPermissionsEgress"),
    "NatGateways": ("NatGatewayAddresses",),
    "InternetGateways": ("Attachments",),
}
"""What a change may take from a resource, so that the resource stays where it is."""


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_after_changes_in_place_the_kept_answers_are_those_of_a_fresh_look(data: st.DataObject) -> None:
    """Of several destinations, asked before and after two changes, one on top of the other."""
    name = data.draw(st.sampled_from(EGRESS))
    account = copy.deepcopy(BY_ID[name]["snapshot"])
    query, there = BY_ID[name]["query"], destination(BY_ID[name])
    asked = [(there, query["port"], query["protocol"]), ("api.example.com:443", None, ""), ("10.0.11.5:5432", None, "")]

    def answers(reach: Reach) -> list[Any]:
        (function,) = reach.catalogue.all(Function)
        return [reach.trace(function, *one, family=query["family"]) for one in asked]

    before = resources(account)
    reach = Reach(before)
    answers(reach)
    for _ in range(2):
        kind = data.draw(st.sampled_from(sorted(one for one in IN_PLACE if account.get(one))))
        raw = data.draw(st.sampled_from(account[kind]))
        inner = raw.get(data.draw(st.sampled_from(IN_PLACE[kind]))) or [None]
        at = data.draw(st.integers(0, len(inner) - 1))
        inner.insert(0, inner.pop(at)) if data.draw(st.booleans()) else inner.pop(at)
        after = _kept(before, resources(account))
        reach, before = reach.revised(after), after

        assert answers(reach) == answers(Reach(after))


def test_a_name_server_that_is_cut_off_by_the_change_is_noticed() -> None:
    """It is on no path of the packets themselves."""
    account = copy.deepcopy(BY_ID["dns-002"]["snapshot"])
    one("SecurityGroups", "sg-lambda")(account)["IpPermissionsEgress"] = [
        {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ]
    before = resources(account)
    reach = Reach(before)
    (function,) = reach.catalogue.all(Function)
    first = reach.trace(function, "api.example.com:443")
    servers = [hop.component for path in first.paths for hop in path.forward]
    account["RouteTables"] = [
        raw | {"Routes": [route for route in raw["Routes"] if route.get("GatewayId") == "local"]}
        for raw in account["RouteTables"]
    ]
    after = _kept(before, resources(account))

    kept = reach.revised(after).trace(function, "api.example.com:443")

    assert servers
    assert first.verdict == "unknown"
    assert kept == Reach(after).trace(function, "api.example.com:443")


def test_in_a_large_network_a_name_costs_no_more_than_the_tables_on_its_way() -> None:
    """Routes that lead to the same are one, and those of other subnets do not matter."""

    def crowd(account: dict[str, Any]) -> None:
        table = one("RouteTables", "rtb-priv-a")(account)
        table["Routes"] += [
            {"DestinationCidrBlock": f"203.{number}.0.0/24", "NatGatewayId": "nat-a", "State": "active"}
            for number in range(200)
        ]
        account["RouteTables"].append(
            {
                "RouteTableId": "rtb-other",
                "VpcId": "vpc-1",
                "Routes": [
                    {"DestinationCidrBlock": f"198.{number}.0.0/24", "GatewayId": "igw-1", "State": "blackhole"}
                    for number in range(200)
                ],
            }
        )

    walked = []
    scenario = changed("sg-006", crowd, destination={"kind": "hostname", "value": "api.example.com"})
    reach = Reach(resources(scenario["snapshot"]))
    walk = reach._flows._walk
    reach._flows._walk = lambda *told: walked.append(told) or walk(*told)  # type: ignore[method-assign]
    (function,) = reach.catalogue.all(Function)

    trace = reach.trace(function, destination(scenario), 443)

    assert trace.verdict == "reachable"
    assert len(walked) < 30


def test_what_did_not_change_is_not_walked_again() -> None:
    before = resources(BY_ID["sg-011"]["snapshot"])
    reach = Reach(before)
    (function,) = (found for found in before.values() if isinstance(found, Function))
    first = reach.trace(function, "93.184.216.34:443")
    account = copy.deepcopy(BY_ID["sg-011"]["snapshot"])
    give("SecurityGroups", "sg-db", Description="another")(account)

    again = reach.revised(_kept(before, resources(account))).trace(function, "93.184.216.34:443")

    assert all(one is other for one, other in zip(first.paths, again.paths, strict=True))


def test_a_function_that_is_moved_in_a_what_if_is_looked_at_anew() -> None:
    reach = Reach(resources(BY_ID["eni-006"]["snapshot"]))
    (function,) = reach.catalogue.all(Function)
    assert reach.trace(function, "93.184.216.34:443").verdict == "unknown"
    moved = replace(function, vpc_config=replace(function.vpc_config, subnet_ids=("subnet-priv-a",)))

    assert reach.trace(moved, "93.184.216.34:443").verdict == "reachable"


def test_everybody_who_depends_on_a_component_is_found() -> None:
    reach = Reach(resources(BY_ID["sg-006"]["snapshot"]))
    topology = Topology(reach.catalogue)
    (function,) = reach.catalogue.all(Function)

    shared = [one for one in ("nat-a", "igw-1", "rtb-pub", "sg-lambda", "subnet-pub-a") if topology.dependents(one)]

    assert shared == ["nat-a", "igw-1", "rtb-pub", "sg-lambda", "subnet-pub-a"]
    assert topology.dependents("nat-b") == ()
    assert {"nat-a", "igw-1", "rtb-priv-a"} <= set(topology.requirements(function.arn))


@pytest.mark.parametrize(
    ("allowed", "application", "symptom"), [(True, "allowed", "none"), (False, "denied", "http_403")]
)
def test_a_refusal_by_an_endpoints_policy_is_no_timeout(allowed: bool, application: str, symptom: str) -> None:
    scenario = BY_ID["gwe-009"]
    reach = Reach(resources(scenario["snapshot"]))
    (function,) = reach.catalogue.all(Function)

    trace = reach.trace(function, destination(scenario), 443, policy=lambda _: allowed)

    assert (trace.verdict, trace.application, trace.symptom) == ("reachable", application, symptom)


def test_without_a_judge_the_policy_is_an_assumption() -> None:
    assert "the policy of vpce-s3 admits the call" in answer(BY_ID["gwe-009"]).assumptions


def test_an_endpoint_that_refuses_although_nat_would_do_is_told() -> None:
    def shut(account: dict[str, Any]) -> None:
        one("VpcEndpoints", "vpce-sts")(account)["PrivateDnsEnabled"] = True
        one("SecurityGroups", "sg-vpce")(account)["IpPermissions"] = []

    assert "DR_ENDPOINT_CAPTURES_DNS" in noticed(ask("ife-005", shut))


def test_functions_on_a_capacity_provider_send_from_its_subnets() -> None:
    account = copy.deepcopy(BY_ID["sg-006"]["snapshot"])
    arn = "arn:aws:lambda:us-east-1:111122223333:capacity-provider:cp"
    account["CapacityProviders"] = [
        {"CapacityProviderArn": arn, "VpcConfig": {"SubnetIds": ["subnet-priv-b"], "SecurityGroupIds": ["sg-lambda"]}}
    ]
    account["Function"]["VpcConfig"] = {}
    account["Function"]["CapacityProviderConfig"] = {
        "LambdaManagedInstancesCapacityProviderConfig": {"CapacityProviderArn": arn}
    }
    reach = Reach(resources(account))
    (function,) = reach.catalogue.all(Function)

    trace = reach.trace(function, "10.0.11.5:5432")

    assert set(trace.subnets) == {"subnet-priv-b"}


def test_a_trace_loads_no_networkx() -> None:
    code = "import sys; import doctor.network.reach, doctor.network.graph; print('networkx' in sys.modules)"

    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": ":".join(sys.path)}
    )

    assert told.stdout.strip() == "False"
