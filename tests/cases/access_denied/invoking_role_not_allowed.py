from msgspec.structs import replace

from doctor.model.sources import Api, Integration, Schedule, ScheduleTarget
from doctor.model.triggers import EventRule, Target
from doctor.testing.world import ACCOUNT, REGION, alias, allow, deny, document, function, gap, role, world

F = function()
V1 = function("live", version="1")
LIVE = alias("live", V1)


def _invoker(*statements, service="scheduler.amazonaws.com"):
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return replace(role(*statements, name="invoker"), assume_role_policy_document=document(trust))


BARE = _invoker()
MAY = _invoker(allow("lambda:InvokeFunction", F.arn))


def _schedule(target, state="ENABLED"):
    return Schedule(
        arn=f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/nightly",
        name="nightly",
        state=state,
        target=ScheduleTarget(arn=target.arn, role_arn=BARE.arn),
    )


NIGHTLY = _schedule(F)
RULE = EventRule(
    arn=f"arn:aws:events:{REGION}:{ACCOUNT}:rule/r", name="r", targets=(Target(id="1", arn=F.arn, role_arn=BARE.arn),)
)
API = Api(
    arn=f"arn:aws:apigateway:{REGION}::/restapis/a1",
    api_id="a1",
    integrations=(Integration(route="GET /x", uri=F.arn, credentials_arn=BARE.arn),),
)

BROKEN = {
    "the role may do nothing": world(F, BARE, NIGHTLY),
    "the role may invoke another function": world(F, _invoker(allow("lambda:InvokeFunction", f"{F.arn}2")), NIGHTLY),
    "the role names the function, the schedule its alias": world(
        function("live"), V1, LIVE, _invoker(allow("lambda:InvokeFunction", function("live").arn)), _schedule(LIVE)
    ),
    "a Deny": world(F, _invoker(allow("lambda:*"), deny("lambda:InvokeFunction")), NIGHTLY),
    "the role trusts another service": world(F, _invoker(allow("lambda:*"), service="lambda.amazonaws.com"), NIGHTLY),
    "a rule's role may do nothing": world(F, _invoker(service="events.amazonaws.com"), RULE),
    "an API's role may do nothing": world(F, _invoker(service="apigateway.amazonaws.com"), API),
}

HEALTHY = {
    "the role may": world(F, MAY, NIGHTLY),
    "the role may, by any qualifier": world(
        function("live"), V1, LIVE, _invoker(allow("lambda:InvokeFunction", f"{function('live').arn}:*")), _schedule(LIVE)
    ),
    "the schedule is switched off": world(F, BARE, _schedule(F, "DISABLED")),
    "the function's policy lets the role in": world(
        replace(
            F,
            policy=document(
                {"Effect": "Allow", "Principal": {"AWS": BARE.arn}, "Action": "lambda:InvokeFunction", "Resource": F.arn}
            ),
        ),
        BARE,
        NIGHTLY,
    ),
    "there is none": world(F),
    "the role of another function's schedule was not seen": world(F, gaps=[gap("iam:GetRole", role(name="x").arn)]),
}  # fmt: skip
