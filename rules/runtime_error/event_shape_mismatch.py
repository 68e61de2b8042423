"""The handler expects events of another form than its trigger sends.

Every service has a form of its own: a queue's poller sends `Records`, EventBridge `detail`, an API with payload format 1.0 `httpMethod`, one with 2.0
`requestContext.http` instead. Code that was written for one fails on another with a `KeyError` of that field. Fields that a request may lack are left out
by payload format 2.0, and null in 1.0; a `body` is text until the code parses it. This rule speaks where the field is an event's and none of the triggers
that were found always sends it. Where one does, another event was sent: from the console's test, by hand, or by other code. What a rule's target is given
in place of its event is not read, so there the finding is only possible. Node.js's errors do not name the field, so this is told of Python alone.

Covers: event-shape-mismatch
Fix: ask for what the trigger sends, by the trigger; of an HTTP API, payload format 1.0 is what REST APIs send.
Proof: the failing invocation is run locally with its trigger's event; it must raise the same exception.
See: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-execution.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Asked,
    Confidence,
    EventShapes,
    Fix,
    Function,
    NotThis,
    Problem,
    Severity,
    cite,
    cite_log,
    rule,
    shown,
    times,
)

LACKS = {
    "missing": "does not always send",
    "null": "sends as null when a request has none",
    "text": "sends as text, which must be parsed first",
}


@rule(Severity.HIGH)
def event_shape_mismatch(function: Function, shapes: EventShapes) -> Iterator[Problem | NotThis]:
    shapes.require_all()
    for asked in shapes.asked:
        if asked.why_not:
            yield from (NotThis(symptom=seen, why=asked.why_not) for seen in shown(asked.those))
        else:
            yield _problem(function, asked)


def _problem(function: Function, asked: Asked) -> Problem:
    last = asked.those[-1]
    senders = asked.senders
    own_input = any(one.own_input for one in senders)
    names = " and ".join(dict.fromkeys(one.what for one in senders))
    unless = ", unless its target is given an input of its own" if own_input else ""
    return Problem(
        message=f"the code asks an event for '{asked.key}', which {names} {LACKS[asked.lack]}{unless}, {times(asked.those)}",
        evidence=(
            cite_log(function, f"{last.error_type} for {asked.key}", last.error_message, last.at),
            *(cite(one.source, one.field) for one in {one.source.arn: one for one in senders}.values()),
        ),
        fixes=(_fix(asked),),
        confidence=Confidence.POSSIBLE if own_input else Confidence.LIKELY,
        explains=shown(asked.those),
        expects="handler_failed",
    )


def _fix(asked: Asked) -> Fix:
    forms = {one.form for one in asked.senders}
    note = "the services' pages show their events; `doctor reproduce` runs the handler with one"
    if forms == {"payload 2.0"} and asked.lack == "missing":
        note += "; an HTTP API can send the form of REST APIs: aws apigatewayv2 update-integration --payload-format-version 1.0"
    how = {
        "missing": "ask for what the trigger sends",
        "null": "do without what a request may lack",
        "text": "parse the text",
    }
    return Fix(title=how[asked.lack], applicability=Applicability.MANUAL, note=note)
