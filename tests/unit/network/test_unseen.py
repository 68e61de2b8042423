"""What was not seen is unknown, never reachable; and what is certain in spite of it is still said."""

import copy
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doctor.model.trace import Trace
from tests.unit.network.accounts import BY_ID, ask, changed, drop, egress, forget, function, give, one, refused, told
from tests.unit.network.scenarios import LISTS, SCENARIOS, answer, resources

NAT, DB, STS, PEER, TGW = "sg-006", "sg-015", "ife-001", "pcx-005", "tgw-015"

NEEDED: dict[str, tuple[str, ...]] = {
    NAT: ("Subnets", "RouteTables", "NetworkAcls", "SecurityGroups", "NatGateways", "InternetGateways"),
    DB: ("Vpcs", "Subnets", "RouteTables", "NetworkAcls", "SecurityGroups", "DBInstances", "DhcpOptions"),
    STS: ("Vpcs", "Subnets", "RouteTables", "NetworkAcls", "SecurityGroups", "DhcpOptions"),
    PEER: ("Vpcs", "VpcPeeringConnections", "NetworkInterfaces"),
    TGW: ("TransitGateways", "TransitGatewayVpcAttachments", "TransitGatewayAttachments", "TransitGatewayRouteTables"),
}


@pytest.mark.parametrize(("base", "kind"), [(base, kind) for base, kinds in NEEDED.items() for kind in kinds])
def test_without_a_list_that_decides_nothing_is_reachable(base: str, kind: str) -> None:
    trace = ask(base, forget(kind))

    assert trace.verdict == "unknown"
    assert told(trace)


def test_a_refused_read_is_named_with_what_it_hides() -> None:
    trace = ask(NAT, forget("NetworkAcls"), refused("DescribeNetworkAcls"))

    assert {gap.call.operation for gap in trace.unseen} == {"DescribeNetworkAcls"}
    assert "subnet-priv-a DR_MISSING_DATA" in told(trace)


def test_an_endpoint_that_may_exist_makes_a_service_unknown() -> None:
    assert ask("ife-005", forget("VpcEndpoints")).verdict == "reachable"
    assert ask("ife-005", forget("VpcEndpoints"), refused("DescribeVpcEndpoints")).verdict == "unknown"


def test_block_public_access_that_was_not_read_makes_the_internet_unknown() -> None:
    assert ask(NAT, refused("DescribeVpcBlockPublicAccessOptions")).verdict == "unknown"


def test_a_certain_drop_is_certain_whatever_else_was_not_seen() -> None:
    trace = ask(NAT, forget("NatGateways"), egress("sg-lambda"))

    assert trace.verdict == "unreachable"
    assert told(trace) == {"sg-lambda SG_HAS_NO_RULES", "nat-a UNKNOWN_RESOURCE"}


def test_a_name_without_addresses_is_taken_for_public_and_that_is_said() -> None:
    trace = ask(NAT, destination={"kind": "hostname", "value": "api.example.com"})

    assert trace.verdict == "reachable"
    assert len(trace.paths) == 1
    assert any("api.example.com has a public address" in one for one in trace.assumptions)


def test_a_private_name_without_addresses_is_unknown() -> None:
    assert ask(NAT, destination={"kind": "hostname", "value": "db.corp.internal"}).verdict == "unknown"


@pytest.mark.parametrize("state", ["", "quantum"])
def test_a_state_that_doctor_does_not_know_is_never_fine(state: str) -> None:
    assert ask(DB, give("DBInstances", "db-1", DBInstanceStatus=state)).verdict == "unknown"
    assert ask(NAT, give("NatGateways", "nat-a", State=state)).verdict != "reachable"


def test_a_function_state_for_another_reason_is_not_the_networks() -> None:
    assert ask(NAT, function(State="Failed", StateReasonCode="InvalidRuntime")).verdict == "reachable"


def test_a_group_that_is_missing_does_not_matter_where_another_admits() -> None:
    trace = ask(NAT, lambda account: account["Function"]["VpcConfig"]["SecurityGroupIds"].append("sg-gone"))

    assert trace.verdict == "reachable"


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in an account at which something could be missing."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path] * bool(path) + [leaf for key, child in children for leaf in _leaves(child, (*path, key))]


KINDS = [kind for kind in LISTS if kind != "EventSourceMappings"]
PLACES = {name: [path for path in _leaves(one["snapshot"]) if path[0] in KINDS] for name, one in BY_ID.items()}
RUBBISH: list[Any] = [None, "", "nonsense", [], "999.1.2.3/99", "::/0", "-1", "deny"]
QUIET = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUIET
@given(st.data())
def test_partial_and_broken_descriptions_never_crash(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(BY_ID)))
    scenario = copy.deepcopy(BY_ID[name])
    for _ in range(data.draw(st.integers(1, 6))):
        _spoil(scenario["snapshot"], data.draw(st.sampled_from(PLACES[name])), data.draw(st.sampled_from(RUBBISH)))

    trace = _answer(scenario)

    assert trace is None or trace.verdict in ("reachable", "unreachable", "partial", "unknown")


IDENTIFYING = {key for _, key in LISTS.values()} | {"VpcId"}
DECIDING = {
    NAT: ["State", "Attachments", "SubnetId", "RuleAction", "Protocol", "IpProtocol", "CidrBlock", "Routes"],
    TGW: ["State", "Association", "TransitGatewayAttachments", "Code"],
    PEER: ["Status", "State", "Groups", "InterfaceType", "CidrBlockSet"],
    STS: ["State", "Groups", "NetworkInterfaceIds"],
}


@QUIET
@given(st.data())
def test_a_missing_field_never_opens_what_was_closed(data: st.DataObject) -> None:
    """A broken account with a field less may become unknown; it does not become reachable, but for what blocks by being there."""
    name = data.draw(st.sampled_from([one["id"] for one in SCENARIOS if one["expected"]["verdict"] == "unreachable"]))
    scenario = copy.deepcopy(BY_ID[name])
    places = [
        path
        for path in PLACES[name]
        if path[-1] in ("State", "Status", "Groups", "PublicIp", "Attachments", "Association", "IpRanges", "SubnetIds")
    ]
    _spoil(scenario["snapshot"], data.draw(st.sampled_from(places)), None)

    trace = _answer(scenario)

    assert trace is None or trace.verdict != "reachable"


def _spoil(account: dict[str, Any], path: tuple[Any, ...], value: Any) -> None:
    """Put rubbish in a place, or take it away."""
    inner: Any = account
    for key in path[:-1]:
        if (
            not isinstance(inner, dict | list)
            or (isinstance(inner, list) and key >= len(inner))
            or (isinstance(inner, dict) and key not in inner)
        ):
            return
        inner = inner[key]
    if value is None and isinstance(inner, dict) and path[-1] not in IDENTIFYING:
        inner.pop(path[-1], None)
    elif isinstance(inner, dict) and isinstance(inner.get(path[-1]), str) and isinstance(value, str):
        inner[path[-1]] = value
    elif isinstance(inner, list) and isinstance(path[-1], int) and path[-1] < len(inner):
        inner.pop(path[-1])


def _answer(scenario: dict[str, Any]) -> Trace | None:
    """The answer; ``None`` when collecting would have refused the description, or there is nothing left to start from."""
    try:
        found = resources(scenario["snapshot"])
    except (ValueError, KeyError):  # what AWS's model rules out, or what has lost its id
        return None
    start = scenario["source"]
    left = {getattr(one, name, "") for one in found.values() for name in ("network_interface_id", "uuid")}
    return None if start["kind"] != "lambda" and start["value"] not in left else answer(scenario)


@pytest.mark.parametrize("name", sorted(BY_ID))
def test_the_order_of_things_never_matters(name: str) -> None:
    expected = ask(name)
    scenario = changed(name)
    _shuffle(scenario["snapshot"], random.Random(name))

    trace = answer(scenario)

    assert (trace.verdict, told(trace), trace.subnets) == (expected.verdict, told(expected), expected.subnets)


def _shuffle(value: Any, rng: random.Random) -> None:
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _shuffle(child, rng)
    if isinstance(value, list):
        rng.shuffle(value)


RANK = {"unreachable": 0, "partial": 1, "unknown": 1, "reachable": 2}


@QUIET
@given(st.data())
def test_taking_an_allow_away_never_opens_a_path(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(BY_ID)))
    before = ask(name)
    scenario = changed(name)
    lists = _allows(scenario["snapshot"])
    chosen = data.draw(st.sampled_from(lists)) if lists else []
    if chosen:
        chosen.pop(data.draw(st.integers(0, len(chosen) - 1)))

    after = answer(scenario)

    assert RANK[after.verdict] <= RANK[before.verdict]


def _allows(account: dict[str, Any]) -> list[list[Any]]:
    """The lists of rules that let something through."""
    found = [
        one.get(side, []) for one in account["SecurityGroups"] for side in ("IpPermissions", "IpPermissionsEgress")
    ]
    for acl in account["NetworkAcls"]:
        acl["Entries"].sort(key=lambda one: one["RuleAction"] == "deny")
    return [one for one in found if one]


@QUIET
@given(st.data())
def test_adding_a_deny_never_opens_a_path(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(BY_ID)))
    before = ask(name)
    scenario = changed(name)
    acl = data.draw(st.sampled_from(scenario["snapshot"]["NetworkAcls"]))
    first = data.draw(st.integers(0, 65535))
    acl["Entries"].append(
        {
            "RuleNumber": data.draw(st.integers(1, 200)),
            "Egress": data.draw(st.booleans()),
            "RuleAction": "deny",
            "Protocol": data.draw(st.sampled_from(["-1", "6"])),
            "CidrBlock": data.draw(st.sampled_from(["0.0.0.0/0", "10.0.0.0/16", "10.0.1.0/25", "93.184.216.34/32"])),
            "PortRange": {"From": first, "To": data.draw(st.integers(first, 65535))},
        }
    )

    after = answer(scenario)

    assert RANK[after.verdict] <= RANK[before.verdict]


def test_a_subnet_of_which_nothing_is_known_is_not_guessed() -> None:
    trace = ask(DB, drop("Subnets", "subnet-data-a"))

    assert trace.verdict == "unknown"


def test_a_name_whose_possible_addresses_fare_differently_is_unknown() -> None:
    def closed_to_some(account: dict[str, Any]) -> None:
        table = one("RouteTables", "rtb-priv-a")(account)
        table["Routes"].append({"DestinationCidrBlock": "8.0.0.0/8", "NatGatewayId": "nat-a", "State": "blackhole"})

    trace = ask(NAT, closed_to_some, destination={"kind": "hostname", "value": "api.example.com"})

    assert trace.verdict == "unknown"
    assert "rtb-priv-a BAD_STATE_ROUTE" in told(trace)
