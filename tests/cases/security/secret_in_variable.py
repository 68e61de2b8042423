from doctor.model.function import Environment
from doctor.model.redacted import Redacted
from doctor.testing.world import function, world


def holding(kind, name="API_KEY", length=64):
    return world(function(environment=Environment(variables={name: Redacted(kind=kind, length=length, digest="0")})))


BROKEN = {"a token": holding("credential"), "a private key": holding("credential", "SIGNING_KEY")}
HEALTHY = {
    "a value that is not told": holding("value"),
    "a URL that is not told": holding("url", "DATABASE"),
    "an access key of AWS, for which another rule speaks": holding("credential", length=20),
    "plain values": world(function(environment=Environment(variables={"STAGE": "true", "HOST": "db.example.com"}))),
    "none": world(function()),
}
