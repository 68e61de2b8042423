"""What the function list says of a function that was not seen to fail."""

import pytest
from msgspec.structs import replace

from doctor.engine.diagnose import diagnose
from doctor.engine.report import overview, rows
from doctor.engine.world import World
from doctor.model.call import INTERRUPTED, UNREAD, Gap
from doctor.model.finding import Crash
from doctor.model.function import Function
from doctor.rules_api import Invocations, Triggers
from doctor.testing.world import alias, function, gap, snapshot
from tests.unit.engine import rules
from tests.unit.engine.rules import made

F = function("f")
LIVE = function("f", version="3")
RULES = [
    made(rules.reads_logs, function=Function, invocations=Invocations),
    made(rules.reads_queues, function=Function, triggers=Triggers),
]
LOG = "logs:FilterLogEvents"


def told(*gaps: Gap) -> tuple[str, str]:
    seen = World(replace(snapshot(F, LIVE, alias("live", LIVE)), gaps=gaps))
    (row,) = rows(seen, diagnose(seen, RULES))
    return row.health, row.why


@pytest.mark.parametrize(
    ("error", "health", "why"),
    [
        ("", "ok", "1 rules found nothing, 1 not asked"),
        (UNREAD, "partial", "reading: 1 of 2 rules wait for what is still to be read"),
        (INTERRUPTED, "partial", f"{LOG} interrupted: 1 of 2 rules could not look"),
    ],
)
def test_a_rule_that_skips_several_versions_is_counted_once(error: str, health: str, why: str) -> None:
    assert told(replace(gap(LOG, reason="not_asked"), error=error)) == (health, why)


def test_what_failed_is_told_before_what_is_still_to_be_read() -> None:
    reading = replace(gap(LOG, reason="not_asked"), error=UNREAD)

    assert told(reading, gap("lambda:ListEventSourceMappings")) == (
        "partial",
        "lambda:ListEventSourceMappings denied: 1 of 2 rules could not look",
    )


def test_a_function_that_a_rule_crashed_on_is_not_fine() -> None:
    seen = World(snapshot(F))
    crash = (Crash(rule="reads-logs", subject=F.arn, error="KeyError"),)
    (row,) = rows(seen, replace(diagnose(seen, RULES), findings=(), crashes=crash))

    assert (row.health, row.why) == ("partial", "reads-logs crashed: 1 of 2 rules could not look")


def test_what_was_denied_is_named_before_what_failed() -> None:
    failed, denied = gap("lambda:ListEventSourceMappings", reason="failed"), gap(LOG)

    assert told(failed, denied)[1] == f"{LOG} denied: 2 of 2 rules could not look"


def test_the_actions_that_denied_reads_lacked_are_told() -> None:
    seen = World(
        replace(snapshot(F), gaps=(gap(LOG), gap("s3:GetBucketNotificationConfiguration"), gap("x:Y", reason="failed")))
    )

    assert overview(seen, "a file", live=False).denied == ("logs:FilterLogEvents", "s3:GetBucketNotification")
