from doctor.model.function import AliasRoutingConfig
from doctor.testing.world import alias, function, world

F, V4, V5 = function(), function(version="4"), function(version="5")


def split(**weights):
    versions = {name.removeprefix("v"): share for name, share in weights.items()}
    return world(F, V4, V5, alias("live", V4, routing_config=AliasRoutingConfig(additional_version_weights=versions)))


BROKEN = {"a tenth": split(v5=0.1)}
HEALTHY = {
    "all to one": split(),
    "nothing to the second": split(v5=0.0),
    "no alias": world(F),
}
