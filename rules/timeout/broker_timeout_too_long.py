"""The function may run for longer than a poller of brokers waits.

Pollers of Kafka and of Amazon MQ wait 14 minutes for an invocation. A function with a longer timeout is not polled for: Lambda calls its configuration invalid
(`FUNCTION_CONFIG_NOT_VALID`). Pollers of queues and streams wait as long as a function may run.

Covers: timeout-esm-14min-cap
Fix: a timeout of 840 seconds at most.
See: https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Fix,
    Function,
    Pollers,
    Problem,
    Severity,
    arns,
    cite,
    lambda_,
    rule,
)

LONGEST = 840
"""Seconds."""
BROKERS = ("kafka", "mq")


@rule(Severity.HIGH)
def broker_timeout_too_long(function: Function, pollers: Pollers) -> Iterator[Problem]:
    for mapping in pollers.those:
        if function.timeout > LONGEST and mapping.state != "Disabled" and _is_brokers(mapping.event_source_arn):
            source = mapping.event_source_arn or "self-managed brokers"
            yield Problem(
                message=f"the poller of {source} waits {LONGEST} s, and the function may run for {function.timeout} s",
                evidence=(cite(function, "timeout"), cite(mapping, "event_source_arn")),
                fixes=(Fix(title=f"let it run for {LONGEST} s", steps=(lambda_.set_timeout(function, LONGEST),)),),
            )


def _is_brokers(source: str) -> bool:
    """Self-managed brokers have no ARN."""
    return not source or arns.service(source) in BROKERS
