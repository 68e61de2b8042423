from doctor.model.invoking import RuntimeManagementConfig
from doctor.testing.world import function, world


def managed(when):
    return world(function(runtime_management_config=RuntimeManagementConfig(update_runtime_on=when)))


BROKEN = {"held": managed("Manual")}
HEALTHY = {
    "by itself": managed("Auto"),
    "with the function's own updates": managed("FunctionUpdate"),
    "not read": world(function()),
}
