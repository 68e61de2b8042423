from msgspec.structs import replace

from doctor.model.function import DeadLetterConfig
from doctor.model.triggers import EventRule, Target
from tests.world import ACCOUNT, REGION, alias, document, function, gap, role, world

DEAD_LETTERS = DeadLetterConfig(target_arn=f"arn:aws:sns:{REGION}:{ACCOUNT}:dead-letters")
F = function(dead_letter_config=DEAD_LETTERS)
V1 = function("live", version="1", dead_letter_config=DEAD_LETTERS)
LATEST = function("live", dead_letter_config=DEAD_LETTERS)
LIVE = alias("live", V1)


def _rule(target, name="hourly", state="ENABLED", role_arn=""):
    arn = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{name}"
    return EventRule(arn=arn, name=name, state=state, targets=(Target(id="1", arn=target.arn, role_arn=role_arn),))


def _permitted(owner, principal="events.amazonaws.com", action="lambda:InvokeFunction", effect="Allow", **condition):
    statement = {
        "Sid": "s",
        "Effect": effect,
        "Principal": {"Service": principal},
        "Action": action,
        "Resource": owner.arn,
        **({"Condition": condition} if condition else {}),
    }
    return replace(owner, policy=document(statement))


HOURLY = _rule(F)
DAILY = _rule(F, "daily")
TO_LIVE = _rule(LIVE)
FOR_HOURLY = {"ArnLike": {"AWS:SourceArn": HOURLY.arn}}

BROKEN = {
    "there is no policy": world(F, HOURLY),
    "of two rules neither may": world(F, HOURLY, DAILY),
    "of two rules one may": world(_permitted(F, **FOR_HOURLY), HOURLY, DAILY),
    "another service may": world(_permitted(F, "s3.amazonaws.com"), HOURLY),
    "another rule may": world(_permitted(F, ArnLike={"AWS:SourceArn": f"{HOURLY.arn}-old"}), HOURLY),
    "a rule of another account may": world(_permitted(F, StringEquals={"AWS:SourceAccount": "444455556666"}), HOURLY),
    "it may do something else": world(_permitted(F, action="lambda:GetFunction"), HOURLY),
    "the function may be invoked, the alias is the target": world(_permitted(LATEST), V1, LIVE, TO_LIVE),
    "the alias may be invoked, the version is the target": world(LATEST, V1, _permitted(LIVE), _rule(V1)),
}

HEALTHY = {
    "the rule may": world(_permitted(F, **FOR_HOURLY), HOURLY),
    "any rule may": world(_permitted(F), HOURLY),
    "rules by pattern may": world(
        _permitted(F, ArnLike={"AWS:SourceArn": f"arn:aws:events:{REGION}:{ACCOUNT}:rule/*"}), HOURLY
    ),
    "the alias may be invoked, and is the target": world(LATEST, V1, _permitted(LIVE, **FOR_HOURLY), TO_LIVE),
    "the rule is switched off": world(F, _rule(F, state="DISABLED")),
    "the rule goes by a role of its own": world(F, _rule(F, role_arn=role().arn)),
    "the rule is another function's": world(F, g := _permitted(function("g")), _rule(g)),
    "there is no rule": world(F),
    "another function's policy was not seen": world(
        _permitted(F), HOURLY, gaps=[gap("lambda:GetPolicy", function("g").arn)]
    ),
}
