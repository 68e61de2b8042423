"""What a read that fails takes out of a snapshot, and the gap that it leaves there: as the collector notes it."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from msgspec.structs import replace

from doctor.model import arns
from doctor.model.backends import AccessPoint, CapacityProvider, FileSystem, MountTarget
from doctor.model.balancing import Listener, TargetGroup
from doctor.model.call import Reason
from doctor.model.function import Alias, EventSourceMapping, Function
from doctor.model.identity import ManagedPolicy, Role
from doctor.model.interfaces import DhcpOptions, NetworkInterface, VpcBlockPublicAccessOptions
from doctor.model.invoking import LayerVersion
from doctor.model.network import (
    InternetGateway,
    NatGateway,
    NetworkAcl,
    RouteTable,
    SecurityGroup,
    Subnet,
    Vpc,
    VpcEndpoint,
)
from doctor.model.record import Shape
from doctor.model.secrets import Secret
from doctor.model.snapshot import Snapshot
from doctor.model.sources import Api, Bucket, EventBus, Key, Schedule, Stream, Topic
from doctor.model.triggers import EventRule, LogGroup, Queue, Table
from doctor.testing.world import gap


class Loss(NamedTuple):
    """A snapshot without what one read brought."""

    read: str
    place: str
    """ARN that the gap is on; empty: the whole account."""
    left: Snapshot


Take = Callable[[Any], Shape | None]
"""What is left of a resource; ``None``: nothing."""


def _whole(_: Any) -> None:
    return None


def _without(**fields: Any) -> Take:
    """A resource without some of its fields; itself where it has none of them."""

    def take(one: Any) -> Shape:
        known = {name: value for name, value in fields.items() if getattr(one, name) != value}
        return replace(one, **known) if known else one  # type: ignore[no-any-return]

    return take


def _unless_named(one: Any) -> Any:
    """A topic that no function subscribed to is read because something names it."""
    return None if any(":function:" in str(sub.endpoint) for sub in one.subscriptions) else one


def _unqualified(one: Any) -> str:
    return arns.unqualified(one.arn)


def _itself(one: Any) -> str:
    return str(one.arn)


def _nowhere(_: Any) -> str:
    return ""


_TAKEN: tuple[tuple[str, tuple[type, ...], Take, Callable[[Any], str]], ...] = (
    ("lambda:GetFunction", (Function,), _without(package=None), _itself),
    ("lambda:GetPolicy", (Function, Alias), _without(policy=None), _itself),
    ("lambda:GetFunctionConcurrency", (Function,), _without(reserved_concurrent_executions=None), _unqualified),
    ("lambda:ListAliases", (Alias,), _whole, _unqualified),
    ("lambda:ListVersionsByFunction", (Function,), _without(published_versions=None), _unqualified),
    ("lambda:ListFunctionEventInvokeConfigs", (Function, Alias), _without(event_invoke_config=None), _unqualified),
    ("lambda:ListFunctionUrlConfigs", (Function, Alias), _without(function_url_config=None), _unqualified),
    (
        "lambda:ListProvisionedConcurrencyConfigs",
        (Function, Alias),
        _without(provisioned_concurrency_config=None),
        _unqualified,
    ),
    ("lambda:GetFunctionRecursionConfig", (Function,), _without(recursive_loop=""), _unqualified),
    ("lambda:GetRuntimeManagementConfig", (Function,), _without(runtime_management_config=None), _unqualified),
    ("lambda:GetFunctionCodeSigningConfig", (Function,), _without(code_signing_config_arn=""), _unqualified),
    ("lambda:ListEventSourceMappings", (EventSourceMapping,), _whole, _nowhere),
    ("lambda:GetLayerVersionByArn", (LayerVersion,), _whole, _itself),
    ("lambda:GetLayerVersionByArn", (LayerVersion,), _without(package=None), _itself),
    ("lambda:GetCapacityProvider", (CapacityProvider,), _whole, _itself),
    ("iam:GetRole", (Role,), _whole, _itself),
    ("iam:GetAccountAuthorizationDetails", (Role, ManagedPolicy), _whole, _nowhere),
    ("iam:ListRolePolicies", (Role,), _without(role_policy_list=()), _itself),
    ("iam:GetRolePolicy", (Role,), _without(role_policy_list=()), _itself),
    ("iam:ListAttachedRolePolicies", (Role,), _without(attached_managed_policies=()), _itself),
    ("iam:GetPolicy", (ManagedPolicy,), _whole, _itself),
    ("iam:GetPolicyVersion", (ManagedPolicy,), _whole, _itself),
    ("sqs:GetQueueAttributes", (Queue,), _whole, _itself),
    ("sns:GetTopicAttributes", (Topic,), _whole, _itself),
    ("sns:ListSubscriptionsByTopic", (Topic,), _without(subscriptions=()), _itself),
    ("sns:ListSubscriptions", (Topic,), _unless_named, _nowhere),
    ("s3:GetBucketNotificationConfiguration", (Bucket,), _without(notification_configuration=None), _itself),
    ("s3:GetBucketLocation", (Bucket,), _whole, _itself),
    ("s3:GetBucketPolicy", (Bucket,), _without(policy=None), _itself),
    ("kms:DescribeKey", (Key,), _whole, _itself),
    ("kms:GetKeyPolicy", (Key,), _without(policy=None), _itself),
    ("kms:ListGrants", (Key,), _without(grants=()), _itself),
    ("kinesis:DescribeStreamSummary", (Stream,), _whole, _itself),
    ("kinesis:GetResourcePolicy", (Stream,), _without(policy=None), _itself),
    ("dynamodb:DescribeTable", (Table,), _whole, _itself),
    ("dynamodb:GetResourcePolicy", (Table,), _without(policy=None), _itself),
    ("secretsmanager:DescribeSecret", (Secret,), _whole, _itself),
    ("events:ListRules", (EventRule,), _whole, _nowhere),
    ("events:ListTargetsByRule", (EventRule,), _without(targets=()), _itself),
    ("events:ListEventBuses", (EventBus,), _whole, _nowhere),
    ("scheduler:ListSchedules", (Schedule,), _whole, _nowhere),
    ("scheduler:GetSchedule", (Schedule,), _whole, _itself),
    ("logs:DescribeLogGroups", (LogGroup,), _whole, _nowhere),
    ("logs:DescribeLogStreams", (LogGroup,), _without(log_streams=None), _itself),
    ("elbv2:DescribeTargetGroups", (TargetGroup,), _whole, _nowhere),
    ("elbv2:DescribeTargetHealth", (TargetGroup,), _without(target_health_descriptions=None), _itself),
    ("elbv2:DescribeListeners", (Listener,), _whole, _nowhere),
    ("efs:DescribeFileSystems", (FileSystem,), _whole, _itself),
    ("efs:DescribeFileSystemPolicy", (FileSystem,), _without(policy=None), _itself),
    ("efs:DescribeAccessPoints", (AccessPoint,), _whole, _itself),
    ("efs:DescribeMountTargets", (MountTarget,), _whole, _nowhere),
    ("ec2:DescribeVpcs", (Vpc,), _whole, _nowhere),
    ("ec2:DescribeSubnets", (Subnet,), _whole, _nowhere),
    ("ec2:DescribeSecurityGroups", (SecurityGroup,), _whole, _nowhere),
    ("ec2:DescribeRouteTables", (RouteTable,), _whole, _nowhere),
    ("ec2:DescribeNetworkAcls", (NetworkAcl,), _whole, _nowhere),
    ("ec2:DescribeNatGateways", (NatGateway,), _whole, _nowhere),
    ("ec2:DescribeInternetGateways", (InternetGateway,), _whole, _nowhere),
    ("ec2:DescribeVpcEndpoints", (VpcEndpoint,), _whole, _nowhere),
    ("ec2:DescribeNetworkInterfaces", (NetworkInterface,), _whole, _nowhere),
    ("ec2:DescribeDhcpOptions", (DhcpOptions,), _whole, _nowhere),
    ("ec2:DescribeVpcBlockPublicAccessOptions", (VpcBlockPublicAccessOptions,), _whole, _nowhere),
)
"""A read, what it brings things of, what is left of them without it, and where its gap lies."""
_OF_APIS = {"REST": "apigateway:GetResources"}
_OF_OTHER_APIS = "apigatewayv2:GetIntegrations"


def losses(snapshot: Snapshot, reason: Reason = "denied") -> Iterator[Loss]:
    """Each read without which the snapshot would hold less, for each place at which its gap would lie."""
    for read, kinds, take, place_of in _TAKEN:
        places: dict[str, dict[str, Shape | None]] = {}
        for arn, one in snapshot.resources.items():
            if isinstance(one, kinds) and (left := take(one)) is not one:
                places.setdefault(place_of(one), {})[arn] = left
        for place, changed in places.items():
            yield _loss(snapshot, read, place, changed, reason)
    for arn, one in snapshot.resources.items():
        if isinstance(one, Api):
            read = _OF_APIS.get(one.protocol_type, _OF_OTHER_APIS)
            yield _loss(snapshot, read, arn, {arn: replace(one, integrations=())}, reason)
    yield from _told(snapshot, reason)


def _loss(snapshot: Snapshot, read: str, place: str, changed: dict[str, Shape | None], reason: Reason) -> Loss:
    resources: dict[str, Any] = {**snapshot.resources, **changed}
    kept = {arn: one for arn, one in resources.items() if one is not None}
    left = replace(snapshot, resources=kept, gaps=(*snapshot.gaps, gap(read, place, reason)))
    return Loss(read, place, left)


def _told(snapshot: Snapshot, reason: Reason) -> Iterator[Loss]:
    """What no resource holds: logs, metrics, history, the account's limits."""

    def without(read: str, place: str = "", **fields: Any) -> Loss:
        return Loss(read, place, replace(snapshot, gaps=(*snapshot.gaps, gap(read, place, reason)), **fields))

    for arn in snapshot.invocations:
        function = snapshot.resources.get(arn)
        group = function.log_group_arn if isinstance(function, Function) else ""
        others = {name: ran for name, ran in snapshot.invocations.items() if name != arn}
        yield without("logs:FilterLogEvents", group, invocations=others)
    if snapshot.metrics:
        yield without("cloudwatch:GetMetricData", metrics={})
    if snapshot.changes or snapshot.refused:
        yield without("cloudtrail:LookupEvents", changes=(), refused=())
    if snapshot.account_limit is not None:
        yield without("lambda:GetAccountSettings", account_limit=None)
    for arn in {one.function for one in snapshot.traced}:
        others_traced = tuple(one for one in snapshot.traced if one.function != arn)
        yield without("xray:GetTraceSummaries", arn, traced=others_traced)
