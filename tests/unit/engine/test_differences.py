"""What changed between two snapshots, in the words of the resources, and who did it where that is certain."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from doctor.engine.differences import compared, differences
from doctor.model.difference import Difference, Unread
from doctor.model.function import PublishedVersion
from doctor.model.package import Package
from doctor.model.snapshot import Snapshot
from doctor.model.telemetry import Change
from doctor.testing.world import NOW, function, gap, queue, world

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


# What only one of the two looked at


def _scoped(snapshot: Snapshot, *names: str) -> Snapshot:
    return replace(snapshot, scope=replace(snapshot.scope, functions=names))


G = function("g")


@pytest.mark.parametrize(
    ("names", "new", "gone", "resources"),
    [
        ((), (F,), ["g", "q"], 0),
        (("f",), (F,), [], 2),
        (("f", "g"), (F,), ["g"], 1),
        (("f", "g"), (), ["f", "g"], 1),
    ],
    ids=["all", "another was not asked for", "one that was is gone", "both that were are gone"],
)
def test_outside_of_what_was_asked_for_nothing_is_gone(
    names: tuple[str, ...], new: tuple[Any, ...], gone: list[str], resources: int
) -> None:
    old, later = world(F, G, queue()).snapshot, _scoped(world(*new).snapshot, *names)
    for one, other, where in ((old, later, "NEW"), (later, old, "OLD")):
        found, unread = compared(one, other)

        assert [name for name, *_ in _told(found)] == gone
        assert unread == ((Unread(snapshot=where, resources=resources),) if resources else ())


def test_of_two_narrow_looks_the_wider_one_knows_what_belongs_to_the_other() -> None:
    old, new = _scoped(world(F, queue()).snapshot, "f"), _scoped(world(F, G).snapshot, "f", "g")
    found, unread = compared(old, new)

    assert [(name, after is None) for name, _, _, after in _told(found)] == [("q", True)]
    assert unread == (Unread(snapshot="OLD", resources=1),)


@pytest.mark.parametrize(
    ("reason", "resource", "is_told"),
    [("denied", queue().arn, False), ("not_asked", "arn:aws:sqs:*", False), ("absent", queue().arn, True)],
)
def test_what_could_not_be_read_is_not_gone(reason: Any, resource: str, is_told: bool) -> None:
    old, new = _pair(F)
    missing = replace(gap("sqs:GetQueueAttributes", resource), reason=reason)
    listing = replace(missing, call=replace(missing.call, operation="ListQueues"))
    found, unread = compared(old, replace(new, gaps=(listing if "*" in resource else missing,)))

    assert bool(found) is is_told
    assert unread == (() if is_told else (Unread(snapshot="NEW", resources=1),))


@pytest.mark.parametrize(
    ("fields", "name", "call"),
    [
        ({"package": Package(files=1, unzipped_size=1)}, "Package", ""),
        ({"published_versions": (PublishedVersion(version="1"),)}, "PublishedVersions", ""),
        ({"published_versions": ()}, "PublishedVersions", ""),
        ({"recursive_loop": "Terminate"}, "RecursiveLoop", "lambda:GetFunctionRecursionConfig"),
        ({"policy": {"Statement": []}}, "Policy", "lambda:GetPolicy"),
        ({"reserved_concurrent_executions": 5}, "ReservedConcurrentExecutions", "lambda:GetFunctionConcurrency"),
    ],
)
@pytest.mark.parametrize("everywhere", [False, True])
def test_a_field_that_one_of_them_did_not_read_is_counted_and_not_compared(
    fields: dict[str, Any], name: str, call: str, everywhere: bool
) -> None:
    place = "arn:aws:lambda:*:function:*" if everywhere else F.arn
    without = world(F, gaps=[gap(call, place)] if call else []).snapshot
    with_it = world(replace(F, **fields)).snapshot

    assert compared(without, with_it) == ((), (Unread(snapshot="OLD", fields={name: 1}),))
    assert compared(with_it, without) == ((), (Unread(snapshot="NEW", fields={name: 1}),))


def test_what_both_read_is_compared_whatever_else_was_not() -> None:
    gaps = [gap("lambda:GetPolicy", "arn:aws:lambda:*:function:*"), gap("lambda:GetFunction", F.arn)]
    old = world(replace(F, policy={"Id": "a"}), gaps=gaps).snapshot
    new = world(replace(F, policy={"Id": "b"}, timeout=6), gaps=gaps).snapshot

    assert _told(differences(old, new)) == [("f", "Policy.Id", "a", "b"), ("f", "Timeout", 3, 6)]


def test_without_a_gap_that_nothing_is_left_is_a_difference() -> None:
    old, new = _pair(F, queue())
    limited = replace(old, resources={**old.resources, F.arn: replace(F, reserved_concurrent_executions=5)})

    assert _told(differences(limited, new)) == [("f", "ReservedConcurrentExecutions", 5, None)]


def test_what_doctor_does_not_know_of_aws_is_not_told_under_a_name_of_its_own() -> None:
    (one,) = differences(*_pair(F, queue(), replace(G, extra={"New": 1})))

    assert "extra" not in one.after
