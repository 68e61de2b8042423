"""Events of pollers, and of whoever hands over records: SQS, SNS, Kinesis, DynamoDB, Kafka, MQ, DocumentDB, Firehose, log subscriptions."""

import base64
import gzip
import json
from typing import Any

from doctor.model import arns
from doctor.model.invoker import Invoker
from doctor.sandbox.events.pattern import example, merged
from doctor.sandbox.events.stamp import BODY, Stamp, base64ed, md5

Event = dict[str, Any]


def sqs(way: Invoker, stamp: Stamp) -> Event:
    """One message of a queue; its body is what a filter of the poller lets through."""
    return sqs_messages([{"Body": _wanted(way, "body")}], way.source, stamp)


def sqs_messages(received: list[dict[str, Any]], queue: str, stamp: Stamp) -> Event:
    """Messages as Lambda's poller hands them over, from how ``ReceiveMessage`` tells them."""
    return {"Records": [_message(one, number, queue, stamp) for number, one in enumerate(received)]}


def _message(one: dict[str, Any], number: int, queue: str, stamp: Stamp) -> Event:
    body = str(one.get("Body", ""))
    attributes = {
        "ApproximateReceiveCount": "1",
        "SentTimestamp": str(stamp.millis),
        "SenderId": stamp.account,
        "ApproximateFirstReceiveTimestamp": str(stamp.millis),
    }
    if queue.endswith(".fifo"):
        attributes |= {"MessageGroupId": "example", "SequenceNumber": f"{stamp.millis:020d}"}
    own = {name: value for name, value in one.get("Attributes", {}).items() if name != "DeadLetterQueueSourceArn"}
    return {
        "messageId": one.get("MessageId") or stamp.id(f"{queue}/{number}"),
        "receiptHandle": stamp.token(f"receipt/{queue}/{number}", 64),
        "body": body,
        "attributes": attributes | own,
        "messageAttributes": {name: _attribute(value) for name, value in one.get("MessageAttributes", {}).items()},
        "md5OfBody": md5(body),
        "eventSource": "aws:sqs",
        "eventSourceARN": queue,
        "awsRegion": arns.region(queue) or stamp.region,
    }


def _attribute(value: dict[str, Any]) -> Event:
    """A message attribute as Lambda spells it."""
    told: Event = {"stringListValues": [], "binaryListValues": [], "dataType": value.get("DataType", "String")}
    if "StringValue" in value:
        told["stringValue"] = value["StringValue"]
    if "BinaryValue" in value:
        told["binaryValue"] = base64.b64encode(value["BinaryValue"]).decode()
    return told


def _wanted(way: Invoker, part: str) -> str:
    """The text of a message that the first filter lets through."""
    patterns = [one for one in way.facts.get("filters", ()) if isinstance(one, dict) and part in one]
    if not patterns:
        return BODY
    made = example(patterns[0][part])
    return made if isinstance(made, str) else json.dumps(made)


def sns(way: Invoker, stamp: Stamp) -> Event:
    """One message of a topic, with the attributes, or the body, that the subscription's filter asks for."""
    topic = way.source or f"arn:aws:sns:{stamp.region}:{stamp.account}:example"
    filtered = example(way.facts.get("filter") or {})
    by_body = way.facts.get("scope") == "MessageBody"
    attributes = {} if by_body else {name: {"Type": "String", "Value": str(one)} for name, one in filtered.items()}
    message = json.dumps(filtered) if by_body and filtered else BODY
    subscription = way.facts.get("subscription") or f"{topic}:{stamp.id('subscription')}"
    certificate = f"https://sns.{stamp.region}.amazonaws.com/SimpleNotificationService-example.pem"
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": subscription,
                "Sns": {
                    "Type": "Notification",
                    "MessageId": stamp.id("sns"),
                    "TopicArn": topic,
                    "Subject": None,
                    "Message": message,
                    "Timestamp": stamp.precise,
                    "SignatureVersion": "1",
                    "Signature": "EXAMPLE",
                    "SigningCertUrl": certificate,
                    "UnsubscribeUrl": f"https://sns.{stamp.region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={subscription}",
                    "MessageAttributes": attributes,
                },
            }
        ]
    }


def kinesis(way: Invoker, stamp: Stamp) -> Event:
    """One record of a stream; its data is what a filter of the poller lets through."""
    return {"Records": [kinesis_record(_wanted(way, "data").encode(), "example", "0" * 56, way.source, stamp)]}


def kinesis_record(data: bytes, key: str, number: str, stream: str, stamp: Stamp) -> Event:
    """A record as Lambda's poller hands it over."""
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": key,
            "sequenceNumber": number,
            "data": base64.b64encode(data).decode(),
            "approximateArrivalTimestamp": stamp.millis / 1000,
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"shardId-000000000000:{number}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": f"arn:aws:iam::{stamp.account}:role/example",
        "awsRegion": stamp.region,
        "eventSourceARN": stream,
    }


_TYPED = {"S": "example-1", "N": "1", "B": "ZXhhbXBsZS0x"}


def dynamodb(way: Invoker, stamp: Stamp) -> Event:
    """One item put into a table, with the table's own keys, as a filter of the poller lets it through."""
    keys = {name: {kind: _TYPED.get(kind, "example-1")} for name, kind in way.facts.get("keys", {}).items()}
    record: Event = {
        "eventID": stamp.token("dynamodb", 32),
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": stamp.region,
        "dynamodb": {
            "ApproximateCreationDateTime": stamp.millis // 1000,
            "Keys": keys or {"id": {"S": "example-1"}},
            "NewImage": {**(keys or {"id": {"S": "example-1"}}), "example": {"S": "value"}},
            "SequenceNumber": "100000000000000000001",
            "SizeBytes": 64,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": way.source,
    }
    patterns = [one for one in way.facts.get("filters", ()) if isinstance(one, dict)]
    return {"Records": [merged(record, example(patterns[0])) if patterns else record]}


def kafka(way: Invoker, stamp: Stamp) -> Event:
    """One record of a topic, of Amazon MSK or of a cluster of one's own."""
    topic = next(iter(way.facts.get("topics", ())), "example")
    own = "SelfManagedKafka" if not way.source else "aws:kafka"
    servers = way.facts.get("selfmanagedeventsource", {}).get("Endpoints", {}).get("KAFKA_BOOTSTRAP_SERVERS", ())
    event: Event = {"eventSource": own, "bootstrapServers": ",".join(servers)}
    if way.source:
        event["eventSourceArn"] = way.source
    record: Event = {
        "topic": topic,
        "partition": 0,
        "offset": 15,
        "timestamp": stamp.millis,
        "timestampType": "CREATE_TIME",
        "key": base64ed("example"),
        "value": base64ed(_wanted(way, "value")),
        "headers": [],
    }
    return {**event, "records": {f"{topic}-0": [record]}}


def mq(way: Invoker, stamp: Stamp) -> Event:
    """One message of a broker: ActiveMQ's form, or RabbitMQ's."""
    queue = next(iter(way.facts.get("queues", ())), "example")
    data = base64ed(_wanted(way, "data"))
    if "rabbit" in str(way.facts.get("engine", "")).lower():
        properties = {"contentType": "application/json", "headers": {}, "deliveryMode": 1, "priority": 0}
        message: Event = {"basicProperties": {**properties, "timestamp": stamp.iso}, "redelivered": False, "data": data}
        return {
            "eventSource": "aws:rmq",
            "eventSourceArn": way.source,
            "rmqMessagesByQueue": {f"{queue}::/": [message]},
        }
    message = {
        "messageID": f"ID:{stamp.token('mq', 12)}",
        "messageType": "jms/text-message",
        "deliveryMode": 1,
        "replyTo": None,
        "type": None,
        "expiration": 0,
        "priority": 4,
        "redelivered": False,
        "destination": {"physicalName": queue},
        "timestamp": stamp.millis,
        "brokerInTime": stamp.millis,
        "brokerOutTime": stamp.millis,
        "properties": {},
        "data": data,
    }
    return {"eventSource": "aws:mq", "eventSourceArn": way.source, "messages": [message]}


def documentdb(way: Invoker, stamp: Stamp) -> Event:
    """One document inserted into a collection."""
    identifier = {"_id": {"$oid": stamp.token("document", 24)}}
    change = {
        "_id": {"_data": stamp.token("resume", 32)},
        "clusterTime": {"$timestamp": {"t": stamp.millis // 1000, "i": 1}},
        "documentKey": identifier,
        "fullDocument": {**identifier, "example": "value"},
        "ns": {"db": "example", "coll": "example"},
        "operationType": "insert",
    }
    return {"eventSourceArn": way.source, "eventSource": "aws:docdb", "events": [{"event": change}]}


def firehose(way: Invoker, stamp: Stamp) -> Event:
    """One record that a delivery stream wants transformed."""
    record = {
        "recordId": "49546986683135544286507457936321625675700192471156785154",
        "approximateArrivalTimestamp": stamp.millis,
        "data": base64ed(BODY),
    }
    stream = way.source or f"arn:aws:firehose:{stamp.region}:{stamp.account}:deliverystream/example"
    return {
        "invocationId": stamp.id("firehose"),
        "deliveryStreamArn": stream,
        "region": stamp.region,
        "records": [record],
    }


def logs(way: Invoker, stamp: Stamp) -> Event:
    """One line of a log group, compressed as a subscription sends it."""
    group = way.source.partition(":log-group:")[2].removesuffix(":*").rstrip(":") or "/example"
    line = {"id": "0" * 56, "timestamp": stamp.millis, "message": "[ERROR] example"}
    told = {
        "messageType": "DATA_MESSAGE",
        "owner": stamp.account,
        "logGroup": group,
        "logStream": "example",
        "subscriptionFilters": ["example"],
        "logEvents": [line],
    }
    packed = gzip.compress(json.dumps(told).encode(), mtime=0)
    return {"awslogs": {"data": base64.b64encode(packed).decode()}}
