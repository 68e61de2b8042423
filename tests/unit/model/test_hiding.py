"""What a handler prints, is given and returns is shown without the secrets in it."""

from datetime import UTC, datetime

import msgspec
import pytest

from doctor.model.events import Gated, Line, Progress
from doctor.model.gate import Connection, GatedCall
from doctor.model.hiding import Hiding
from doctor.model.outcome import HandlerFailed, LocalRun, Scenario, Succeeded
from doctor.model.telemetry import LogLine

SECRET = "hunter2-hunter2"
KEY = b"key"
ENVIRONMENT = {"DB_PASSWORD": SECRET, "TABLE_REGION": "eu-west-1", "SHORT": "abc"}
HIDING = Hiding(ENVIRONMENT, KEY)


def _run(**fields: object) -> LocalRun:
    scenario = Scenario(
        function="f", event=msgspec.Raw(f'{{"card": "{SECRET}", "count": 3, "host": "a.example.com"}}'.encode())
    )
    line = LogLine(at=datetime(2026, 11, 23, tzinfo=UTC), message=f"connecting with {SECRET}")
    outcome = HandlerFailed(duration=1.0, error_type="ValueError", error_message=f"bad {SECRET}", log=(line,), **fields)  # type: ignore[arg-type]
    return LocalRun(scenario=scenario, outcome=outcome, enforced=())


@pytest.mark.parametrize(
    "payload",
    [SECRET, {"token": SECRET}, {SECRET: 1}, [[SECRET]], {"body": f"x {SECRET} y"}],
)
def test_nothing_of_a_run_tells_a_secret(payload: object) -> None:
    hidden = HIDING.run(_run(payload=payload))

    assert SECRET not in msgspec.json.encode(hidden).decode()


def test_what_is_no_secret_stays() -> None:
    hidden = HIDING.run(_run())

    assert msgspec.json.decode(hidden.scenario.event) == {
        "card": f"<redacted value, {len(SECRET)} characters>",
        "count": 3,
        "host": "a.example.com",
    }
    assert HIDING.text("region eu-west-1, abc") == "region eu-west-1, abc"


def test_a_line_on_the_screen_tells_which_variable_it_was() -> None:
    assert HIDING.event(Line(text=f"password is {SECRET}!")) == Line(text="password is <redacted $DB_PASSWORD>!")
    assert HIDING.event(Progress(what=SECRET)) == Progress(what=SECRET)


def test_a_run_without_secrets_is_as_it_was() -> None:
    run = LocalRun(
        scenario=Scenario(function="f", event=msgspec.Raw(b'{"n":1}')),
        outcome=Succeeded(duration=1.0, payload={"ok": True, "n": None}),
        enforced=(),
    )

    assert Hiding({}, KEY).run(run) == run


def test_what_was_called_stays_named_but_for_what_looks_like_a_secret() -> None:
    """A table's name is in a variable too; a key of an object may be anything."""
    key = f"arn:aws:s3:::papers/{'AKIA' + 'Q' * 16}"
    call = GatedCall(
        call="s3:PutObject", resources=(key, "arn:aws:s3:::orders-table-of-shop"), verdict="unknown", answered="nobody"
    )
    opened = Connection(host="db.example.com", port=5432, way="open")
    run = LocalRun(
        scenario=Scenario(function="f", event=msgspec.Raw(b"1")),
        outcome=Succeeded(duration=1),
        enforced=(),
        calls=(call,),
        connections=(opened,),
    )
    hidden = Hiding({"TABLE": "orders-table-of-shop"}, KEY).run(run)

    assert "AKIA" not in str(hidden.calls)
    assert hidden.calls[0].resources[1] == "arn:aws:s3:::orders-table-of-shop"
    assert hidden.connections == (opened,)


def test_what_the_gate_meets_is_told_like_what_it_met() -> None:
    call = GatedCall(
        call="s3:PutObject", resources=(f"arn:aws:s3:::{'AKIA' + 'Q' * 16}",), verdict="unknown", answered="nobody"
    )
    opened = Connection(host="db.example.com", port=5432, way="open")
    at = datetime(2026, 11, 23, tzinfo=UTC)

    assert "AKIA" not in str(HIDING.event(Gated(at=at, call=call)))
    assert HIDING.event(Gated(at=at, connection=opened)) == Gated(at=at, connection=opened)
