"""What is made of what rules say: findings, skips, crashes, what was ruled out, and what explains a symptom."""

from types import FunctionType
from typing import Self

import pytest

from doctor.engine.diagnose import diagnose, examine
from doctor.engine.facts import Fact
from doctor.engine.rule import Rule, rule
from doctor.engine.world import World
from doctor.errors import RuleError
from doctor.model.finding import Severity
from doctor.model.function import AliasRoutingConfig, Function
from doctor.model.identity import Role
from doctor.model.triggers import Queue
from doctor.rules_api import Invocations, Triggers
from doctor.testing.world import alias, feeds, function, gap, queue, raised, succeeded, timed_out, with_gaps, world
from tests.unit.engine import rules
from tests.unit.engine.rules import made

F = function("f")
G = function("g")
Q = queue()
ALWAYS = made(rules.always, function=Function)
LOGS = made(rules.reads_logs, function=Function, invocations=Invocations)
QUEUES = made(rules.reads_queues, function=Function, triggers=Triggers)
FALLS = made(rules.falls, function=Function)
NOT_THIS = made(rules.not_this, function=Function)


def test_a_rule_looks_at_every_function_once() -> None:
    said = diagnose(world(F, G), [ALWAYS])

    assert [finding.subject for finding in said.findings] == [F.arn, G.arn]
    assert [finding.affects for finding in said.findings] == [(F.arn,), (G.arn,)]
    assert said.functions == (F.arn, G.arn)
    assert said.rules == ("always",)


@pytest.mark.parametrize(
    ("one", "subjects"),
    [
        (made(rules.each_queue, queue=Queue), ["arn:aws:sqs:eu-west-1:111122223333:a", "arn:aws:sqs:eu-west-1:111122223333:b"]),
        (made(rules.each_role, role=Role), ["arn:aws:iam::111122223333:role/r"]),
        (made(rules.once), [""]),
    ],
)  # fmt: skip
def test_the_parameters_say_how_often_a_rule_looks(one: Rule, subjects: list[str]) -> None:
    role = Role(arn="arn:aws:iam::111122223333:role/r", role_name="r")
    said = diagnose(world(F, role, queue("a"), queue("b")), [one])

    assert [finding.subject for finding in said.findings] == subjects
    assert said.crashes == ()


def test_versions_without_traffic_are_not_looked_at() -> None:
    one, two, three = (function("f", version=number) for number in "123")
    before = world(F, one, two, three, alias("live", one), Q, feeds(Q, two))

    assert diagnose(before, [ALWAYS]).functions == (F.arn, one.arn, two.arn)


def test_the_second_version_of_an_alias_gets_traffic_too() -> None:
    one, two = function("f", version="1"), function("f", version="2")
    split = alias("live", one, routing_config=AliasRoutingConfig(additional_version_weights={"2": 0.1}))

    assert diagnose(world(F, one, two, split), [ALWAYS]).functions == (F.arn, one.arn, two.arn)


@pytest.mark.parametrize(
    ("one", "call", "resource"),
    [
        (LOGS, "logs:FilterLogEvents", F.log_group_arn),
        (LOGS, "logs:FilterLogEvents", ""),
        (QUEUES, "lambda:ListEventSourceMappings", ""),
        (QUEUES, "sqs:GetQueueAttributes", Q.arn),
    ],
)
def test_what_lies_behind_a_gap_is_skipped_and_the_gap_is_named(one: Rule, call: str, resource: str) -> None:
    said = diagnose(world(F, Q, feeds(Q, F), gaps=[gap(call, resource)]), [one])
    (skip,) = said.skips

    assert said.findings == said.crashes == ()
    assert (skip.rules, skip.severity, skip.subject) == ((one.name,), Severity.HIGH, F.arn)
    assert skip.gap == gap(call, resource)


def test_rules_that_one_gap_keeps_from_a_function_are_one_skip_as_bad_as_the_worst_of_them() -> None:
    mild = made(rules.reads_logs, severity=Severity.LOW, name="a", function=Function, invocations=Invocations)
    unread = gap("logs:FilterLogEvents", F.log_group_arn)
    said = diagnose(world(F, Q, feeds(Q, F), gaps=[unread, gap("sqs:GetQueueAttributes", Q.arn)]), [LOGS, QUEUES, mild])

    assert sorted((one.rules, one.severity, one.gap.call.name) for one in said.skips) == sorted(
        [
            (("a", LOGS.name), LOGS.severity, "logs:FilterLogEvents"),
            ((QUEUES.name,), QUEUES.severity, "sqs:GetQueueAttributes"),
        ]
    )


def test_a_fact_that_cannot_be_made_crashes_the_rules_that_ask_for_it_and_no_others() -> None:
    class Broken(Fact):
        reads = ()

        @classmethod
        def of(cls, world: World, subject: Function) -> Self:
            raise ValueError(subject.function_name)

    asks = made(lambda function, broken: (), name="asks", function=Function, broken=Broken)
    said = diagnose(world(F), [ALWAYS, asks])

    assert [(one.rule, one.error.partition(" (")[0]) for one in said.crashes] == [
        ("asks", f"ValueError: {F.function_name}")
    ]
    assert [one.rule for one in said.findings] == [ALWAYS.name]


@pytest.mark.parametrize(
    ("one", "call", "resource"),
    [
        (LOGS, "logs:FilterLogEvents", G.log_group_arn),
        (QUEUES, "sqs:GetQueueAttributes", queue("other").arn),
        (ALWAYS, "logs:FilterLogEvents", ""),
    ],
)
def test_a_gap_somewhere_else_hinders_no_rule(one: Rule, call: str, resource: str) -> None:
    said = diagnose(world(F, Q, feeds(Q, F), gaps=[gap(call, resource)]), [one])

    assert said.findings
    assert said.skips == ()


def test_the_queue_of_another_account_was_not_seen() -> None:
    (skip,) = diagnose(world(F, feeds("arn:aws:sqs:eu-west-1:999999999999:theirs", F)), [QUEUES]).skips

    assert (skip.gap.reason, skip.gap.resource) == ("not_asked", "arn:aws:sqs:eu-west-1:999999999999:theirs")


def test_a_queue_that_is_gone_is_an_answer() -> None:
    said = diagnose(world(F, feeds(Q, F)), [QUEUES])

    assert said.findings == said.skips == ()


def test_two_pollers_of_one_queue_are_one_finding() -> None:
    version = function("f", version="1")
    live = alias("live", version)
    said = diagnose(world(F, version, live, Q, feeds(Q, version), feeds(Q, live)), [QUEUES])

    assert len(said.findings) == 1


@pytest.mark.parametrize(
    ("one", "call", "resource"),
    [
        (ALWAYS, "lambda:ListFunctions", ""),
        (ALWAYS, "lambda:GetFunctionConfiguration", function("hidden").arn),
        (ALWAYS, "lambda:GetFunction", function("f", version="7").arn),
        (ALWAYS, "lambda:ListAliases", F.arn),
        (made(rules.each_queue, queue=Queue), "sqs:GetQueueAttributes", Q.arn),
        (made(rules.each_role, role=Role), "iam:GetAccountAuthorizationDetails", ""),
        (made(rules.each_role, role=Role), "iam:GetRole", "arn:aws:iam::111122223333:role/r"),
    ],
)
def test_subjects_that_were_not_listed_are_skipped_not_forgotten(one: Rule, call: str, resource: str) -> None:
    said = diagnose(world(F, gaps=[gap(call, resource)]), [one])

    assert [(skip.rules, skip.subject, skip.gap.call.name) for skip in said.skips] == [((one.name,), resource, call)]


def test_a_crash_stops_neither_what_was_said_nor_the_other_rules() -> None:
    said = diagnose(world(F, G), [FALLS, ALWAYS])

    assert [(crash.rule, crash.subject, crash.error.partition(" (")[0]) for crash in said.crashes] == [
        ("falls", F.arn, "KeyError: 'x'"),
        ("falls", G.arn, "KeyError: 'x'"),
    ]
    assert sorted(finding.rule for finding in said.findings) == ["always", "always", "falls", "falls"]


def test_what_is_ruled_out_is_told() -> None:
    (out,) = diagnose(world(F), [NOT_THIS]).ruled_out

    assert (out.function, out.symptom, out.cause, out.why) == (F.arn, rules.TIMED_OUT, "not-this", "it was waiting")


def test_the_worst_comes_first() -> None:
    low = made(rules.always, severity=Severity.LOW, name="a-low", function=Function)
    critical = made(rules.always, severity=Severity.CRITICAL, name="z-critical", function=Function)
    unsure = made(rules.unsure, function=Function)
    said = diagnose(world(F), [low, ALWAYS, unsure, critical])

    assert [finding.rule for finding in said.findings] == ["z-critical", "always", "unsure", "a-low"]


def test_a_fingerprint_is_of_the_place_not_of_the_value() -> None:
    (before,) = diagnose(world(function(timeout=3)), [ALWAYS]).findings
    (after,) = diagnose(world(function(timeout=6)), [ALWAYS]).findings
    (other,) = diagnose(world(G), [ALWAYS]).findings

    assert before.fingerprint == after.fingerprint
    assert other.fingerprint != before.fingerprint


def test_a_symptom_is_explained_by_what_would_cause_it_the_surest_first() -> None:
    sure, unsure = made(rules.sure, function=Function), made(rules.unsure, function=Function)
    said = diagnose(world(F, invocations=[timed_out(), raised(ago=60)]), [unsure, sure, ALWAYS])
    by_rule = {finding.rule: finding.fingerprint for finding in said.findings}
    timed, failed = said.explanations

    assert (timed.observation.symptom, timed.findings) == (rules.TIMED_OUT, (by_rule["sure"], by_rule["unsure"]))
    assert (failed.observation.symptom.detail, failed.findings) == ("ValueError", ())


def test_a_finding_on_another_function_explains_nothing_here() -> None:
    only_g = made(lambda function: rules.sure(function) if function == G else (), name="only-g", function=Function)
    said = diagnose(world(F, G, invocations={"f": [timed_out()]}), [only_g])

    assert [finding.subject for finding in said.findings] == [G.arn]
    assert [explanation.findings for explanation in said.explanations] == [()]


def test_a_version_shows_its_own_symptoms_only() -> None:
    one = function("f", version="1")
    said = diagnose(world(F, one, alias("live", one), invocations=[timed_out(version="1"), succeeded(ago=60)]), [])

    assert [explanation.observation.function for explanation in said.explanations] == [one.arn]


def test_nothing_in_nothing_found() -> None:
    said = diagnose(world(), [ALWAYS, LOGS, QUEUES])

    assert (said.findings, said.skips, said.crashes, said.explanations) == ((), (), (), ())


CHANGES = {
    "nothing": lambda before: before,
    "a timeout": lambda before: World(before.snapshot.with_resources(function("f", timeout=9))),
    "a queue": lambda before: World(before.snapshot.with_resources(queue(visibility_timeout=1))),
    "a new function": lambda before: World(before.snapshot.with_resources(function("new"))),
    "an alias": lambda before: World(before.snapshot.with_resources(alias("live", function("f", version="2")))),
    "a poller": lambda before: World(before.snapshot.with_resources(feeds(Q, G))),
    "a gap": lambda before: with_gaps(before, gap("logs:FilterLogEvents", F.log_group_arn)),
    "a listing": lambda before: with_gaps(before, gap("lambda:ListFunctions")),
}


@pytest.mark.parametrize("change", CHANGES)
def test_examining_again_says_what_examining_anew_says(change: str) -> None:
    one, two = function("f", version="1"), function("f", version="2")
    before = world(
        F, G, one, two, alias("live", one), Q, feeds(Q, F), invocations=[timed_out(), timed_out(version="1")]
    )
    all_rules = [ALWAYS, LOGS, QUEUES, FALLS, NOT_THIS, made(rules.each_queue, queue=Queue), made(rules.once)]
    after = CHANGES[change](before)

    assert examine(before, all_rules).again(after).diagnosis == diagnose(after, all_rules)


def test_examining_again_asks_only_those_who_looked_at_what_changed() -> None:
    asked: list[str] = []

    def noting(function: Function, triggers: Triggers) -> list[object]:
        asked.append(function.function_name)
        return []

    before = world(F, G, Q, feeds(Q, F))
    first = examine(before, [made(noting, function=Function, triggers=Triggers)])
    asked.clear()
    first.again(World(before.snapshot.with_resources(queue(visibility_timeout=1))))

    assert asked == ["f"]


@pytest.mark.parametrize(
    ("page", "annotations", "words"),
    [
        ("", {"function": Function}, "its file has no docstring"),
        ("A page.", {"function": str}, "nothing provides its parameter 'function: <class 'str'>'"),
        ("A page.", {"thing": "Function"}, "nothing provides its parameter 'thing: Function'"),
    ],
)
def test_what_cannot_be_a_rule_says_why(page: str, annotations: dict[str, object], words: str) -> None:
    check = FunctionType((lambda: ()).__code__, {"__doc__": page}, "check")
    check.__annotations__ = annotations
    with pytest.raises(RuleError, match=words):
        rule(Severity.LOW)(check)
