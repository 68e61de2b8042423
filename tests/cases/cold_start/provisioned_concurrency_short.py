from datetime import timedelta

from doctor.model.invoking import ProvisionedConcurrencyConfig
from doctor.testing.world import NOW, alias, function, world

F = function()
V4 = function(version="4")


def seen(status, ready, *, minutes=60, wanted=5):
    config = ProvisionedConcurrencyConfig(
        requested_provisioned_concurrent_executions=wanted,
        available_provisioned_concurrent_executions=ready,
        status=status,
        extra={"LastModified": (NOW - timedelta(minutes=minutes)).isoformat()},
    )
    return world(F, V4, alias("live", V4, provisioned_concurrency_config=config))


BROKEN = {"in progress for an hour": seen("IN_PROGRESS", 2), "ready, and too few": seen("READY", 3)}
HEALTHY = {
    "all of them": seen("READY", 5),
    "being made since a moment": seen("IN_PROGRESS", 0, minutes=5),
    "the code fails, for which another rule speaks": seen("FAILED", 0),
    "none is configured": world(F, V4, alias("live", V4)),
}
