from datetime import timedelta

from doctor.model.moments import rfc3339
from doctor.model.telemetry import Change
from doctor.testing.world import ACCOUNT, NOW, REGION, alias, allow, denied, function, role, succeeded, world

TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
PUT = ("dynamodb:PutItem", TABLE)
MENDED = role(allow(*PUT))
F = function(role=MENDED.arn)
V1 = function("live", version="1", role=MENDED.arn)


def _changed(ago, resource="r", name="PutRolePolicy"):
    at = NOW - timedelta(seconds=ago)
    return (
        Change(event_id="e-1", event_name=name, event_time=at, event_source="iam.amazonaws.com", resources=(resource,)),
    )


OLD = succeeded(ago=900)
REFUSED = denied(*PUT, ago=300)

BROKEN = {
    "an environment is older than the change": world(F, MENDED, invocations=[OLD, REFUSED], changes=_changed(600)),
    "the change names the role by its ARN": world(
        F, MENDED, invocations=[OLD, REFUSED], changes=_changed(600, MENDED.arn, "AttachRolePolicy")
    ),
    "a published version": world(
        function("live", role=MENDED.arn),
        V1,
        alias("live", V1),
        MENDED,
        invocations={"live": [succeeded(ago=900, version="1"), denied(*PUT, caller="r/live", ago=300, version="1")]},
        changes=_changed(600),
    ),
}

HEALTHY = {
    "a new environment is refused too": world(
        F, MENDED, invocations=[OLD, denied(*PUT, ago=300, stream="new")], changes=_changed(600)
    ),
    "it was refused before the change": world(F, MENDED, invocations=[OLD, REFUSED], changes=_changed(100)),
    "the role still does not allow it": world(F, role(), invocations=[OLD, REFUSED], changes=_changed(600)),
    "another role was changed": world(F, MENDED, invocations=[OLD, REFUSED], changes=_changed(600, "other")),
    "the function was updated since": world(
        function(role=MENDED.arn, last_modified=rfc3339(NOW - timedelta(seconds=60))),
        MENDED,
        invocations=[OLD, REFUSED],
        changes=_changed(600),
    ),
    "nothing was refused": world(F, MENDED, invocations=[OLD], changes=_changed(600)),
}
