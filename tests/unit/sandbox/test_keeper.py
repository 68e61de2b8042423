"""What the gate records: who decided, what was taken for granted, and never what was said."""

import dataclasses
import json

import msgspec
import pytest

from doctor.iam.http_requests import HttpRequest
from doctor.model.gate import Injection, RecordedAnswer
from doctor.model.trace import Destination, Trace
from doctor.sandbox.gate.keeper import Keeper
from doctor.sandbox.gate.views import Answer, Views
from tests.unit.sandbox.gates import decision, trace, views

HOST = "dynamodb.eu-west-1.amazonaws.com"
TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/t"


def request(operation: str = "PutItem", key: str = "ASIALOCALRUNOFDOCTOR") -> HttpRequest:
    signed = f"AWS4-HMAC-SHA256 Credential={key}/20260101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=5eed"
    headers = {
        "authorization": signed,
        "x-amz-target": f"DynamoDB_20120810.{operation}",
        "content-type": "application/x-amz-json-1.0",
    }
    body = {"TableName": "t", "Item": {"who": {"S": "a-payload"}}}
    return HttpRequest("POST", "/", headers, json.dumps(body).encode())


def put(result: str = "allowed", action: str = "dynamodb:PutItem", **facts: object) -> Views:
    return views(lambda _call: (decision(result, action, TABLE, **facts),))


def test_calls_that_are_alike_are_counted_and_hold_no_payload() -> None:
    keeper = Keeper(put())
    for _ in range(3):
        keeper.answer(HOST, 443, request())
    (call,) = keeper.seen.calls

    assert (call.call, call.resources, call.times, call.region) == ("dynamodb:PutItem", (TABLE,), 3, "eu-west-1")
    assert not keeper.seen.assumptions
    assert not {"a-payload", "5eed", "ASIALOCALRUNOFDOCTOR"} & set(msgspec.json.encode(keeper.seen).decode().split('"'))


@pytest.mark.parametrize(
    ("world", "operation", "words"),
    [
        (put("depends", unknown_keys=("aws:SourceIp",)), "PutItem", "depends on aws:SourceIp"),
        (put("depends", assumptions=("the role was not read",)), "PutItem", "depends on the role was not read"),
        (put(action="dynamodb:GetItem"), "GetItem", "what dynamodb:GetItem reads was not read"),
        (
            views(lambda _call: (decision("allowed", "dynamodb:PutItem", TABLE),), known=False),
            "PutItem",
            f"{TABLE} was not read",
        ),
        (
            views(
                lambda _call: (decision("allowed", "dynamodb:PutItem", TABLE),),
                answer=lambda *_: Answer(400, {}, b"{}"),
            ),
            "PutItem",
            "answered with an error (400)",
        ),
    ],
)
def test_what_a_call_rests_on_is_an_assumption(world: Views, operation: str, words: str) -> None:
    keeper = Keeper(world)
    answer = keeper.answer(HOST, 443, request(operation))

    assert answer is not None
    assert answer.status in (200, 400)
    assert any(words in one for one in keeper.seen.assumptions)


def test_what_nobody_could_read_is_only_presumed() -> None:
    keeper = Keeper(put(assumptions=("no service control policy denies it: none could be read",)))
    keeper.answer(HOST, 443, request())

    assert keeper.seen.presumptions == ("no service control policy denies it: none could be read",)
    assert not keeper.seen.assumptions


def test_one_denied_action_denies_the_call() -> None:
    world = views(lambda _call: (decision(), decision("denied", "kms:Decrypt"), decision("depends")))
    keeper = Keeper(world)
    answer = keeper.answer(HOST, 443, request())

    assert answer is not None
    assert b"kms:Decrypt" in answer.body
    assert [(one.verdict, one.answered) for one in keeper.seen.calls] == [("denied", "denied")]
    assert not keeper.seen.assumptions


def test_a_request_that_nobody_understands_is_not_answered() -> None:
    keeper = Keeper(put())
    strange = HttpRequest("GET", "/token/secret-path", {"host": "id.execute-api.eu-west-1.amazonaws.com"})

    assert keeper.answer("id.execute-api.eu-west-1.amazonaws.com", 443, strange) is None
    assert not keeper.seen.calls
    assert [one.answered for one in keeper.seen.connections] == [False]
    assert "secret-path" not in str(keeper.seen)


@pytest.mark.parametrize(
    ("verdict", "symptom", "way", "assumed"),
    [
        ("reachable", "none", "open", False),
        ("unreachable", "timeout", "dropped", False),
        ("unreachable", "connection_refused", "refused", False),
        ("partial", "intermittent_timeout", "open", True),
        ("unknown", "unknown", "open", True),
    ],
)
def test_a_connection_goes_the_way_of_its_trace(verdict: str, symptom: str, way: str, assumed: bool) -> None:
    def network(destination: Destination) -> Trace:
        return trace(destination, verdict, symptom, "CODE", "the reason")  # type: ignore[arg-type]

    keeper = Keeper(views(network=network))

    assert keeper.way("10.0.0.9", 5432) == way
    assert bool(keeper.seen.assumptions) is assumed
    assert keeper.seen.connections[0].why == ("" if verdict == "reachable" else "the reason")
    assert keeper.seen.connections[0].components == (() if verdict == "reachable" else ("sg-1",))


def test_a_name_below_the_machines_own_does_not_resolve_and_is_not_noted() -> None:
    """The C library tries it by itself: nobody asked for it."""
    keeper = Keeper(views())

    assert not keeper.resolves("db.internal.254.100.6")
    assert not keeper.seen.connections


def test_packets_to_the_xray_daemon_are_no_assumption() -> None:
    keeper = Keeper(views())
    keeper.ignored("169.254.100.1", 2000)

    assert not keeper.seen.assumptions


def test_a_call_with_other_credentials_is_not_judged_by_the_roles_policies() -> None:
    """A role that the code took on, or keys of its own: what they may do was not read."""
    keeper = Keeper(put("denied"))
    answer = keeper.answer(HOST, 443, request(key="ASIATAKENONROLE"))

    assert answer is not None
    assert answer.status == 200
    assert any("other credentials than the role's" in one for one in keeper.seen.assumptions)
    assert "ASIATAKENONROLE" not in str(keeper.seen)


def recording(*recorded: RecordedAnswer) -> Keeper:
    return Keeper(dataclasses.replace(put(action="dynamodb:GetItem"), recorded=recorded))


ITEM = RecordedAnswer(call="dynamodb:GetItem", parameters={"TableName": "t"}, body={"Item": {"who": {"S": "kept"}}})


def test_a_recorded_answer_goes_before_the_copys() -> None:
    keeper = recording(RecordedAnswer(call="dynamodb:GetItem", parameters={"TableName": "other"}), ITEM)
    answer = keeper.answer(HOST, 443, request("GetItem"))

    assert answer is not None
    assert (answer.status, json.loads(answer.body)) == (200, {"Item": {"who": {"S": "kept"}}})
    assert answer.headers["Content-Type"] == "application/x-amz-json-1.0"
    assert [(one.verdict, one.answered) for one in keeper.seen.calls] == [("allowed", "recorded")]
    assert not keeper.seen.assumptions
    assert keeper.seen.presumptions == ("dynamodb:GetItem is answered by AWS as it was recorded",)
    assert "kept" not in str(keeper.seen)


def test_what_was_not_recorded_is_answered_by_the_copy() -> None:
    keeper = recording(RecordedAnswer(call="dynamodb:GetItem", parameters={"TableName": "other"}))
    keeper.answer(HOST, 443, request("GetItem"))

    assert [one.answered for one in keeper.seen.calls] == ["embedded"]
    assert any("was not read from the account" in one for one in keeper.seen.assumptions)


def test_no_recorded_answer_makes_a_denied_call_succeed() -> None:
    keeper = Keeper(dataclasses.replace(put("denied"), recorded=(RecordedAnswer(call="dynamodb:PutItem"),)))
    keeper.answer(HOST, 443, request())

    assert [one.answered for one in keeper.seen.calls] == ["denied"]


def test_the_first_calls_are_throttled_as_was_asked_for_and_that_is_an_assumption() -> None:
    twice = Injection(call="dynamodb:*", throttled=2)
    keeper = Keeper(dataclasses.replace(put(), injected=(twice,)))
    answers = [keeper.answer(HOST, 443, request()) for _ in range(3)]

    assert [one.status for one in answers if one] == [400, 400, 200]
    assert [(one.answered, one.error, one.times) for one in keeper.seen.calls] == [
        ("throttled", "ProvisionedThroughputExceededException", 2),
        ("embedded", "", 1),
    ]
    assert keeper.seen.assumptions == ("dynamodb:* was throttled, the first 2 times, as was asked for",)


def test_a_denied_call_is_denied_before_it_could_be_throttled() -> None:
    keeper = Keeper(dataclasses.replace(put("denied"), injected=(Injection(call="dynamodb:PutItem", throttled=0),)))
    keeper.answer(HOST, 443, request())

    assert [one.answered for one in keeper.seen.calls] == ["denied"]
