"""A Kafka poller is told when to give up, and has not the mode in which it does.

How often a batch is tried, how old a record may get and whether a batch that fails is split is for pollers of Kafka a part of provisioned mode
(`ProvisionedPollerConfig`). Without it a batch that fails is tried until its records expire. An on-failure destination that is the very
topic which is read sends each failure round again.

Covers: esm-kafka-retry-config
Fix: provisioned mode for the mapping; another topic for what failed.
See: https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    EventSourceMapping,
    Fix,
    Function,
    Pollers,
    Problem,
    Severity,
    cite,
    rule,
)

FOR_EVER = -1


@rule(Severity.MEDIUM)
def kafka_retries_without_mode(function: Function, pollers: Pollers) -> Iterator[Problem]:  # noqa: ARG001 -- the function is the grain
    for mapping in pollers.those:
        if mapping.state != "Enabled" or not _topics(mapping):
            continue
        wanted = [
            name for name in ("maximum_retry_attempts", "maximum_record_age_in_seconds") if _is_set(mapping, name)
        ]
        wanted += ["bisect_batch_on_function_error"] if mapping.bisect_batch_on_function_error else []
        if wanted and not mapping.extra.get("ProvisionedPollerConfig"):
            yield Problem(
                message=f"the poller of {', '.join(_topics(mapping))} is told when to give up, which it does in provisioned mode only: what fails is tried until it expires",
                evidence=tuple(cite(mapping, name) for name in wanted),
                fixes=(
                    Fix(
                        title="let the mapping poll in provisioned mode",
                        applicability=Applicability.MANUAL,
                        note="aws lambda update-event-source-mapping --provisioned-poller-config MinimumPollers=1,MaximumPollers=10",
                        cost="event poller units are billed by the hour",
                    ),
                ),
                confidence=Confidence.LIKELY,
                subject=mapping.arn,
            )
        target = mapping.destination_config.on_failure.destination.removeprefix("kafka://")
        if target in _topics(mapping):
            yield Problem(
                message=f"what fails goes back to {target}, the topic that it was read from, and fails again",
                evidence=(cite(mapping, "destination_config"),),
                fixes=(
                    Fix(title="another topic, a queue or a bucket for what failed", applicability=Applicability.MANUAL),
                ),
                subject=mapping.arn,
            )


def _topics(mapping: EventSourceMapping) -> list[str]:
    """The topics that it reads; none: it is no poller of Kafka."""
    return [str(one) for one in mapping.extra.get("Topics") or ()]


def _is_set(mapping: EventSourceMapping, name: str) -> bool:
    return int(getattr(mapping, name)) != FOR_EVER
