from doctor.testing.world import function, world


def inactive(code):
    return world(function(state="Inactive", state_reason_code=code, state_reason="told by Lambda"))


BROKEN = {
    "its image was deleted": inactive("ImageDeleted"),
    "its image may not be read": inactive("ImageAccessDenied"),
    "idle for weeks": inactive("Idle"),
    "no code is given": inactive(""),
}
HEALTHY = {
    "coming back already": inactive("Restoring"),
    "active": world(function()),
    "being created": world(function(state="Pending", state_reason_code="Creating")),
    "failed, for which another rule speaks": world(function(state="Failed")),
}
