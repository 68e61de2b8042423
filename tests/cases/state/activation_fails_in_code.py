from doctor.testing.world import function, world


def failed(code, **more):
    return function(state="Failed", state_reason_code=code, state_reason="told so", **more)


BROKEN = {
    "out of memory while it starts": world(failed("FunctionError.InitResourceExhausted")),
    "an exception at module level": world(failed("FunctionError.RuntimeInitError")),
    "its last update": world(
        function(last_update_status="Failed", last_update_status_reason_code="FunctionError.InitTimeout")
    ),
}
HEALTHY = {
    "active": world(function()),
    "an image's entry point, for which another rule speaks": world(
        failed("FunctionError.InvalidEntryPoint", package_type="Image", runtime=None, handler="")
    ),
    "another reason: its subnet is gone": world(failed("InvalidSubnet")),
    "the account's capacity": world(failed("InsufficientCapacity")),
    "of an update that was mended since": world(
        function(last_update_status="Successful", last_update_status_reason_code="FunctionError.InitTimeout")
    ),
}
