from doctor.model.function import Environment
from doctor.model.redacted import Redacted
from doctor.testing.world import function, world


def holding(kind, name="API_KEY"):
    return world(function(environment=Environment(variables={name: Redacted(kind=kind, length=20, digest="0")})))


BROKEN = {"an access key": holding("credential"), "a private key": holding("credential", "SIGNING_KEY")}
HEALTHY = {
    "a value that is not told": holding("value"),
    "a URL that is not told": holding("url", "DATABASE"),
    "plain values": world(function(environment=Environment(variables={"STAGE": "true", "HOST": "db.example.com"}))),
    "none": world(function()),
}
