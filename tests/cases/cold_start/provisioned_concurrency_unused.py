from doctor.model.invoking import ProvisionedConcurrencyConfig
from doctor.testing.world import alias, function, metric, world

F = function()
READY = ProvisionedConcurrencyConfig(
    requested_provisioned_concurrent_executions=5, allocated_provisioned_concurrent_executions=5, status="READY"
)
FAILED = ProvisionedConcurrencyConfig(requested_provisioned_concurrent_executions=5, status="FAILED")
V4 = function(version="4")
KEPT = function(version="4", provisioned_concurrency_config=READY)
LIVE = alias("live", V4, provisioned_concurrency_config=READY)
RAN = metric("Invocations", "Sum", 40, 12)


def seen(*resources, ran=RAN, of=LIVE, used=()):
    return world(F, *resources, metrics={F.arn: (ran,), of.arn: used})


BROKEN = {
    "callers name the function alone": seen(V4, LIVE),
    "a version that no alias leads to": seen(KEPT),
    "an alias has it, callers use another": seen(V4, LIVE, alias("beta", V4)),
}
HEALTHY = {
    "it is used": seen(V4, LIVE, used=(metric("ProvisionedConcurrencyInvocations", "Sum", 30),)),
    "all of it spills over: some must have been used": seen(
        V4, LIVE, used=(metric("ProvisionedConcurrencySpilloverInvocations", "Sum", 3),)
    ),
    "nobody calls at all": seen(V4, LIVE, ran=metric("Invocations", "Sum", 0)),
    "it could not be made, for which another rule speaks": seen(
        V4, alias("live", V4, provisioned_concurrency_config=FAILED)
    ),
    "none is configured": seen(V4, alias("live", V4)),
}
