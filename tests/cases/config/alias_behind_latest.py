from datetime import timedelta

from doctor.model.function import AliasRoutingConfig
from doctor.testing.world import NOW, alias, function, world


def of(days, **fields):
    return function(last_modified=(NOW - timedelta(days=days)).isoformat(), **fields)


NEW = of(3, code_sha256="new")
V1 = of(30, version="1", code_sha256="old")

BROKEN = {
    "deployed three days ago, and the alias was not moved": world(NEW, V1, alias("live", V1)),
    "two aliases": world(NEW, V1, alias("live", V1), alias("beta", V1)),
}
HEALTHY = {
    "the same code": world(of(3, code_sha256="old"), V1, alias("live", V1)),
    "deployed an hour ago: a release under way": world(of(0.04, code_sha256="new"), V1, alias("live", V1)),
    "the version is newer than $LATEST": world(of(40, code_sha256="older"), V1, alias("live", V1)),
    "its traffic is being shifted": world(
        NEW,
        V1,
        alias("live", V1, routing_config=AliasRoutingConfig(additional_version_weights={"2": 0.1})),
    ),
    "when it was deployed is not told": world(function(code_sha256="new"), V1, alias("live", V1)),
    "no alias leads to the old version": world(NEW, V1),
}
