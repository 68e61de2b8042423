from doctor.model.invoking import RuntimeVersionConfig
from doctor.testing.world import function, world

ERROR = {"ErrorCode": "AccessDeniedException", "Message": "no"}
BROKEN = {
    "of the runtime version": world(function(runtime_version_config=RuntimeVersionConfig(error=ERROR))),
    "of the image's settings": world(
        function(package_type="Image", runtime=None, handler="", extra={"ImageConfigResponse": {"Error": ERROR}})
    ),
}
HEALTHY = {
    "read": world(
        function(runtime_version_config=RuntimeVersionConfig(runtime_version_arn="arn:aws:lambda:eu-west-1::runtime:x"))
    ),
    "not told": world(function()),
    "an image without settings of its own": world(
        function(package_type="Image", runtime=None, handler="", extra={"ImageConfigResponse": {"ImageConfig": {}}})
    ),
}
