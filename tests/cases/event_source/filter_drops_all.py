import json

from doctor.testing.world import alias, feeds, function, metric, queue, world

Q = queue(visibility_timeout=180)
F = function()
V4 = function(version="4")
LIVE = alias("live", V4)
STREAM = "arn:aws:kinesis:eu-west-1:111122223333:stream/s"
TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/t/stream/2026-01-01T00:00:00.000"
IN_BODY = {"body": {"type": ["order"]}}


def filtered(*patterns, **more):
    return {"filter_criteria": {"Filters": [{"Pattern": json.dumps(one)} for one in patterns]}, **more}


def counted(polled, dropped):
    return (metric("PolledEventCount", "Sum", *polled), metric("FilteredOutEventCount", "Sum", *dropped))


def seen(poller, *, metrics=None, **more):
    return world(F, Q, poller, metrics=metrics or {}, **more)


DELETED = (metric("NumberOfMessagesDeleted", "Sum", 7, 0, 3, namespace="AWS/SQS"),)
PICKY = feeds(Q, F, **filtered(IN_BODY))

BROKEN = {
    "every record was dropped": seen(PICKY, metrics={PICKY.arn: counted((0, 40, 20), (0, 40, 20))}),
    "a field of the message, not of the record": seen(feeds(Q, F, **filtered({"type": ["order"]}))),
    "none of several filters can match": seen(
        feeds(Q, F, **filtered({"type": ["order"]}, {"kind": [{"prefix": "o"}]}))
    ),
    "a field of the data, not of a Kinesis record": world(F, feeds(STREAM, F, **filtered({"city": ["Utrecht"]}))),
    "a field of the item, not of the stream's record": world(
        F, feeds(TABLE, F, **filtered({"NewImage": {"a": ["b"]}}))
    ),
    "messages vanish and nothing is invoked": seen(PICKY, metrics={Q.arn: DELETED}),
    "the poller invokes an alias": world(F, V4, LIVE, Q, feeds(Q, LIVE, **filtered({"type": ["order"]}))),
}
HEALTHY = {
    "some records pass": seen(PICKY, metrics={PICKY.arn: counted((0, 40, 20), (0, 40, 10))}),
    "nothing came": seen(PICKY, metrics={PICKY.arn: counted((0, 0), (0, 0))}),
    "messages are deleted because the function took them": seen(
        PICKY, metrics={Q.arn: DELETED, F.arn: (metric("Invocations", "Sum", 10),)}
    ),
    "nothing is deleted": seen(PICKY, metrics={Q.arn: (metric("NumberOfMessagesSent", "Sum", 4),)}),
    "no filter": seen(feeds(Q, F), metrics={Q.arn: DELETED}),
    "encrypted filters are not told": seen(
        feeds(Q, F, extra={"FilterCriteriaError": {"ErrorCode": "KMSAccessDenied", "Message": "no"}}),
        metrics={Q.arn: DELETED},
    ),
    "switched off": seen(feeds(Q, F, **filtered({"type": ["order"]}, state="Disabled"))),
    "one of several filters may match": seen(feeds(Q, F, **filtered({"type": ["order"]}, IN_BODY))),
    "a record must not have the field": seen(feeds(Q, F, **filtered({"type": [{"exists": False}]}))),
    "alternatives": seen(feeds(Q, F, **filtered({"$or": [IN_BODY, {"messageId": ["1"]}]}))),
    "what a table's stream tells": world(F, feeds(TABLE, F, **filtered({"eventName": ["INSERT"]}))),
    "no JSON, which is not read": seen(feeds(Q, F, filter_criteria={"Filters": [{"Pattern": "{"}]})),
    "a source whose records are not known here": world(
        F, feeds("arn:aws:mq:eu-west-1:111122223333:broker:b:1", F, **filtered({"type": ["order"]}))
    ),
}
