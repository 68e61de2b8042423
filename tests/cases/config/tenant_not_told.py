from doctor.model.triggers import EventRule, Target
from doctor.testing.world import feeds, function, queue, world

F = function(extra={"TenancyConfig": {"TenantIsolationMode": "PER_TENANT"}})
SHARED = function()
NIGHTLY = EventRule(
    arn="arn:aws:events:eu-west-1:111122223333:rule/nightly",
    name="nightly",
    schedule_expression="rate(1 day)",
    targets=(Target(id="1", arn=F.arn),),
)
Q = queue()

BROKEN = {"a queue": world(F, Q, feeds(Q, F)), "a rule": world(F, NIGHTLY), "both": world(F, Q, NIGHTLY, feeds(Q, F))}
HEALTHY = {
    "it is called": world(F),
    "it asks for no tenant": world(SHARED, Q, NIGHTLY, feeds(Q, SHARED)),
    "the poller is switched off": world(F, Q, feeds(Q, F, state="Disabled")),
}
