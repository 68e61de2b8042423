"""What changed between two snapshots, in the words of the resources, and who did it where that is certain."""

from datetime import timedelta

from msgspec.structs import replace

from doctor.engine.differences import differences
from doctor.model.difference import Difference
from doctor.model.snapshot import Snapshot
from doctor.model.telemetry import Change
from doctor.testing.world import NOW, function, queue, world

F = function(timeout=3, memory_size=128)


def _pair(*after: object, changes: tuple[Change, ...] = ()) -> tuple[Snapshot, Snapshot]:
    old = replace(world(F, queue()).snapshot, taken_at=NOW - timedelta(days=1))
    new = world(*after).snapshot  # type: ignore[arg-type]
    return old, replace(new, changes=changes)


def _told(found: tuple[Difference, ...]) -> list[tuple[str, str, object, object]]:
    return [(one.resource.rsplit(":", 1)[-1], one.field, one.before, one.after) for one in found]


def test_the_same_account_does_not_differ() -> None:
    assert differences(*_pair(F, queue())) == ()


def test_a_field_is_told_with_both_values_also_where_one_is_the_default() -> None:
    assert _told(differences(*_pair(replace(F, timeout=6), queue()))) == [("f", "Timeout", 3, 6)]


def test_a_field_within_an_object_is_told_by_its_path() -> None:
    changed = replace(F, ephemeral_storage=replace(F.ephemeral_storage, size=1024))

    assert _told(differences(*_pair(changed, queue()))) == [("f", "EphemeralStorage.Size", 512, 1024)]


def test_what_came_and_what_went_is_one_difference_each() -> None:
    found = differences(*_pair(F, queue("other")))

    assert [(one.resource.rsplit(":", 1)[-1], one.before is None, one.after is None) for one in found] == [
        ("other", True, False),
        ("q", False, True),
    ]


def test_fields_that_aws_counts_by_itself_do_not_count() -> None:
    assert differences(*_pair(replace(F, revision_id="r-2", last_modified="later"), queue())) == ()


def _event(number: int, *, hours_ago: float) -> Change:
    return Change(
        event_id=str(number),
        event_name="UpdateFunctionConfiguration20150331v2",
        event_time=NOW - timedelta(hours=hours_ago),
        username="deploy",
        resources=(F.arn,),
    )


def test_who_did_it_is_told_when_one_event_in_between_names_the_resource() -> None:
    found = differences(*_pair(replace(F, timeout=6), queue(), changes=(_event(1, hours_ago=2),)))

    assert [(one.by, one.at) for one in found] == [
        ("deploy (UpdateFunctionConfiguration20150331v2)", NOW - timedelta(hours=2)),
    ]


def test_of_several_events_or_one_outside_nobody_is_named() -> None:
    several = differences(
        *_pair(replace(F, timeout=6), queue(), changes=(_event(1, hours_ago=2), _event(2, hours_ago=3)))
    )
    outside = differences(*_pair(replace(F, timeout=6), queue(), changes=(_event(1, hours_ago=48),)))

    assert [one.by for one in (*several, *outside)] == ["", ""]
