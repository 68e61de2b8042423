from doctor.testing.world import function, world

BROKEN = {
    "its network interface could not be made": world(
        function(
            state="Failed",
            state_reason_code="EniLimitExceeded",
            state_reason="The limit of network interfaces was reached.",
        )
    ),
    "no reason is given": world(function(state="Failed")),
}
HEALTHY = {
    "active": world(function()),
    "being created": world(function(state="Pending", state_reason_code="Creating")),
    "an update failed: what ran before still runs": world(function(last_update_status="Failed")),
    "idle for weeks": world(function(state="Inactive", state_reason_code="Idle")),
}
