from doctor.model.function import Layer
from doctor.testing.world import ACCOUNT, REGION, function, world


def _with(account):
    return function(layers=(Layer(arn=f"arn:aws:lambda:{REGION}:{account}:layer:tools:3"),))


BROKEN = {"somebody's": world(_with("444455556666"))}

HEALTHY = {
    "its own account's": world(_with(ACCOUNT)),
    "one that AWS publishes": world(_with("017000801446")),
    "there is none": world(function()),
}
