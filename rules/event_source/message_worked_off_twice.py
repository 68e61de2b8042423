"""Messages of a queue were worked off more than once, each time with success.

Queues and streams deliver at least once: now and then a message comes twice, and more often where it is not deleted before it reappears. Code that may not do its
work twice must know what it did. What is seen is that the log names the same messageId in two invocations that succeeded; a message that failed
before it succeeded is tried again as it should be.

Covers: at-least-once-duplicates
Fix: make the handler idempotent: remember the messageId, or a key of the work itself, before doing it.
See: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
"""

import re
from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Fix,
    Function,
    Invocation,
    Invocations,
    Pollers,
    Problem,
    Severity,
    cite_log,
    rule,
)

MARK = "essageId"
MESSAGE = re.compile(r"""[mM]essageId["']?\s*[:=]\s*["']?(?P<id>[0-9a-f]{8}-[0-9a-f-]{27})""")


@rule(Severity.LOW, advice=True)
def message_worked_off_twice(function: Function, pollers: Pollers, invocations: Invocations) -> Iterator[Problem]:
    if not any(":sqs:" in one.event_source_arn for one in pollers.those):
        return
    seen: dict[str, list[Invocation]] = {}
    for one in invocations.succeeded:
        for name in _messages(one):
            seen.setdefault(name, []).append(one)
    twice = {name: those for name, those in seen.items() if len(those) > 1}
    if twice:
        name, those = max(twice.items(), key=lambda item: (item[1][-1].at, item[0]))
        yield Problem(
            message=f"{len(twice)} {'message was' if len(twice) == 1 else 'messages were'} worked off more than once: {name} in {len(those)} invocations that succeeded",
            evidence=tuple(cite_log(function, f"messageId in {one.request_id}", name, one.at) for one in those[-2:]),
            fixes=(
                Fix(
                    title="make the handler idempotent",
                    applicability=Applicability.MANUAL,
                    note="Powertools has an idempotency utility; a conditional write of the messageId does it too",
                ),
            ),
            confidence=Confidence.POSSIBLE,
        )


def _messages(one: Invocation) -> set[str]:
    """The ids that an invocation's log names."""
    lines = (line.message for line in one.own_lines if MARK in line.message)
    return {match["id"] for line in lines for match in MESSAGE.finditer(line)}
