"""Buckets that may invoke a function."""

from typing import Self

from doctor.engine.facts.callers import callers
from doctor.engine.facts.fact import Fact
from doctor.engine.world import World
from doctor.model.function import Alias, Function
from doctor.model.sources import Bucket


class Buckets(Fact):
    """The buckets that the resource policies of a version, or of the aliases that lead to it, let in by name."""

    reads = ("lambda:GetPolicy", "s3:GetBucketNotificationConfiguration")
    sure = True

    those: tuple[Bucket, ...]
    """Those whose notifications were read."""
    targets: tuple[str, ...]
    """ARNs by which a notification reaches the version."""

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find the buckets; raises ``Unseen`` when a policy or a bucket was not read."""
        owners: list[Function | Alias] = [subject, *world.routes_to(subject)]
        arns: set[str] = set()
        for owner in owners:
            world.require("lambda:GetPolicy", owner.arn)
            arns.update(arn for one in callers(owner) if one.service == "s3" for arn in one.source_arns)
        for arn in sorted(arns):
            world.require("s3:GetBucketLocation", arn)
            world.require("s3:GetBucketNotificationConfiguration", arn)
        found = [world.get(arn, Bucket) for arn in sorted(arns)]
        those = tuple(one for one in found if one is not None and one.notification_configuration is not None)
        return cls(those=those, targets=tuple(owner.arn for owner in owners))
