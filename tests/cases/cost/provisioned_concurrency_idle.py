from doctor.model.invoking import ProvisionedConcurrencyConfig
from doctor.testing.world import alias, function, metric, world

F, V4 = function(), function(version="4")


def used(*values, kept=10):
    config = ProvisionedConcurrencyConfig(requested_provisioned_concurrent_executions=kept, status="READY")
    live = alias("live", V4, provisioned_concurrency_config=config)
    figures = (metric("ProvisionedConcurrencyUtilization", "Maximum", *values),) if values else ()
    return world(F, V4, live, metrics={live.arn: figures})


BROKEN = {"a fifth of them": used(*[0.1] * 20, 0.2)}
HEALTHY = {
    "a peak uses them": used(*[0.1] * 20, 0.9),
    "nobody uses any: callers name another version": used(*[0.0] * 20),
    "nothing was measured": used(),
    "seen for too short a time": used(0.1, 0.1),
    "one is kept": used(*[0.2] * 20, kept=1),
}
