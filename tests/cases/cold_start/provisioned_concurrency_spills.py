from doctor.model.invoking import ProvisionedConcurrencyConfig
from doctor.testing.world import alias, function, metric, world

F = function()
READY = ProvisionedConcurrencyConfig(requested_provisioned_concurrent_executions=2, status="READY")
V4 = function(version="4")
LIVE = alias("live", V4, provisioned_concurrency_config=READY)


def seen(used, spilled):
    figures = (
        metric("ProvisionedConcurrencyInvocations", "Sum", *used),
        metric("ProvisionedConcurrencySpilloverInvocations", "Sum", *spilled),
    )
    return world(F, V4, LIVE, metrics={LIVE.arn: figures})


BROKEN = {
    "a third spills over": seen((20, 20), (0, 20)),
    "one in twenty": seen((95,), (5,)),
}
HEALTHY = {
    "nothing spills over": seen((20, 20), (0, 0)),
    "a burst": seen((990,), (3,)),
    "nothing used: callers name another version": seen((0,), (0,)),
    "none is configured": world(F, V4, alias("live", V4)),
}
