from doctor.model.function import DeadLetterConfig
from doctor.model.invoking import DestinationConfig, FunctionEventInvokeConfig, OnDestination
from doctor.testing.world import alias, function, metric, queue, world

DEAD = queue("dead")
FIFO = queue("dead.fifo", fifo_queue=True)
DLQ_LOST = metric("DeadLetterErrors", "Sum", 0, 4)
SENT_LOST = metric("DestinationDeliveryFailures", "Sum", 2)


def keeps(source):
    return function(dead_letter_config=DeadLetterConfig(target_arn=source.arn))


def on_failure(source):
    return FunctionEventInvokeConfig(
        destination_config=DestinationConfig(on_failure=OnDestination(destination=source.arn))
    )


def seen(subject, *others, lost=DLQ_LOST):
    return world(subject, *others, metrics={subject.arn: (lost,)})


V4 = function(version="4")

BROKEN = {
    "the dead-letter queue was deleted": seen(keeps(DEAD)),
    "the dead-letter queue is FIFO": seen(keeps(FIFO), FIFO),
    "the destination was deleted": seen(function(event_invoke_config=on_failure(DEAD)), lost=SENT_LOST),
    "an alias's destination was deleted": seen(
        function(), V4, alias("live", V4, event_invoke_config=on_failure(DEAD)), lost=SENT_LOST
    ),
}
HEALTHY = {
    "it is there, and events are lost all the same: a permission": seen(keeps(DEAD), DEAD),
    "it was deleted, and nothing needed it": seen(keeps(DEAD), lost=metric("DeadLetterErrors", "Sum", 0)),
    "it is a topic, which is not read": seen(
        function(dead_letter_config=DeadLetterConfig(target_arn="arn:aws:sns:eu-west-1:111122223333:dead"))
    ),
    "nothing is configured": seen(function()),
}
