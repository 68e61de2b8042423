"""What a person asks beside the diagnosis: incidents, the rulebook, what changed, the network and the permissions."""

from datetime import timedelta

import msgspec
import pytest
from msgspec.structs import replace

from doctor.engine.belongings import belongings
from doctor.engine.comparison import compare
from doctor.engine.diagnose import diagnose
from doctor.engine.incidents import incidents
from doctor.engine.questions import followed, permitting, reaching
from doctor.engine.report import rows
from doctor.engine.rulebook import rulebook
from doctor.engine.world import World
from doctor.errors import UsageError
from doctor.model.answers import Pace
from doctor.model.finding import Diagnosis, Explanation, Finding, Problem, Severity
from doctor.model.function import Environment
from doctor.model.network import Route
from doctor.model.package import FromVariable, Package, SdkCall, Source
from doctor.model.telemetry import Change, MetricSeries, Observation, Symptom, SymptomKind
from doctor.shelf import shipped_rules
from doctor.testing.world import (
    ACCOUNT,
    NOW,
    REGION,
    allow,
    denied,
    feeds,
    function,
    gap,
    queue,
    role,
    snapshot,
    world,
)
from tests import networks
from tests.networks import IN_VPC, network

TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/t"
NAT = networks.arn("natgateway", "nat-1")
F, G, H = function("f"), function("g"), function("h")


def _finding(fingerprint: str, subject: str, *affects: str, causes: tuple[str, ...] = ()) -> Finding:
    return Finding(
        rule=f"rule-{fingerprint}",
        severity=Severity.HIGH,
        subject=subject,
        affects=affects,
        problem=Problem(message=fingerprint, evidence=()),
        fingerprint=fingerprint,
        causes=causes,
    )


def _seen(name: str, count: int, *findings: str) -> Explanation:
    return Explanation(
        observation=Observation(
            symptom=Symptom(kind=SymptomKind.TIMED_OUT),
            function=function(name).arn,
            count=count,
            first=NOW - timedelta(hours=count),
            last=NOW,
            example="id",
        ),
        findings=findings,
    )


def _diagnosis(*findings: Finding, **more) -> Diagnosis:
    return Diagnosis(taken_at=NOW, functions=(F.arn, G.arn, H.arn), rules=("rule-a",), findings=findings, **more)


class TestIncidents:
    def test_what_is_at_fault_for_several_is_one_incident_with_what_follows(self) -> None:
        root = _finding("a", NAT, F.arn, G.arn)
        same = _finding("b", NAT, F.arn)
        follows = _finding("c", F.arn, F.arn, causes=("a",))
        later = _finding("d", F.arn, F.arn, causes=("c",))
        told = _diagnosis(root, same, follows, later, explanations=(_seen("f", 3, "a"), _seen("g", 2, "a")))

        (found,) = incidents(told, rows(world(F, G, H), told))

        assert (found.subject, [one.name for one in found.functions]) == (NAT, ["f", "g"])
        assert ([one.fingerprint for one in found.findings], [one.fingerprint for one in found.follows]) == (
            ["a", "b"],
            ["c", "d"],
        )
        assert (found.failures, found.first) == ({"f": 3, "g": 2}, NOW - timedelta(hours=3))

    def test_functions_with_faults_of_their_own_are_apart(self) -> None:
        told = _diagnosis(_finding("a", F.arn, F.arn), _finding("b", G.arn, G.arn))

        assert [one.key for one in incidents(told, rows(world(F, G), told))] == ["a", "b"]

    def test_what_no_rule_explains_comes_last_and_says_so(self) -> None:
        told = _diagnosis(_finding("a", F.arn, F.arn), explanations=(_seen("h", 1),))

        found = incidents(told, rows(world(F, H), told))

        assert [(one.rule, [row.name for row in one.functions]) for one in found] == [("rule-a", ["f"]), ("", ["h"])]

    def test_findings_that_cause_each_other_end(self) -> None:
        told = _diagnosis(_finding("a", F.arn, F.arn, causes=("b",)), _finding("b", F.arn, F.arn, causes=("a",)))

        assert incidents(told, rows(world(F), told)) == ()


def test_the_rulebook_counts_every_function_once_for_each_rule() -> None:
    source = queue(visibility_timeout=10)
    seen = world(F, G, source, feeds(source, F), gaps=[gap("sqs:GetQueueAttributes", source.arn)])
    rules = shipped_rules()
    told = diagnose(seen, rules)

    found = {one.card.name: one for one in rulebook(rules, told)}

    assert set(found) == {one.name for one in rules}
    assert all(len(one.hit) + one.passed + one.unseen + len(one.crashed) == 2 for one in found.values())
    assert found["visibility-timeout-too-short"].unseen == 1


class TestBelongings:
    def test_the_network_around_a_function_belongs_to_it(self) -> None:
        seen = world(
            function("f", vpc_config=IN_VPC),
            *network(Route(destination_cidr_block="0.0.0.0/0", nat_gateway_id="nat-1"), nat="available"),
        )

        near = {arn.rsplit("/", 1)[-1] for arn in belongings(seen, F)}

        assert {"nat-1", "sg-f", "rtb-a", "rtb-b"} <= near
        assert not {"rtb-public", "sg-e"} & near

    def test_what_another_function_has_does_not(self) -> None:
        mine, other = role("mine", allow("s3:*")), role("other", allow("s3:*"))
        source = queue()
        seen = world(function("f", role=mine.arn), function("g", role=other.arn), mine, other, source, feeds(source, G))

        assert belongings(seen, F) == {F.arn, mine.arn}
        assert source.arn in belongings(seen, G)


class TestComparison:
    def test_the_nearest_change_is_first_and_who_made_it_is_told(self) -> None:
        was, now = function("f", timeout=60), function("f", timeout=3)
        change = Change(
            event_id="1",
            event_name="UpdateFunctionConfiguration20150331v2",
            event_time=NOW - timedelta(hours=1),
            username="deployer",
            resources=(F.arn,),
        )
        before = World(replace(snapshot(was, function("g", timeout=9)), taken_at=NOW - timedelta(days=1)))
        after = World(replace(snapshot(now, function("g", timeout=8)), changes=(change,)))
        told = _diagnosis(_finding("a", F.arn, F.arn), explanations=(_seen("f", 1, "a"),))

        found = compare(after, told, function=now, before=before, earlier=_diagnosis())

        assert [(one.part, one.difference.before, one.difference.by) for one in found.changed] == [
            ("root", 60, "deployer (UpdateFunctionConfiguration20150331v2)"),
            ("other", 9, ""),
        ]
        assert [(one.kind, one.text) for one in found.line] == [
            ("snapshot", ""),
            ("change", "UpdateFunctionConfiguration f"),
            ("onset", ""),
            ("now", ""),
        ]
        assert [one.fingerprint for one in found.came] == ["a"]

    def test_without_an_earlier_snapshot_nothing_is_said_to_be_new(self) -> None:
        found = compare(world(F), _diagnosis(_finding("a", F.arn, F.arn)), function=F)

        assert (found.before, found.changed, found.came) == (None, (), ())

    def test_another_functions_changes_are_not_on_its_time_line(self) -> None:
        change = Change(event_id="1", event_name="UpdateAlias20150331", event_time=NOW, resources=(G.arn,))
        seen = World(replace(snapshot(F, G), changes=(change,)))

        assert [one.kind for one in compare(seen, _diagnosis(), function=F).line] == ["now"]
        assert "change" in [one.kind for one in compare(seen, _diagnosis()).line]


def _package(*calls: SdkCall) -> Package:
    return Package(files=1, unzipped_size=1, source=Source(calls=calls))


class TestPermitting:
    def test_what_was_refused_and_what_the_source_calls_is_decided_once_each(self) -> None:
        mine = role("r", allow("dynamodb:GetItem", TABLE))
        calls = (
            SdkCall(path="app.py", line=3, service="dynamodb", operation="PutItem", parameters={"TableName": "t"}),
            SdkCall(
                path="app.py",
                line=9,
                service="dynamodb",
                operation="GetItem",
                parameters={"TableName": FromVariable(variable="TABLE")},
            ),
        )
        one = function("f", role=mine.arn, package=_package(*calls), environment=Environment(variables={"TABLE": "t"}))
        seen = world(one, mine, invocations=[denied("dynamodb:PutItem", TABLE)])

        found = permitting(seen, one)

        assert [
            (asked.decision.action, asked.decision.resource, asked.refused, asked.places) for asked in found.asked
        ] == [
            ("dynamodb:PutItem", TABLE, 1, ("app.py:3",)),
            ("dynamodb:GetItem", TABLE, 0, ("app.py:9",)),
        ]
        assert "identity" in found.asked[0].decision.blockers
        assert found.unseen == ()

    def test_a_role_that_was_not_read_is_said(self) -> None:
        one = function("f", role=f"arn:aws:iam::{ACCOUNT}:role/r")
        seen = world(one, gaps=[gap("iam:GetRole", one.role)])

        found = permitting(seen, one)

        assert found.asked == ()
        assert any("iam:GetRole denied" in text for text in found.unseen)
        assert any("package was not read" in text for text in found.unseen)


class TestReaching:
    ONE = function("f", vpc_config=IN_VPC, environment=Environment(variables={"DB_HOST": "db.example.com"}))

    def test_what_a_function_is_known_to_need_is_followed(self) -> None:
        found = reaching(world(self.ONE, *network()), self.ONE)

        assert [one.needed.destination.host or one.needed.destination.value for one in found.found] == [
            "db.example.com"
        ]
        assert any("package was not read" in text for text in found.unread)

    def test_a_destination_that_is_none_is_refused(self) -> None:
        with pytest.raises(UsageError):
            followed(world(self.ONE, *network()), self.ONE, "no host at all")


def test_answers_go_through_the_wire() -> None:
    told = _diagnosis(_finding("a", F.arn, F.arn))
    found = compare(world(F), told, function=F)

    assert msgspec.json.decode(msgspec.json.encode(found), type=type(found)) == found


def test_a_comparison_tells_how_the_function_went_then_and_goes_now() -> None:
    def went(p95: float, errors: float) -> World:
        told = (_series("Duration", "p95", p95), _series("Errors", "Sum", errors))
        return World(replace(snapshot(F), metrics={F.arn: told}))

    found = compare(went(30_000.0, 6.0), _diagnosis(), function=F, before=went(900.0, 0.0))

    assert found.paces == (Pace(p95=900.0, errors_per_hour=0.0), Pace(p95=30_000.0, errors_per_hour=2.0))
    assert compare(world(F), _diagnosis(), before=world(F)).paces is None


def _series(name: str, stat: str, value: float) -> MetricSeries:
    return MetricSeries(
        metric_name=name, stat=stat, namespace="AWS/Lambda", period=300, timestamps=(NOW,), values=(value,)
    )
