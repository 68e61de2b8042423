from doctor.testing.world import function, succeeded, world

BROKEN = {
    "the old code goes on": world(
        function(
            last_update_status="Failed",
            last_update_status_reason_code="InvalidSubnet",
            last_update_status_reason="The subnet does not exist.",
        ),
        invocations=[succeeded()],
    ),
    "no reason is given": world(function(last_update_status="Failed")),
}
HEALTHY = {
    "updated": world(function()),
    "being updated": world(function(last_update_status="InProgress")),
    "it was never active, for which another rule speaks": world(function(state="Failed", last_update_status="Failed")),
}
