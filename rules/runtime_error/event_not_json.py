"""An event reached the runtime that is no JSON.

Lambda refuses most of what is no JSON before it starts anything. What slips through, text with half a character in it above all, the runtime cannot make an
event of, and the handler is not called.

Covers: py-event-unmarshal
Fix: the caller sends JSON in UTF-8: `json.dumps(payload).encode()`.
See: https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Invocations,
    Problem,
    Severity,
    failed_by_type,
    rule,
)

TYPES = ("Runtime.UnmarshalError",)
WAY_OUT = Fix(
    title="let the caller send JSON in UTF-8",
    applicability=Applicability.MANUAL,
    note="json.dumps(payload).encode() in Python, JSON.stringify(payload) in JavaScript",
)


@rule(Severity.MEDIUM)
def event_not_json(function: Function, invocations: Invocations) -> Iterator[Problem]:
    met = invocations.of_type(*TYPES)
    if met:
        yield failed_by_type(function, met, "the runtime could not read the event", WAY_OUT, expects="handler_failed")
