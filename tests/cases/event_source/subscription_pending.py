from doctor.model.sources import Subscription, Topic
from doctor.testing.world import ACCOUNT, REGION, alias, function, world

F = function()
V4 = function(version="4")
LIVE = alias("live", V4)
ARN = f"arn:aws:sns:{REGION}:{ACCOUNT}:orders"


def topic(target, *subscriptions):
    those = tuple(Subscription(subscription_arn=one, protocol="lambda", endpoint=target.arn) for one in subscriptions)
    return Topic(topic_arn=ARN, subscriptions=those)


BROKEN = {
    "never confirmed": world(F, topic(F, "PendingConfirmation")),
    "of an alias": world(function(), V4, LIVE, topic(LIVE, "PendingConfirmation")),
}
HEALTHY = {
    "confirmed": world(F, topic(F, f"{ARN}:1")),
    "subscribed twice, once confirmed": world(F, topic(F, "PendingConfirmation", f"{ARN}:1")),
    "another function's": world(F, topic(function("g"), "PendingConfirmation")),
    "no topic": world(F),
}
