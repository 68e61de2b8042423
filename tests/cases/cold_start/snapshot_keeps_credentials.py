from doctor.model.function import SnapStart
from doctor.testing.world import alias, function, raised, succeeded, world

V1 = function(version="1", snap_start=SnapStart(apply_on="PublishedVersions", optimization_status="On"))
LIVE = alias("live", V1)
EXPIRED = "An error occurred (ExpiredTokenException) when calling the GetItem operation: The security token included in the request is expired"


def met(one):
    return world(V1, LIVE, invocations=[one])


BROKEN = {
    "a client of its own": met(raised("ClientError", EXPIRED, version="1")),
    "the secrets extension": met(raised("RuntimeError", "401 Bad session token or header key", version="1")),
}
HEALTHY = {
    "without SnapStart: keys of the code's own": world(function(), invocations=[raised("ClientError", EXPIRED)]),
    "it succeeds": met(succeeded(version="1")),
    "refused for a policy": met(
        raised(
            "ClientError",
            "An error occurred (AccessDeniedException) when calling the GetItem operation: no",
            version="1",
        )
    ),
}
