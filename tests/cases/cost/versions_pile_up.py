from doctor.model.function import PublishedVersion
from doctor.testing.world import alias, function, world


def published(count, *others):
    versions = tuple(PublishedVersion(version=str(n + 1), code_size=2_000_000) for n in range(count))
    return world(function(published_versions=versions), *others)


BROKEN = {"forty": published(40), "and an alias": published(40, alias("live", function(version="40")))}
HEALTHY = {
    "a few": published(5),
    "none": published(0),
    "each has an alias": published(21, *(alias(f"a{n}", function(version=str(n))) for n in range(1, 22))),
}
