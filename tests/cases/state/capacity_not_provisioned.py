from doctor.testing.world import function, world

BROKEN = {
    "a quota": world(function(state="Failed", state_reason_code="VcpuLimitExceeded", state_reason="quota of 32")),
    "of an update": world(function(last_update_status="Failed", last_update_status_reason_code="InsufficientCapacity")),
}
HEALTHY = {
    "active": world(function()),
    "its code fails": world(function(state="Failed", state_reason_code="FunctionError.RuntimeInitError")),
    "idle": world(function(state="Inactive", state_reason_code="Idle")),
}
