from doctor.model.sources import Bucket
from doctor.testing.world import ACCOUNT, alias, function, metric, world

PHOTOS = "arn:aws:s3:::photos"


def let_in(service="s3", source=PHOTOS):
    conditions = {"ArnLike": {"AWS:SourceArn": source}, "StringEquals": {"AWS:SourceAccount": ACCOUNT}}
    principal = {"Service": f"{service}.amazonaws.com"}
    return {
        "Statement": [
            {"Effect": "Allow", "Principal": principal, "Action": "lambda:InvokeFunction", "Condition": conditions}
        ]
    }


F = function(policy=let_in())
V4 = function(version="4")
LIVE = alias("live", V4, policy=let_in())


def bucket(*arns, **more):
    entries = [{"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]} for arn in arns]
    told = {"LambdaFunctionConfigurations": entries} if entries else {}
    return Bucket(arn=PHOTOS, bucket_name="photos", notification_configuration={**told, **more})


BROKEN = {
    "it tells nobody": world(F, bucket()),
    "it tells another function": world(F, bucket(function("other").arn)),
    "it may invoke the alias, and tells nobody": world(function(), V4, LIVE, bucket()),
    "it tells a queue": world(F, bucket(QueueConfigurations=[{"QueueArn": "q", "Events": ["s3:ObjectCreated:*"]}])),
}
HEALTHY = {
    "it tells the function": world(F, bucket(F.arn)),
    "it tells the alias": world(function(), V4, LIVE, bucket(LIVE.arn)),
    "it tells EventBridge": world(F, bucket(EventBridgeConfiguration={})),
    "the function is invoked": world(F, bucket(), metrics={F.arn: (metric("Invocations", "Sum", 3),)}),
    "another service is let in": world(
        function(policy=let_in("sns", "arn:aws:sns:eu-west-1:111122223333:t")), bucket()
    ),
    "the bucket was not found": world(F),
    "no policy": world(function(), bucket()),
}
