from doctor.testing.world import function, world

IMAGE = {"package_type": "Image", "runtime": None, "handler": ""}
BROKEN = {
    "deleted": world(function(**IMAGE, state="Inactive", state_reason_code="ImageDeleted")),
    "its entry point leads nowhere": world(
        function(**IMAGE, state="Failed", state_reason_code="FunctionError.InvalidEntryPoint")
    ),
    "not of a form that Lambda takes": world(
        function(**IMAGE, last_update_status="Failed", last_update_status_reason_code="InvalidImage")
    ),
}
HEALTHY = {
    "active": world(function(**IMAGE)),
    "the repository may not be read": world(function(**IMAGE, state="Failed", state_reason_code="ImageAccessDenied")),
    "a program that a zip lacks": world(function(state="Failed", state_reason_code="FunctionError.InvalidEntryPoint")),
    "a zip has no image": world(function(state="Failed", state_reason_code="InvalidConfiguration")),
}
