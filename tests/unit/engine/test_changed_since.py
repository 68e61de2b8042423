"""A failure that is older than the function's last change is told as such: neither explained, nor held against it."""

from datetime import timedelta

from msgspec.structs import replace

from doctor.engine.diagnose import diagnose
from doctor.engine.report import report
from doctor.engine.world import World
from doctor.report.lines import check
from doctor.report.lines.glyphs import UNICODE
from doctor.report.lines.spans import plain
from doctor.testing.world import NOW, function, raised, world

F = function(last_modified=(NOW - timedelta(days=2)).isoformat())
FAILING = world(F, invocations=[raised("ValueError", "boom", ago=900)])
CHANGED = World(FAILING.snapshot.with_resources(replace(F, last_modified=(NOW - timedelta(minutes=5)).isoformat())))


def _told(seen: World) -> tuple[str, str]:
    made = report(seen, diagnose(seen, ()), ())
    return made.rows[0].health, plain(check.page(made, 100, UNICODE))


def test_a_failure_after_the_last_change_is_open() -> None:
    health, page = _told(FAILING)

    assert health == "unexplained"
    assert "NOT EXPLAINED BY ANY RULE" in page
    assert "1 function fails unexplained" in page


def test_a_failure_before_the_last_change_is_not_held_against_what_is_there_now() -> None:
    health, page = _told(CHANGED)

    assert health == "partial"
    assert "BEFORE THE LAST CHANGE, NOT SINCE" in page
    assert "unexplained" not in page
