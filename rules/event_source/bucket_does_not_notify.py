"""A bucket may invoke the function, and does not: none of its notifications leads there.

The permission in the function's resource policy is one half. The other is the bucket's notification configuration: without an entry for the function,
with other events, or after somebody replaced it as a whole (each write does), objects arrive and nothing happens. A bucket that tells EventBridge may
reach the function through a rule, so it is not meant here. Whether an entry's prefix and suffix fit the objects is not looked at.

Covers: s3-notification-missing
Fix: add an entry for the function to the notification configuration, which is replaced as a whole: read it, add to it, write it back.
See: https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Buckets,
    Confidence,
    Fix,
    Function,
    Metrics,
    Problem,
    Severity,
    cite,
    rule,
)


@rule(Severity.MEDIUM)
def bucket_does_not_notify(function: Function, buckets: Buckets, metrics: Metrics) -> Iterator[Problem]:
    if not buckets.those or metrics.total("Invocations"):
        return
    for bucket in buckets.those:
        tells = bucket.notification_configuration or {}
        named = {one.get("LambdaFunctionArn") for one in tells.get("LambdaFunctionConfigurations", ())}
        if named.isdisjoint(buckets.targets) and "EventBridgeConfiguration" not in tells:
            yield Problem(
                message=f"bucket {bucket.bucket_name} may invoke {function.function_name}, and has no notification that leads to it",
                evidence=(cite(bucket, "notification_configuration"),),
                fixes=(
                    Fix(
                        title="add an entry for the function to the bucket's notification configuration",
                        applicability=Applicability.MANUAL,
                    ),
                ),
                confidence=Confidence.LIKELY,
                subject=bucket.arn,
            )
