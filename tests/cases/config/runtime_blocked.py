from datetime import UTC, datetime

from doctor.testing.world import alias, function, world


def on(day, runtime, **fields):
    return world(function(runtime=runtime, **fields), now=datetime.fromisoformat(day).replace(tzinfo=UTC))


BROKEN = {
    "for years": on("2026-11-23", "python3.6"),
    "on the day": on("2027-03-03", "python3.9"),
    "of another language": on("2026-11-23", "nodejs12.x"),
}
HEALTHY = {
    "the day before": on("2027-03-02", "python3.9"),
    "deprecated, and updates still go": on("2026-11-23", "python3.9"),
    "only creating is blocked": on("2026-11-23", "nodejs14.x"),
    "supported": on("2026-11-23", "python3.13"),
    "newer than the table": on("2026-11-23", "python3.19"),
    "a container image": on("2026-11-23", None, package_type="Image"),
    "a published version never changes": world(
        function(), v := function(version="1", runtime="python3.6"), alias("old", v)
    ),
}
