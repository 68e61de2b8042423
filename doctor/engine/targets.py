"""What a resource invokes, by ARN."""

from collections.abc import Iterator

from doctor.model.balancing import TargetGroup
from doctor.model.sources import Api, Bucket, Schedule, Topic
from doctor.model.triggers import EventRule

INVOKING = (EventRule, Api, Topic, Bucket, TargetGroup, Schedule)
"""The kinds of resources that invoke functions which they name."""


def targets(resource: object) -> Iterator[str]:
    """The ARNs of functions, versions and aliases that a resource names to invoke them; of other targets too."""
    match resource:
        case EventRule():
            yield from (one.arn for one in resource.targets)
        case Api():
            yield from (one.function_arn for one in resource.integrations)
        case Topic():
            yield from (str(one.endpoint) for one in resource.subscriptions)
        case Bucket():
            told = (resource.notification_configuration or {}).get("LambdaFunctionConfigurations") or ()
            yield from (str(one.get("LambdaFunctionArn", "")) for one in told)
        case TargetGroup():
            yield from (one.target.id for one in resource.target_health_descriptions or ())
        case Schedule():
            yield from (resource.target.arn,) if resource.target is not None else ()
