"""From a way in to an event that it might send."""

from collections.abc import Callable
from typing import Any

from doctor.model.invoker import Invoker
from doctor.sandbox.events import messages, notices, requests
from doctor.sandbox.events.stamp import Stamp

_MAKERS: dict[str, Callable[[Invoker, Stamp], Any]] = {
    one.__name__: one
    for one in (
        messages.sqs,
        messages.sns,
        messages.kinesis,
        messages.dynamodb,
        messages.kafka,
        messages.mq,
        messages.documentdb,
        messages.firehose,
        messages.logs,
        requests.apigateway,
        requests.apigatewayv2,
        requests.websocket,
        requests.url,
        requests.alb,
        notices.s3,
        notices.events,
        notices.scheduler,
        notices.cognito,
        notices.iot,
        notices.ses,
        notices.config,
        notices.cloudformation,
        notices.codecommit,
        notices.codepipeline,
        notices.secretsmanager,
        notices.connect,
        notices.lex,
        notices.alarm,
        notices.s3batch,
    )
}
KINDS = tuple(sorted(_MAKERS))
"""The kinds of ways in that doctor can make an event for."""
ASYNCHRONOUS = frozenset(
    {"sns", "s3", "events", "scheduler", "iot", "ses", "config", "cloudformation", "codecommit", "logs", "alarm"}
)
"""Who hands an event over and does not wait for what the function returns."""


def generated(way: Invoker, stamp: Stamp) -> Any:
    """An event that a way in might send; the same for the same moment.

    Raises:
        KeyError: doctor does not know the form of its events.
    """
    return _MAKERS[way.kind](way, stamp)
