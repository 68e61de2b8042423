from doctor.model.invoking import ProvisionedConcurrencyConfig
from doctor.testing.world import alias, function, world

F = function()
V4 = function(version="4")


def config(status, reason=""):
    return ProvisionedConcurrencyConfig(
        requested_provisioned_concurrent_executions=5, status=status, status_reason=reason
    )


def seen(status, reason=""):
    return world(F, V4, alias("live", V4, provisioned_concurrency_config=config(status, reason)))


BROKEN = {
    "its code fails while it is loaded": seen("FAILED", "FUNCTION_ERROR_INIT_FAILURE"),
    "of a version": world(
        F, function(version="4", provisioned_concurrency_config=config("FAILED", "FUNCTION_ERROR_INIT_FAILURE"))
    ),
}
HEALTHY = {
    "ready": seen("READY"),
    "being made": seen("IN_PROGRESS"),
    "another reason: quota": seen("FAILED", "UNRESERVED_CONCURRENCY_TOO_LOW"),
    "none is configured": world(F, V4, alias("live", V4)),
}
