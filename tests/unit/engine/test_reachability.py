"""What rules are told about the network that a function is in."""

import pytest

from doctor.engine.diagnose import diagnose
from doctor.engine.facts import Reachability
from doctor.engine.world import Unseen
from doctor.model.finding import Confidence
from doctor.model.function import Environment
from doctor.network.reach import Reach
from doctor.shelf import shipped_rules
from doctor.testing.world import function, gap, with_gaps, world
from tests.cases.network.no_way_out import BROKEN, F
from tests.networks import arn, network

RULES = [one for one in shipped_rules() if one.name in ("no-way-out", "handler-slower-than-timeout")]


def test_one_reach_serves_a_world() -> None:
    seen = world(F, *network())
    first = Reachability.of(seen, F)
    reach = seen.derived[Reach, ""]

    assert [one.verdict for one in first.known] == ["unreachable"]
    assert Reachability.of(seen, F) == first
    assert seen.derived[Reach, ""] is reach


def test_a_function_in_no_vpc_needs_no_network() -> None:
    outside = function(environment=Environment(variables={"URL": "https://example.com"}))
    seen = world(outside, gaps=[gap("ec2:DescribeSubnets")])

    assert Reachability.of(seen, outside).known == ()


@pytest.mark.parametrize("where", ["", arn("vpc", "vpc-1")])
def test_a_gap_is_told_when_it_is_asked_for(where: str) -> None:
    fact = Reachability.of(world(F, *network(), gaps=[gap("ec2:DescribeVpcAttribute", where)]), F)

    with pytest.raises(Unseen):
        _ = fact.known


def test_a_gap_of_another_vpc_does_not_matter() -> None:
    seen = with_gaps(world(F, *network()), gap("ec2:DescribeVpcAttribute", arn("vpc", "vpc-2")))

    assert Reachability.of(seen, F).known


@pytest.mark.parametrize(
    ("case", "confidence"),
    [
        ("a queue's URL, and only local routes", Confidence.CERTAIN),
        ("a client in the source", Confidence.CERTAIN),
        ("a resource by its ARN", Confidence.LIKELY),
        ("no route, whatever its DNS does", Confidence.LIKELY),
    ],
)
def test_it_is_certain_only_of_what_was_seen_and_named(case: str, confidence: Confidence) -> None:
    said = diagnose(BROKEN[case], RULES)

    assert [one.problem.confidence for one in said.findings] == [confidence]


def test_it_lies_beneath_the_time_out() -> None:
    said = diagnose(BROKEN["a queue's URL, and only local routes"], RULES)
    (finding,), (explained,) = said.findings, said.explanations

    assert explained.observation.symptom.kind == "timed_out"
    assert explained.findings == (finding.fingerprint,)


def test_the_cheapest_way_is_the_first() -> None:
    (finding,) = diagnose(BROKEN["a NAT gateway that no route leads to"], RULES).findings
    titles = [fix.title.split(" of ")[0] for fix in finding.problem.fixes]

    assert titles == ["lead 0.0.0.0/0", "make an interface endpoint"]


def test_everything_in_the_way_is_named() -> None:
    (finding,) = diagnose(BROKEN["the security group is shut as well"], RULES).findings

    assert "rtb-a and rtb-b have no route that leads there, and sg-f would stop it too" in finding.problem.message
