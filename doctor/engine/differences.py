"""What changed between two snapshots of one account, and who did it where CloudTrail tells."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec.structs import replace

from doctor.engine.looked_at import Look, unread_in
from doctor.model import arns
from doctor.model.difference import Difference, Unread
from doctor.model.record import Shape
from doctor.model.snapshot import Resource, Snapshot
from doctor.model.telemetry import Change

_PASSING = frozenset({"RevisionId", "LastModified"})
"""Fields that differ whenever anything does, or that AWS counts by itself."""


def differences(old: Snapshot, new: Snapshot) -> tuple[Difference, ...]:
    """Every resource that came, went or changed, field by field, in the order of ARNs; of what both looked at alone."""
    return compared(old, new)[0]


def compared(old: Snapshot, new: Snapshot) -> tuple[tuple[Difference, ...], tuple[Unread, ...]]:
    """The differences, and what only one of the two looked at: whether that changed is unknown."""
    looks = Look(old), Look(new)
    known = _changes(old, new)
    found = []
    lacking: dict[str, list[Difference]] = {"OLD": [], "NEW": []}
    for arn in sorted(old.resources.keys() | new.resources.keys()):
        for one in _resource(arn, old.resources.get(arn), new.resources.get(arn)):
            where = unread_in(one, *looks)
            if where:
                lacking[where].append(one)
            else:
                found.append(_attributed(one, known))
    unread = [
        Unread(
            snapshot=where,
            resources=sum(not one.field for one in those),
            fields=dict(sorted(Counter(one.field for one in those if one.field).items())),
        )
        for where, those in lacking.items()
        if those
    ]
    return tuple(found), tuple(unread)


def _resource(arn: str, old: Resource | None, new: Resource | None) -> Iterator[Difference]:
    one = new or old
    assert one is not None
    kind = str(one.__struct_config__.tag)
    if old is None or new is None:
        there, gone = _told(one), None
        before, after = (gone, there) if old is None else (there, gone)
        yield Difference(resource=arn, kind=kind, before=before, after=after)
        return
    for field, before, after in _fields("", _told(old), _told(new)):
        yield Difference(resource=arn, kind=kind, field=field, before=before, after=after)


def _told(value: Any) -> Any:
    """A shape as AWS spells it, defaults included: that a field has AWS's default is something it says."""
    if isinstance(value, Shape):
        names = zip(value.__struct_encode_fields__, value.__struct_fields__, strict=True)
        return {theirs: _told(getattr(value, ours)) for theirs, ours in names if ours != "extra"}
    if isinstance(value, dict):
        return {key: _told(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_told(one) for one in value]
    return msgspec.to_builtins(value)


def _fields(place: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Fields that differ; objects are looked into, lists are told whole."""
    for key in sorted(old.keys() | new.keys()):
        if key in _PASSING or old.get(key) == new.get(key):
            continue
        name = f"{place}.{key}" if place else key
        before, after = old.get(key), new.get(key)
        if isinstance(before, dict) and isinstance(after, dict) and "redacted" not in (*before, *after):
            yield from _fields(name, before, after)
        else:
            yield name, before, after


def _changes(old: Snapshot, new: Snapshot) -> dict[str, list[Change]]:
    """The management events between the two snapshots, by what they name."""
    found: dict[str, list[Change]] = {}
    for change in new.changes:
        if old.taken_at < change.event_time <= new.taken_at:
            for resource in change.resources:
                found.setdefault(arns.name(resource), []).append(change)
    return found


def _attributed(one: Difference, known: dict[str, list[Change]]) -> Difference:
    """With who did it, if exactly one event in between names the resource: of several, none is certain."""
    events = known.get(arns.name(one.resource), [])
    if len(events) != 1:
        return one
    event = events[0]
    return replace(one, by=f"{event.username} ({event.event_name})", at=event.event_time)
