from datetime import UTC, datetime

from doctor.testing.world import function, world


def on(day, runtime, **fields):
    return world(function(runtime=runtime, **fields), now=datetime.fromisoformat(day).replace(tzinfo=UTC))


BROKEN = {
    "deprecated": on("2026-11-23", "python3.9"),
    "soon": on("2027-03-01", "nodejs22.x"),
    "90 days before": on("2027-01-30", "nodejs22.x"),
    "nothing can be created with it": on("2026-11-23", "nodejs14.x"),
}
HEALTHY = {
    "91 days before": on("2027-01-29", "nodejs22.x"),
    "supported for years": on("2026-11-23", "python3.13"),
    "updates are blocked, for which another rule speaks": on("2026-11-23", "python3.6"),
    "newer than the table": on("2026-11-23", "python3.19"),
    "a container image": on("2026-11-23", None, package_type="Image"),
}
