"""What invokes a function by its ARN, and needs the function's own policy to let it: rules, topics, buckets, APIs, load balancers."""

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar, Self, TypeVar

from doctor.engine.facts.callers import callers
from doctor.engine.facts.fact import Fact
from doctor.engine.facts.routes import Routes
from doctor.engine.targets import targets as invoked
from doctor.engine.world import Unseen, World
from doctor.model import arns
from doctor.model.balancing import TargetGroup
from doctor.model.call import Gap
from doctor.model.function import Alias, Function
from doctor.model.record import Record
from doctor.model.sources import Api, Bucket, Integration, Topic
from doctor.model.triggers import EventRule

NOT_READ = (
    "cognito-idp:DescribeUserPool",
    "config:DescribeConfigRules",
    "iot:ListTopicRules",
    "logs:DescribeSubscriptionFilters",
    "ses:DescribeActiveReceiptRuleSet",
)
"""What would tell of other services that invoke the function, and doctor does not ask."""
R = TypeVar("R", Topic, Bucket, TargetGroup)

EVENTBRIDGE, SNS, S3, API = "events.amazonaws.com", "sns.amazonaws.com", "s3.amazonaws.com", "apigateway.amazonaws.com"
ELB = "elasticloadbalancing.amazonaws.com"
_PLACEHOLDER = re.compile(r"\{[^}/]+\}")
_METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")


_OF_BUCKETS = ("s3:GetBucketNotificationConfiguration", "s3:GetBucketLocation")


class Push(Record):
    """One resource that invokes a version or an alias directly."""

    what: str
    """In words: ``the rule hourly``."""
    source: EventRule | Topic | Bucket | Api | TargetGroup
    field: str
    """Where it says so: the field's name in Python."""
    principal: str
    account: str
    """Whose resource it is."""
    target: str
    """ARN that it invokes."""
    requests: tuple[str, ...]
    """ARNs that its requests may name as their source: an API's name stage, method and path."""
    permit: str
    """The ARN, or pattern, that a permission for it names."""


class PushTriggers(Fact):
    """What invokes one version, or an alias that leads to it, with no role of yours.

    Log groups, IoT rules, Cognito, Config and SES, which do so too, are not read: where the function's policy lets one of these in,
    that is a gap.
    """

    reads = ("lambda:GetPolicy",)
    parts: ClassVar[tuple[str, ...]] = (
        "events:ListRules",
        "events:ListTargetsByRule",
        "sns:ListSubscriptions",
        "sns:GetTopicAttributes",
        "sns:ListSubscriptionsByTopic",
        "s3:GetBucketNotificationConfiguration",
        "elbv2:DescribeTargetGroups",
        "elbv2:DescribeTargetHealth",
        *Routes.reads,
    )
    sure = True

    those: tuple[Push, ...]
    unseen: Gap | None = None

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find them; what was not read is told when it is asked for. Raises ``Unseen`` when a policy was not read."""
        owners: list[Function | Alias] = [subject, *world.routes_to(subject)]
        for owner in owners:
            world.require("lambda:GetPolicy", owner.arn)
        targets = {owner.arn for owner in owners}
        account = world.snapshot.scope.account
        those = [
            *_rules(world.event_rules(subject), targets),
            *_topics(_by_target(world, Topic, targets), targets),
            *_buckets(_by_target(world, Bucket, targets), targets, account),
            *_routes(world.integrations(subject), account),
            *_groups(_by_target(world, TargetGroup, targets), targets),
        ]
        gaps = [world.missed(read) for read in cls.parts if read not in _OF_BUCKETS]
        gaps.append(bucket_unread(world, owners))
        gaps += [world.gap(read, owner.arn) for owner in owners for read in NOT_READ]
        unseen = next((gap for gap in gaps if gap is not None), None)
        return cls(those=tuple(those), unseen=unseen)

    def require_all(self) -> None:
        """Raise ``Unseen`` when there may be more, which was not read."""
        if self.unseen is not None:
            raise Unseen(self.unseen)


def bucket_unread(world: World, owners: Iterable[Function | Alias]) -> Gap | None:
    """Why a bucket was not read that may push: one that is there, or that a policy names. Of other buckets, which may be anybody's, none is."""
    reads = world.gapped(_OF_BUCKETS)
    if not reads:
        return None
    key = PushTriggers, "buckets that are there"
    if key not in world.derived:
        every = (gap for read in _OF_BUCKETS for gap in world.gaps(read))
        world.derived[key] = [one for one in every if one.resource == "" or one.resource in world.snapshot.resources]
    named = sorted({arn for owner in owners for one in callers(owner) for arn in one.source_arns})
    those = (gap for read in reads for arn in named if (gap := world.gap(read, arn)) is not None)
    return next(iter(world.derived[key]), None) or next(those, None)


def _by_target(world: World, kind: type[R], targets: set[str]) -> list[R]:
    """The resources of a kind that name one of the targets; who names what is gathered once for a world."""
    key = PushTriggers, kind.__name__
    every = world.all(kind)
    if key not in world.derived:
        found: dict[str, dict[str, R]] = {}
        for one in every:
            for target in invoked(one):
                found.setdefault(target, {})[one.arn] = one
        world.derived[key] = found
    known: dict[str, dict[str, R]] = world.derived[key]
    return list({arn: one for target in sorted(targets) for arn, one in known.get(target, {}).items()}.values())


def _rules(rules: Iterable[EventRule], targets: set[str]) -> Iterator[Push]:
    """One that goes by a role of its own needs no permission, and one that is switched off invokes nothing."""
    for rule in {one.arn: one for one in rules}.values():
        for target in rule.targets:
            if target.arn in targets and not target.role_arn and rule.state == "ENABLED":
                yield Push(
                    what=f"the rule {rule.name}",
                    source=rule,
                    field="targets",
                    principal=EVENTBRIDGE,
                    account=arns.account(rule.arn),
                    target=target.arn,
                    requests=(rule.arn,),
                    permit=rule.arn,
                )


def _topics(topics: Iterable[Topic], targets: set[str]) -> Iterator[Push]:
    for topic in topics:
        for one in topic.subscriptions:
            if one.protocol == "lambda" and one.endpoint in targets:
                yield Push(
                    what=f"the topic {arns.name(topic.arn)}",
                    source=topic,
                    field="subscriptions",
                    principal=SNS,
                    account=arns.account(topic.arn),
                    target=str(one.endpoint),
                    requests=(topic.arn,),
                    permit=topic.arn,
                )


def _buckets(buckets: Iterable[Bucket], targets: set[str], account: str) -> Iterator[Push]:
    for bucket in buckets:
        for target in sorted(set(invoked(bucket)) & targets):
            yield Push(
                what=f"the bucket {bucket.bucket_name}",
                source=bucket,
                field="notification_configuration",
                principal=S3,
                account=account,
                target=target,
                requests=(bucket.arn,),
                permit=bucket.arn,
            )


def _groups(groups: Iterable[TargetGroup], targets: set[str]) -> Iterator[Push]:
    for group in groups:
        for target in sorted(set(invoked(group)) & targets):
            yield Push(
                what=f"the target group {group.target_group_name or arns.name(group.arn)}",
                source=group,
                field="target_health_descriptions",
                principal=ELB,
                account=arns.account(group.arn),
                target=target,
                requests=(group.arn,),
                permit=group.arn,
            )


def _routes(ways: Iterable[tuple[Api, Integration]], account: str) -> Iterator[Push]:
    for api, way in ways:
        if not way.credentials_arn:
            prefix = f"arn:aws:execute-api:{arns.region(api.arn)}:{account}:{api.api_id}"
            yield Push(
                what=f"the API {api.name or api.api_id} ({way.route})",
                source=api,
                field="integrations",
                principal=API,
                account=account,
                target=way.function_arn,
                requests=tuple(f"{prefix}/{tail}" for tail in _tails(api, way.route)),
                permit=f"{prefix}/*/{_pattern(way.route)}",
            )


def _tails(api: Api, route: str) -> Iterator[str]:
    """Stage, method and path that a request by a route may name; ``ANY`` is every method, ``$default`` every route."""
    stages = [stage.stage_name for stage in api.stages] or ["prod"]
    method, _, path = route.rpartition(" ")
    where = _PLACEHOLDER.sub("x", path).lstrip("/")
    methods = _METHODS if method in ("", "ANY") else (method,)
    for stage in stages:
        if not method:
            yield f"{stage}/{route}"
        yield from (f"{stage}/{one}/{where}" for one in methods)


def _pattern(route: str) -> str:
    method, _, path = route.rpartition(" ")
    if not method:
        return route
    return f"{'*' if method == 'ANY' else method}/{_PLACEHOLDER.sub('*', path).lstrip('/')}"
