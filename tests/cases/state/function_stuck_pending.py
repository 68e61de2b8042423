from datetime import timedelta

from doctor.testing.world import NOW, function, world


def since(minutes, **fields):
    return function(last_modified=(NOW - timedelta(minutes=minutes)).isoformat(), **{"state": "Pending", **fields})


BROKEN = {
    "for an hour": world(since(60, state_reason_code="Creating")),
    "as Lambda writes its times": world(function(state="Pending", last_modified="2026-11-23T10:00:00.000+0000")),
}
HEALTHY = {
    "created a moment ago": world(since(2, state_reason_code="Creating")),
    "five minutes, as a VPC may take": world(since(5, state_reason_code="Creating")),
    "active for an hour": world(since(60, state="Active")),
    "when it was created is not told": world(function(state="Pending")),
}
