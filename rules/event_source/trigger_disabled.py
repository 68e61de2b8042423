"""The poller between a queue or stream and the function is switched off: what arrives waits, and expires.

An event source mapping that is `Disabled` polls nothing, and nothing tells of it: the function is well, and has no invocations. Lambda itself disables
one that may not read its source or that is not valid any more, and says so in `StateTransitionReason`; otherwise somebody did, perhaps on purpose,
which counts as low.

Covers: esm-disabled
Fix: enable it. Unsafe: everything that waits comes at once, and somebody may have stopped it on purpose. Where Lambda disabled it, mend what it says first.
See: https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    EventSourceMapping,
    Fix,
    Function,
    Pollers,
    Problem,
    Severity,
    cite,
    event_sources,
    rule,
)

BY_SOMEBODY = ("USER_INITIATED", "User action", "")


@rule(Severity.HIGH)
def trigger_disabled(function: Function, pollers: Pollers) -> Iterator[Problem]:  # noqa: ARG001 -- the function is the grain
    for mapping in pollers.those:
        if mapping.state != "Disabled":
            continue
        by_lambda = mapping.state_transition_reason not in BY_SOMEBODY
        who = f"Lambda disabled it: {mapping.state_transition_reason}" if by_lambda else "somebody disabled it"
        yield Problem(
            message=f"nothing of {mapping.event_source_arn or 'its source'} reaches the function: the poller is Disabled ({who})",
            evidence=(cite(mapping, "state"), cite(mapping, "state_transition_reason")),
            fixes=(_mended(mapping) if by_lambda else _enabled(mapping),),
            subject=mapping.arn,
            severity=None if by_lambda else Severity.LOW,
        )


def _mended(mapping: EventSourceMapping) -> Fix:
    return Fix(
        title=f"mend what Lambda says ({mapping.state_transition_reason}), then enable the poller",
        applicability=Applicability.MANUAL,
    )


def _enabled(mapping: EventSourceMapping) -> Fix:
    return Fix(
        title="enable the poller",
        applicability=Applicability.UNSAFE,
        steps=(event_sources.enable(mapping),),
        risk="everything that waits comes at once; somebody may have stopped it on purpose",
    )
