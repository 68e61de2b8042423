from doctor.testing.world import ACCOUNT, REGION, function, world


def _image(account=ACCOUNT, region=REGION, **fields):
    uri = f"{account}.dkr.ecr.{region}.amazonaws.com/shop/orders@sha256:c0de"
    return function(runtime=None, handler="", package_type="Image", image_uri=uri, **fields)


BROKEN = {
    "it was put aside": world(_image(state="Inactive", state_reason_code="ImageAccessDenied")),
    "an update failed": world(_image(last_update_status="Failed", last_update_status_reason_code="ImageAccessDenied")),
    "of another account": world(_image("444455556666", state="Failed", state_reason_code="ImageAccessDenied")),
    "of another region": world(_image(region="us-east-1", state="Failed", state_reason_code="ImageAccessDenied")),
}

HEALTHY = {
    "the image is gone": world(_image(state="Inactive", state_reason_code="ImageDeleted")),
    "it is none that Lambda takes": world(_image(state="Failed", state_reason_code="InvalidImage")),
    "it runs": world(_image("444455556666")),
}
