from doctor.model.triggers import EventRule, Target
from doctor.testing.world import ACCOUNT, REGION, alias, function, metric, world

EVERYONE = {
    "Statement": [
        {
            "Sid": "events",
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "lambda:InvokeFunction",
            "Resource": "*",
        }
    ]
}
F = function(policy=EVERYONE)
V4 = function(version="4")
LIVE = alias("live", V4, policy=EVERYONE)


def invokes(target, state, bus="default"):
    place = "nightly" if bus == "default" else f"{bus}/nightly"
    return EventRule(
        arn=f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{place}",
        name="nightly",
        event_bus_name=bus,
        schedule_expression="rate(1 day)",
        state=state,
        targets=(Target(id="f", arn=target.arn),),
    )


BROKEN = {
    "nothing else invokes the function": world(F, invokes(F, "DISABLED")),
    "something else does": world(F, invokes(F, "DISABLED"), metrics={F.arn: (metric("Invocations", "Sum", 3),)}),
    "on a bus of its own": world(F, invokes(F, "DISABLED", bus="orders")),
    "it invokes an alias": world(F, V4, LIVE, invokes(LIVE, "DISABLED")),
}
HEALTHY = {
    "enabled": world(F, invokes(F, "ENABLED")),
    "enabled, and its invocations fail: a permission": world(
        F,
        one := invokes(F, "ENABLED"),
        metrics={one.arn: (metric("FailedInvocations", "Sum", 9, namespace="AWS/Events"),)},
    ),
    "enabled for management events too": world(F, invokes(F, "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")),
    "another function's": world(F, g := function("g"), invokes(function("h"), "DISABLED")),
    "no rule": world(F),
}
