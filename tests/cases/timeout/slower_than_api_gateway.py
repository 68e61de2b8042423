from doctor.model.sources import Api, Integration
from doctor.testing.world import REGION, alias, function, succeeded, timed_out, world

F = function(timeout=60)
V4 = function(version="4", timeout=60)
LIVE = alias("live", V4)


def api(target, protocol="REST", waits=None, kind="AWS_PROXY"):
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{target.arn}/invocations"
    way = Integration(route="POST /orders", integration_type=kind, uri=uri, timeout_in_millis=waits)
    arn = f"arn:aws:apigateway:{REGION}::/restapis/k3v9"
    return Api(arn=arn, api_id="k3v9", name="shop", protocol_type=protocol, integrations=(way,))


SLOW = [succeeded(2, ago=900), succeeded(40, ago=500)]
BROKEN = {
    "it takes longer than a REST API waits": world(F, api(F), invocations=SLOW),
    "it takes longer than an HTTP API waits": world(F, api(F, "HTTP"), invocations=SLOW),
    "the integration waits for less": world(F, api(F, waits=1000), invocations=[succeeded(2)]),
    "the API invokes an alias": world(function(), V4, LIVE, api(LIVE), invocations=[succeeded(40, version="4")]),
}
HEALTHY = {
    "quick enough": world(F, api(F), invocations=[succeeded(20)]),
    "the integration waits for longer": world(F, api(F, waits=60_000), invocations=SLOW),
    "stopped at its own timeout": world(F, api(F), invocations=[timed_out(60)]),
    "no API invokes it": world(F, invocations=SLOW),
    "an API invokes another function": world(F, api(function("g")), invocations=SLOW),
    "an integration that need not wait": world(F, api(F, kind="AWS"), invocations=SLOW),
}
