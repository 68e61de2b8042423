from doctor.model.sources import Api, Integration
from doctor.testing.world import REGION, function, raised, succeeded, timed_out, world

F = function()


def api(target, kind="AWS_PROXY"):
    way = Integration(route="POST /orders", integration_type=kind, uri=target.arn)
    return Api(arn=f"arn:aws:apigateway:{REGION}::/restapis/k3v9", api_id="k3v9", name="shop", integrations=(way,))


BROKEN = {
    "it raises": world(F, api(F), invocations=[raised("KeyError", "'x'")]),
    "it runs out of time": world(F, api(F), invocations=[timed_out()]),
}
HEALTHY = {
    "it succeeds": world(F, api(F), invocations=[succeeded()]),
    "mended since": world(F, api(F), invocations=[raised(ago=900), succeeded(ago=60)]),
    "no API invokes it": world(F, invocations=[raised()]),
    "an integration of its own form": world(F, api(F, "AWS"), invocations=[raised()]),
}
