"""A change of policies is held to what was intended."""

from hypothesis import given

from doctor.iam import catalogue
from doctor.iam.evaluate import Level, Policies, judge
from doctor.iam.policy import compile_policy
from doctor.iam.proof import differences, witnesses
from doctor.iam.request import Request, make_request
from tests.unit.iam.test_properties import compiled, documents, layers, requests

SESSION = "arn:aws:sts::111122223333:assumed-role/fn-role/f"
TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"


def allowing(action: str, resource: str) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]}


BEFORE = Policies(identity=(compile_policy("logs", allowing("logs:*", "*"), "identity"),))


def asked(service: str) -> list[Request]:
    return [
        make_request(SESSION, f"{service}:{action.name}", arn, {})
        for action in catalogue.actions(service).values()
        for arn in witnesses(TABLE)
    ]


def own(service: str) -> list[Request]:
    """Those on resources of the caller's account: its own policies alone open no other."""
    return [one for one in asked(service) if one.same_account]


def test_a_literal_statement_changes_one_pair() -> None:
    after = BEFORE._replace(
        identity=(*BEFORE.identity, compile_policy("new", allowing("dynamodb:GetItem", TABLE), "identity"))
    )
    found = list(differences(BEFORE, after, asked("dynamodb")))

    assert [(one.action, one.resource, one.before, one.after) for one in found] == [
        ("dynamodb:GetItem", TABLE, "denied", "allowed")
    ]


def test_what_is_lost_is_found_too() -> None:
    after = Policies(identity=(compile_policy("none", {"Statement": []}, "identity"),))
    found = list(differences(BEFORE, after, asked("logs")))

    assert len(found) == len(own("logs"))
    assert {one.after for one in found} == {"denied"}


def test_a_layer_that_comes_is_a_difference() -> None:
    closed = compile_policy("closed", {"Statement": []}, "scp")
    after = BEFORE._replace(scp=(Level("r-root", (closed,)),))

    assert len(list(differences(BEFORE, after, asked("logs")))) == len(own("logs"))


def test_witnesses_are_one_change_away() -> None:
    found = witnesses(TABLE)

    assert found[0] == TABLE
    assert len(set(found)) == len(found) == 7
    assert all(one.startswith("arn:aws:dynamodb:") for one in found)


@given(layers(), documents(), requests())
def test_passing_over_what_cannot_change_loses_nothing(
    given_: dict[str, list[dict[str, object]]], added: dict[str, object], request_: Request
) -> None:
    before = compiled(given_)  # type: ignore[arg-type]
    after = before._replace(identity=(*before.identity, compile_policy("added", added, "identity")))
    really = judge(before, request_).result != judge(after, request_).result

    assert bool(list(differences(before, after, [request_]))) == really
