from doctor.model.balancing import TargetDescription, TargetGroup, TargetHealthDescription
from doctor.model.invoking import FunctionUrlConfig
from doctor.model.package import Package, Source, Variable
from doctor.model.sources import Api, Bucket, Integration, Schedule, ScheduleTarget, Subscription, Topic
from doctor.model.triggers import EventRule, Target
from doctor.testing.world import (
    ACCOUNT,
    REGION,
    alias,
    document,
    feeds,
    function,
    node_raised,
    queue,
    raised,
    ran,
    succeeded,
    world,
)

F = function()
Q = queue(visibility_timeout=180)
V4 = function(version="4")
LIVE = alias("live", V4)
STREAM = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/t/stream/2026-01-01T00:00:00.000"


def missing(key, **told):
    return raised("KeyError", f"'{key}'", **told)


def at(line, error, message):
    """A failure in a line of the source, which the traceback shows."""
    text = f'[ERROR] {error}: {message}\rTraceback (most recent call last):\r  File "/var/task/app.py", line 3, in handler\r    {line}\n'
    return ran(own=[(0.02, text)], duration=0.05)


def api(target, protocol, version="", kind="AWS_PROXY"):
    way = Integration(route="POST /orders", integration_type=kind, uri=target.arn, payload_format_version=version)
    return Api(arn=f"arn:aws:apigateway:{REGION}::/apis/k3v9", api_id="k3v9", name="shop", protocol_type=protocol, integrations=(way,))  # fmt: skip


def hourly(target, **fields):
    arn = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/hourly"
    return EventRule(arn=arn, name="hourly", targets=(Target(id="1", arn=target.arn),), **fields)


def topic(target):
    arn = f"arn:aws:sns:{REGION}:{ACCOUNT}:orders"
    one = Subscription(subscription_arn=f"{arn}:1", protocol="lambda", endpoint=target.arn)
    return Topic(topic_arn=arn, subscriptions=(one,))


def bucket(target):
    told = [{"Id": "1", "LambdaFunctionArn": target.arn, "Events": ["s3:ObjectCreated:*"]}]
    return Bucket(arn="arn:aws:s3:::uploads", bucket_name="uploads", notification_configuration={"LambdaFunctionConfigurations": told})  # fmt: skip


def balanced(target):
    return TargetGroup(
        target_group_arn=f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/shop/0123456789abcdef",
        target_group_name="shop",
        target_health_descriptions=(TargetHealthDescription(target=TargetDescription(id=target.arn)),),
    )


def let_in(service):
    principal = {"Service": f"{service}.amazonaws.com"}
    return document({"Effect": "Allow", "Principal": principal, "Action": "lambda:InvokeFunction", "Resource": F.arn})


V1, V2 = api(F, "REST"), api(F, "HTTP", "2.0")
URL = function(function_url_config=FunctionUrlConfig(function_url="https://x.lambda-url.eu-west-1.on.aws/"))
NONE = "'NoneType' object is not subscriptable"
NIGHTLY = Schedule(
    arn=f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/nightly",
    name="nightly",
    target=ScheduleTarget(arn=F.arn),
)
SET = Package(files=1, unzipped_size=9, source=Source(files=("app.py",), variables=(Variable(path="app.py", line=3, name="body"),)))  # fmt: skip

BROKEN = {
    "payload 1.0's field, and an HTTP API sends 2.0": world(F, V2, invocations=[missing("httpMethod")]),
    "payload 2.0's field, and a REST API sends 1.0": world(F, V1, invocations=[missing("rawPath")]),
    "Records, and a rule sends detail": world(F, hourly(F), invocations=[missing("Records")]),
    "a body, and a topic sends Records": world(F, topic(F), invocations=[missing("body")]),
    "Sns, and a bucket notifies": world(F, bucket(F), invocations=[missing("Sns")]),
    "detail, and a poller brings messages": world(
        F, Q, feeds(Q, F), invocations=[missing("detail"), missing("detail", ago=60)]
    ),
    "httpMethod of a function URL": world(URL, invocations=[missing("httpMethod")]),
    "routeKey of a load balancer": world(F, balanced(F), invocations=[missing("routeKey")]),
    "payload 2.0 leaves out what a request lacks": world(F, V2, invocations=[missing("queryStringParameters")]),
    "payload 1.0 sends null for what a request lacks": world(
        F, V1, invocations=[at("page = event['queryStringParameters']['page']", "TypeError", NONE)]
    ),
    "a body is text": world(
        F,
        V1,
        invocations=[at('name = event["body"]["name"]', "TypeError", "string indices must be integers, not 'str'")],
    ),
    "an alias is invoked": world(function(), V4, LIVE, hourly(LIVE), invocations=[missing("Records", version="4")]),
}
HEALTHY = {
    "it succeeds": world(F, V2, invocations=[succeeded()]),
    "its trigger sends it: the console's test event did not": world(F, Q, feeds(Q, F), invocations=[missing("Records")]),
    "nothing is known to invoke it": world(F, invocations=[missing("Records")]),
    "one of two triggers sends it": world(F, hourly(F), Q, feeds(Q, F), invocations=[missing("Records")]),
    "a schedule sends what its owner wrote": world(F, NIGHTLY, invocations=[missing("Records")]),
    "another service may send anything": world(
        (one := function(policy=let_in("cognito-idp"))), hourly(one), invocations=[missing("Records")]
    ),
    "an integration with templates of its own": world(F, api(F, "REST", kind="AWS"), invocations=[missing("Records")]),
    "a record that the stream does not know": world(F, feeds(STREAM, F), invocations=[missing("dynamodb")]),
    "a key of the code's own": world(F, V2, invocations=[missing("customer_id")]),
    "an environment variable": world(function(package=SET), V2, invocations=[missing("TABLE_NAME")]),
    "nothing was taken from the event": world(F, V1, invocations=[at("page = found[0]", "TypeError", NONE)]),
    "no text where an object is sent": world(
        F, hourly(F), invocations=[at('name = event["detail"]["name"]', "TypeError", "string indices must be integers")]
    ),
    "Node.js does not name the field": world(
        (one := function(runtime="nodejs22.x", handler="index.handler")),
        hourly(one),
        invocations=[node_raised("TypeError", "Cannot read properties of undefined (reading '0')")],
    ),
}  # fmt: skip

RULED_OUT = (
    "its trigger sends it: the console's test event did not",
    "nothing is known to invoke it",
    "one of two triggers sends it",
    "a schedule sends what its owner wrote",
    "another service may send anything",
    "an integration with templates of its own",
    "a record that the stream does not know",
    "no text where an object is sent",
)
