from msgspec.structs import replace

from doctor.model.balancing import TargetDescription, TargetGroup, TargetHealthDescription
from doctor.model.function import DeadLetterConfig
from doctor.model.sources import Api, Bucket, Integration, Stage, Subscription, Topic
from doctor.model.triggers import EventRule, Target
from doctor.testing.world import ACCOUNT, REGION, alias, document, function, gap, role, world

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


def _topic(target, name="orders", protocol="lambda"):
    arn = f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}"
    return Topic(
        topic_arn=arn,
        subscriptions=(Subscription(subscription_arn=f"{arn}:1", protocol=protocol, endpoint=target.arn),),
    )


def _bucket(target, name="uploads"):
    told = [{"Id": "1", "LambdaFunctionArn": target.arn, "Events": ["s3:ObjectCreated:*"]}]
    return Bucket(
        arn=f"arn:aws:s3:::{name}",
        bucket_name=name,
        location_constraint=REGION,
        notification_configuration={"LambdaFunctionConfigurations": told},
    )


def _api(target, route="GET /orders/{id}", protocol="REST", **fields):
    kind = "restapis" if protocol == "REST" else "apis"
    return Api(
        arn=f"arn:aws:apigateway:{REGION}::/{kind}/a1b2c3",
        api_id="a1b2c3",
        name="shop",
        protocol_type=protocol,
        stages=(Stage(stage_name="prod"),),
        integrations=(Integration(route=route, integration_type="AWS_PROXY", uri=target.arn, **fields),),
    )


def _from_api(tail, api="a1b2c3"):
    return {"ArnLike": {"AWS:SourceArn": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}/{tail}"}}


def _group(target, name="shop"):
    return TargetGroup(
        target_group_arn=f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/{name}/0123456789abcdef",
        target_group_name=name,
        target_type="lambda",
        target_health_descriptions=(TargetHealthDescription(target=TargetDescription(id=target.arn)),),
    )


GROUP = _group(F)
ELB = "elasticloadbalancing.amazonaws.com"
TOPIC = _topic(F)
BUCKET = _bucket(F)
FOR_BUCKET = {"ArnLike": {"AWS:SourceArn": BUCKET.arn}, "StringEquals": {"AWS:SourceAccount": ACCOUNT}}
S3, SNS, API = "s3.amazonaws.com", "sns.amazonaws.com", "apigateway.amazonaws.com"

BROKEN = {
    "a load balancer sends to it, and may not": world(F, GROUP),
    "another target group may": world(_permitted(F, ELB, ArnLike={"AWS:SourceArn": _group(F, "old").arn}), GROUP),
    "a topic sends to it, and may not": world(F, TOPIC),
    "another topic may": world(_permitted(F, SNS, ArnLike={"AWS:SourceArn": f"{TOPIC.arn}-old"}), TOPIC),
    "a bucket notifies it, and may not": world(F, BUCKET),
    "the bucket of that name was another account's": world(
        _permitted(F, S3, ArnLike={"AWS:SourceArn": BUCKET.arn}, StringEquals={"AWS:SourceAccount": "444455556666"}),
        BUCKET,
    ),
    "an API invokes it, and may not": world(F, _api(F)),
    "the API was made anew": world(_permitted(F, API, **_from_api("*/GET/orders/*", "old")), _api(F)),
    "the API may by another method": world(_permitted(F, API, **_from_api("*/POST/orders/*")), _api(F)),
    "an HTTP API's default route may not": world(F, _api(F, "$default", "HTTP")),
    "a WebSocket API may not": world(F, _api(F, "$connect", "WEBSOCKET")),
    "a topic sends to the alias, and may invoke the function": world(_permitted(LATEST, SNS), V1, LIVE, _topic(LIVE)),
    "a rule and a bucket, and neither may": world(F, HOURLY, BUCKET),
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
    "the target group may": world(_permitted(F, ELB, ArnLike={"AWS:SourceArn": GROUP.arn}), GROUP),
    "the target group is another function's": world(F, _permitted(function("g"), ELB), _group(function("g"))),
    "the topic may": world(_permitted(F, SNS, ArnLike={"AWS:SourceArn": TOPIC.arn}), TOPIC),
    "the topic sends to a queue": world(F, _topic(F, protocol="sqs")),
    "the bucket may": world(_permitted(F, S3, **FOR_BUCKET), BUCKET),
    "the bucket notifies another function": world(F, _permitted(function("g"), S3), _bucket(function("g"))),
    "the API may, by any stage": world(_permitted(F, API, **_from_api("*/GET/orders/*")), _api(F)),
    "the API may, by this stage": world(_permitted(F, API, **_from_api("prod/*/*")), _api(F)),
    "the API may, by every method": world(_permitted(F, API, **_from_api("*/*/orders/*")), _api(F, "ANY /orders/{id}")),
    "the API goes by a role of its own": world(F, _api(F, credentials_arn=role().arn)),
    "the HTTP API's default route may": world(
        _permitted(F, API, **_from_api("*/$default")), _api(F, "$default", "HTTP")
    ),
    "the default route may, as any method and path": world(
        _permitted(F, API, **_from_api("*/*")), _api(F, "$default", "HTTP")
    ),
    "a stage variable names the function": world(
        F,
        _api(F, "GET /x", "REST").__class__(
            arn="arn:aws:apigateway:eu-west-1::/restapis/x",
            api_id="x",
            integrations=(
                Integration(route="GET /x", uri="arn:aws:apigateway:r:lambda:path/functions/${v}/invocations"),
            ),
        ),
    ),
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
