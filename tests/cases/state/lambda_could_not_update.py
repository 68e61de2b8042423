from doctor.testing.world import function, world

BROKEN = {
    "of Lambda's own": world(function(state="Failed", state_reason_code="InternalError")),
    "durable executions still run": world(
        function(last_update_status="Failed", last_update_status_reason_code="DrainingDurableExecutions")
    ),
}
HEALTHY = {
    "active": world(function()),
    "its code fails": world(function(state="Failed", state_reason_code="FunctionError.InitTimeout")),
    "a key that is disabled": world(function(state="Failed", state_reason_code="DisabledKMSKey")),
}
