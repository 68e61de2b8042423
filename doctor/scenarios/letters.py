"""Where a function's failed events end, and what is read there: dead-letter queues and failure destinations.

Source: "Retain records of Lambda asynchronous invocations" and "Retain discarded records" in the Lambda developer guide.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from doctor.engine.world import Unseen, World
from doctor.model import arns
from doctor.model.function import Alias, Function
from doctor.model.invoker import Invoker
from doctor.model.record import Record
from doctor.model.sourced import EventKind, FoundEvent, Looked
from doctor.model.sources import Schedule, Topic
from doctor.sandbox.events.messages import kinesis_record, sqs_messages
from doctor.sandbox.events.stamp import Stamp

if TYPE_CHECKING:
    from doctor.aws.session import Aws

Wraps = Literal["event", "record", "batch", "message", "notification"]
"""What a place holds: the event itself; the record of an invocation; that of a batch; a queue's message; a topic's."""


class Place(Record):
    """One place where failed events end."""

    arn: str
    wraps: Wraps
    words: str
    of: str = ""
    """ARN of the queue or topic that a message came from."""
    under: str = ""
    """Where in a bucket, below ``aws/lambda/``."""


def places(world: World, function: Function) -> tuple[Place, ...]:
    """Every place where events of a version end that failed for good."""
    found = [*_asynchronous(world, function), *_polled(world, function), *_pushed(world, function)]
    return tuple({(one.arn, one.wraps): one for one in found if one.arn}.values())


def _asynchronous(world: World, function: Function) -> Iterator[Place]:
    yield Place(arn=function.dead_letter_config.target_arn, wraps="event", words="the function's dead-letter target")
    owners: tuple[Function | Alias, ...] = (function, *world.routes_to(function))
    for owner in owners:
        if owner.event_invoke_config is not None:
            arn = owner.event_invoke_config.destination_config.on_failure.destination
            words = "the failure destination of asynchronous invocations"
            yield Place(arn=arn, wraps="record", words=words, under=f"async/{function.function_name}")


def _polled(world: World, function: Function) -> Iterator[Place]:
    for one in world.mappings(function):
        source = one.event_source_arn
        yield Place(
            arn=one.destination_config.on_failure.destination,
            wraps="batch",
            words=f"the failure destination of {arns.name(source.partition('/stream/')[0])}",
            of=source,
            under=one.uuid,
        )
        if ":sqs:" not in source:
            continue
        try:
            queue = world.queue(source)
        except Unseen:
            continue
        if queue is not None and queue.redrive_policy is not None:
            words = f"the dead-letter queue of {arns.name(source)}"
            yield Place(arn=queue.redrive_policy.dead_letter_target_arn, wraps="message", words=words, of=source)


def _pushed(world: World, function: Function) -> Iterator[Place]:
    targets = {function.arn, *(alias.alias_arn for alias in world.routes_to(function))}
    for rule in world.event_rules(function):
        for target in rule.targets:
            if target.arn in targets:
                words = f"the dead-letter queue of rule {rule.name}"
                yield Place(arn=str(target.dead_letter_config.get("Arn", "")), wraps="event", words=words)
    for schedule in world.all(Schedule):
        if schedule.target is not None and schedule.target.arn in targets:
            arn = str(schedule.target.dead_letter_config.get("Arn", ""))
            yield Place(arn=arn, wraps="event", words=f"the dead-letter queue of schedule {schedule.name}")
    for topic in world.all(Topic):
        for subscription in topic.subscriptions:
            if subscription.protocol == "lambda" and subscription.endpoint in targets:
                arn = str((subscription.redrive_policy or {}).get("deadLetterTargetArn", ""))
                words = f"the dead-letter queue of a subscription to {arns.name(topic.arn)}"
                yield Place(arn=arn, wraps="notification", words=words, of=topic.arn)


def read(aws: "Aws", world: World, function: Function, place: Place) -> tuple[list[FoundEvent], Looked]:
    """Look into one place; what is found there stays there."""
    from doctor.aws.refusals import AwsError

    named = f"{place.words} ({arns.name(place.arn)})"
    service = arns.service(place.arn)
    try:
        if service == "sqs":
            found = list(_of_queue(aws, world, function, place, place.arn))
        elif service == "s3":
            found = list(_of_bucket(aws, world, function, place))
        elif service == "sns":
            queues = _subscribed(world, place.arn)
            if not queues:
                return [], Looked(
                    place=named, result="a topic keeps nothing, and no queue that was seen subscribes to it"
                )
            found = [one for queue in queues for one in _of_queue(aws, world, function, place, queue)]
        else:
            return [], Looked(place=named, result=f"{service or 'it'} keeps nothing that could be read back")
    except AwsError as error:
        return [], Looked(place=named, result=str(error))
    how = "; read without taking them: they stay, each with a receive count one higher" if service != "s3" else ""
    return found, Looked(place=named, result=f"{len(found)} event{'s' * (len(found) != 1)}{how if found else ''}")


def _subscribed(world: World, topic_arn: str) -> list[str]:
    """The queues that a topic is handed on to."""
    topic = world.get(topic_arn, Topic)
    subscriptions = () if topic is None else topic.subscriptions
    return [str(one.endpoint) for one in subscriptions if one.protocol == "sqs"]


def _of_queue(aws: "Aws", world: World, function: Function, place: Place, queue: str) -> Iterator[FoundEvent]:
    from doctor.aws.letters import messages

    stamp = Stamp(now=world.now, function=function.arn)
    for one in messages(aws, queue):
        sent = int(one.get("Attributes", {}).get("SentTimestamp", 0)) / 1000
        letter = _opened(one) if place.wraps != "message" else None
        found = _unwrapped(aws, place, one if letter is None else letter, stamp)
        if found is None or not _is_of(found[1], function):
            continue
        event, record, note = found
        where = f"message {one['MessageId'][:8]} in {place.words} ({arns.name(queue)})"
        attributes = one.get("MessageAttributes", {})
        yield FoundEvent(
            kind=_kind(place),
            source=where + _why(record),
            event=msgspec.Raw(json.dumps(event).encode()),
            name=one["MessageId"],
            at=datetime.fromtimestamp(sent, UTC) if sent else None,
            request_id=_request(record, attributes),
            invocation_type="Event" if place.wraps in ("event", "record", "notification") else "RequestResponse",
            note=note,
        )


def _kind(place: Place) -> EventKind:
    return "destination" if place.wraps in ("record", "batch") else "dead-letter"


def _opened(message: dict[str, Any]) -> dict[str, Any]:
    """A message of which a topic made an envelope, without that."""
    body = _json(message.get("Body", ""))
    if isinstance(body, dict) and body.get("Type") == "Notification" and "TopicArn" in body:
        inner = {"Body": body["Message"], "Notification": body}
        return {**message, **inner}
    return message


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _unwrapped(
    aws: "Aws", place: Place, message: dict[str, Any], stamp: Stamp
) -> tuple[Any, dict[str, Any], str] | None:
    """The event in a message, the record around it, and what is not as it was; ``None``: it holds none."""
    if place.wraps == "message":
        own = {**message, "Attributes": message.get("Attributes", {})}
        return sqs_messages([own], place.of, stamp), {}, "one message of a batch: what else was in it is not known"
    if place.wraps == "notification":
        body = message.get("Notification") or _json(message.get("Body", ""))
        return (_notified(body, place), {}, "") if isinstance(body, dict) else None
    body = _json(message.get("Body", ""))
    if body is None:
        return None
    if place.wraps == "event":
        return body, {}, ""
    return _recorded(aws, body, stamp) if isinstance(body, dict) else None


def _recorded(aws: "Aws", record: dict[str, Any], stamp: Stamp) -> tuple[Any, dict[str, Any], str] | None:
    """The event of the record of an invocation, or of a batch, whose records are read again from their stream."""
    if "requestPayload" in record:
        return record["requestPayload"], record, ""
    if "payload" in record:  # of a batch, in a bucket
        return _json(record["payload"]), record, ""
    batch = record.get("KinesisBatchInfo") or record.get("DDBStreamBatchInfo")
    if batch is None:
        return None
    from doctor.aws.letters import records

    read_again = records(aws, batch)
    if not read_again:
        return None
    return {"Records": [_streamed(one, batch["streamArn"], stamp) for one in read_again]}, record, ""


def _streamed(one: dict[str, Any], stream: str, stamp: Stamp) -> dict[str, Any]:
    """A record of a stream as Lambda's poller hands it over."""
    if "Data" in one:
        return kinesis_record(one["Data"], one["PartitionKey"], one["SequenceNumber"], stream, stamp)
    image = _lambda_spelling(one.get("dynamodb", {}))
    return {
        **{name: value for name, value in one.items() if name != "dynamodb"},
        "dynamodb": image,
        "eventSourceARN": stream,
    }


def _lambda_spelling(value: Any) -> Any:
    """What botocore made of times and bytes, as JSON has it."""
    if isinstance(value, datetime):
        return int(value.timestamp())
    if isinstance(value, bytes):
        import base64

        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {name: _lambda_spelling(one) for name, one in value.items()}
    return [_lambda_spelling(one) for one in value] if isinstance(value, list) else value


def _notified(body: dict[str, Any], place: Place) -> dict[str, Any]:
    """A topic's message as Lambda gets it."""
    spelled = {"SigningCertURL": "SigningCertUrl", "UnsubscribeURL": "UnsubscribeUrl"}
    told = {spelled.get(name, name): value for name, value in body.items()}
    return {
        "Records": [{"EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": place.of, "Sns": told}]
    }


def _is_of(record: dict[str, Any], function: Function) -> bool:
    """Whether a record is this function's: several may share a destination."""
    arn = str(record.get("requestContext", {}).get("functionArn", ""))
    return not arn or arns.unqualified(arn) == arns.unqualified(function.arn)


def _request(record: dict[str, Any], attributes: dict[str, Any]) -> str:
    told = attributes.get("RequestID", {}).get("StringValue", "")
    return str(record.get("requestContext", {}).get("requestId", told))


def _why(record: dict[str, Any]) -> str:
    """Why it ended there, in Lambda's one word; what the function said of it may hold anything."""
    told = record.get("requestContext", {}).get("condition")
    return f": {told}" if told else ""


def _of_bucket(aws: "Aws", world: World, function: Function, place: Place) -> Iterator[FoundEvent]:
    from doctor.aws.letters import objects

    bucket = place.arn.rpartition(":")[2]
    stamp = Stamp(now=world.now, function=function.arn)
    for key, content in objects(aws, bucket, f"aws/lambda/{place.under}/"):
        record = _json(content.decode("utf-8", "replace"))
        found = _recorded(aws, record, stamp) if isinstance(record, dict) else None
        if found is None or not _is_of(found[1], function):
            continue
        yield FoundEvent(
            kind="destination",
            source=f"object {key} in {place.words} ({bucket}){_why(found[1])}",
            event=msgspec.Raw(json.dumps(found[0]).encode()),
            name=key,
            at=_moment(record.get("timestamp")),
            request_id=_request(found[1], {}),
            invocation_type="Event" if place.wraps == "record" else "RequestResponse",
        )


def _moment(text: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def way_of(one: Invoker) -> str:
    """The name by which a way in can be asked for: ``sqs:orders``."""
    return f"{one.kind}:{arns.name(one.source)}" if one.source else one.kind
