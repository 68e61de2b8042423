"""What a trace says of a path: in order, with the rule that decided and where in the snapshot it stands."""

from typing import Any

import msgspec
import pytest

from doctor.network.codes import MEANING
from tests.unit.network.accounts import BY_ID, ask
from tests.unit.network.scenarios import answer, resources


@pytest.mark.parametrize("name", sorted(BY_ID))
def test_evidence_points_at_what_decided(name: str) -> None:
    written = msgspec.json.decode(msgspec.json.encode({"resources": resources(BY_ID[name]["snapshot"])}))
    hops = [hop for path in answer(BY_ID[name]).paths for hop in (*path.forward, *path.back) if hop.evidence]

    found = [_at(written, hop.evidence) for hop in hops]

    assert all(isinstance(one, dict) and one for one in found)


def _at(document: Any, pointer: str) -> Any:
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        document = document[int(key)] if isinstance(document, list) else document[key]
    return document


@pytest.mark.parametrize("name", sorted(BY_ID))
def test_every_code_that_is_reported_is_in_the_vocabulary(name: str) -> None:
    trace = answer(BY_ID[name])

    said = {one.code for one in (*trace.blockers, *trace.notices)}
    said |= {hop.code for path in trace.paths for hop in (*path.forward, *path.back) if hop.code}

    assert said <= set(MEANING)


def test_a_path_through_nat_is_told_there_and_back() -> None:
    (path,) = ask("sg-006").paths

    assert [hop.component for hop in path.forward] == [
        "sg-lambda",
        "acl-default",
        "rtb-priv-a",
        "acl-default",
        "nat-a",
        "acl-default",
        "rtb-pub",
        "igw-1",
        "internet",
    ]
    assert [hop.component for hop in path.back] == ["acl-default", "acl-default", "rtb-pub", "acl-default"]


def test_the_packet_is_written_down_where_it_changes() -> None:
    (path,) = ask("sg-006").paths

    headers = [hop.header for hop in path.forward if hop.header is not None]

    assert [(one.source, one.source_ports, one.destination) for one in headers] == [
        ("10.0.1.4-10.0.1.254", "1024-65535", "93.184.216.34"),
        ("10.0.101.10", "1024-65535", "93.184.216.34"),
    ]


def test_the_residue_of_a_partial_path_is_told() -> None:
    trace = ask("acl-020")

    assert [one.subnets for one in trace.blockers] == [("subnet-priv-b",)]
    assert trace.subnets == {"subnet-priv-a": "reachable", "subnet-priv-b": "unreachable"}


def test_a_trace_survives_being_written_down() -> None:
    trace = ask("sg-011")

    assert msgspec.json.decode(msgspec.json.encode(trace), type=type(trace)) == trace
