from doctor.testing.world import feeds, function, metric, queue, world

F, Q = function(), queue()
LISTENING = feeds(Q, F, function_response_types=("ReportBatchItemFailures",))


def counted(mapping=LISTENING, *, deleted=0, errors=0, ran=40):
    return world(
        F,
        Q,
        mapping,
        metrics={
            F.arn: (metric("Invocations", "Sum", ran), metric("Errors", "Sum", errors)),
            Q.arn: (
                metric("NumberOfMessagesSent", "Sum", 90, namespace="AWS/SQS"),
                metric("NumberOfMessagesDeleted", "Sum", deleted, namespace="AWS/SQS"),
            ),
        },
    )


BROKEN = {"none is deleted": counted()}
HEALTHY = {
    "they are deleted": counted(deleted=90),
    "it fails": counted(errors=40),
    "the poller does not listen": counted(feeds(Q, F)),
    "it hardly ran": counted(ran=1),
    "nothing feeds it": world(F),
}
