"""The smallest event that still fails in the same way, by running."""

import json
from pathlib import Path

import msgspec
import pytest

from doctor.engine.world import World
from doctor.errors import UsageError
from doctor.model.outcome import HandlerFailed, LocalRun, Reproduction, Scenario
from doctor.model.target import Target
from doctor.pipeline import Case
from doctor.reproducing.minimize import reproduce_smallest, save, signature
from doctor.sandbox.abilities import abilities
from doctor.testing.world import function, world
from tests.unit.sandbox.support import OWN_PYTHON, finish

CODE = """
def handler(event, context):
    total = sum(order["amount"] for order in event["orders"])
    for order in event["orders"]:
        if order.get("currency") == "XXX":
            raise LookupError(order["currency"])
    return total
"""
ORDERS = [{"id": n, "amount": n, "currency": "XXX" if n == 7 else "EUR"} for n in range(12)]


@pytest.fixture
def isolated() -> None:
    lacking = [one.note for one in abilities() if one.dimension == "files" and not one.by]
    if lacking:
        pytest.skip(lacking[0])


def shrunk(folder: Path, orders: list[dict[str, object]]) -> Reproduction:
    """What an event is shrunk to."""
    subject = function(runtime=OWN_PYTHON)
    (folder / "code" / "f").mkdir(parents=True)
    (folder / "code" / "f" / "app.py").write_text(CODE)
    (folder / "event.json").write_text(json.dumps({"orders": orders, "trace": "abc"}))
    seen: World = world(subject)
    case = Case(target=Target(snapshot=str(folder)), account=None, world=seen, rules=(), event=folder / "event.json")
    job = reproduce_smallest(case, subject, None, (), runs=60, path=folder / "small.json")
    return finish(job)[0]  # type: ignore[no-any-return]


def test_an_event_is_shrunk_to_what_makes_it_fail(isolated: None, tmp_path: Path) -> None:
    made = shrunk(tmp_path, ORDERS)
    small = tmp_path / "small.json"

    assert made.minimized is not None
    assert made.minimized.finished
    assert made.minimized.runs <= 60
    assert made.minimized.same == "failed with LookupError at app.py:6"
    # Without an amount it would fail too, but elsewhere.
    assert json.loads(small.read_text()) == {"orders": [{"amount": 0, "currency": "XXX"}]}
    assert small.stat().st_mode & 0o777 == 0o600


def test_an_event_that_does_not_fail_cannot_be_shrunk(isolated: None, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not fail here"):
        shrunk(tmp_path, ORDERS[:3])


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        save(msgspec.Raw(b"{}"), path)
    assert path.read_text() == "mine"


NODE = ["LookupError: x", "    at charge (/var/task/src/pay.js:12:9)", "    at handler (/var/task/index.js:3:5)"]


def test_the_place_of_an_error_is_the_innermost_of_the_handlers_own_code() -> None:
    outcome = HandlerFailed(duration=1, error_type="LookupError", payload={"trace": NODE})
    run = LocalRun(scenario=Scenario(function="f", event=msgspec.Raw(b"{}")), outcome=outcome, enforced=())

    assert signature(run)[:3] == ("handler_failed", "LookupError", "src/pay.js:12")
