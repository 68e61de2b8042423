from doctor.model.function import TracingConfig
from doctor.testing.world import allow, deny, function, role, world

ACTIVE = TracingConfig(mode="Active")


def traced(one, config=ACTIVE):
    return world(function(role=one.arn, tracing_config=config), one)


BROKEN = {
    "the role may nothing": traced(role()),
    "half of it": traced(role(allow("xray:PutTraceSegments"))),
    "a Deny": traced(role(allow("*"), deny("xray:*"))),
}
HEALTHY = {
    "it may": traced(role(allow("xray:Put*"))),
    "tracing is off": traced(role(), TracingConfig()),
}
