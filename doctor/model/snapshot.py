"""Everything that was read, at one moment, with what could not be read."""

from doctor.model.alarms import Alarm
from doctor.model.backends import (
    AccessPoint,
    Broker,
    CacheCluster,
    CapacityProvider,
    DBInstance,
    DBProxy,
    FileSystem,
    KafkaCluster,
    LoadBalancer,
    MountTarget,
    ReplicationGroup,
)
from doctor.model.balancing import Listener, TargetGroup
from doctor.model.call import Gap
from doctor.model.function import Alias, EventSourceMapping, Function
from doctor.model.identity import Group, ManagedPolicy, Role, User
from doctor.model.images import Repository
from doctor.model.interfaces import (
    Address,
    DhcpOptions,
    HostedZone,
    ManagedPrefixList,
    NetworkInterface,
    PrefixList,
    SecurityGroupRule,
    SecurityGroupVpcAssociation,
    VpcBlockPublicAccessExclusion,
    VpcBlockPublicAccessOptions,
    VpcEncryptionControl,
)
from doctor.model.invoking import CodeSigningConfig, LayerVersion
from doctor.model.network import (
    EgressOnlyInternetGateway,
    InternetGateway,
    NatGateway,
    NetworkAcl,
    RouteTable,
    SecurityGroup,
    Subnet,
    Vpc,
    VpcEndpoint,
)
from doctor.model.organization import OrganizationTarget
from doctor.model.record import Record, Shape, Time
from doctor.model.secrets import Secret
from doctor.model.sources import Api, Bucket, EventBus, Key, Schedule, Stream, Topic
from doctor.model.telemetry import Change, Invocation, MetricSeries, RefusedCall, TracedCall
from doctor.model.transit import (
    TransitGateway,
    TransitGatewayAttachment,
    TransitGatewayRouteTable,
    TransitGatewayVpcAttachment,
    VpcPeeringConnection,
    VpnConnection,
    VpnGateway,
)
from doctor.model.triggers import EventRule, LogGroup, Queue, Table

SCHEMA = "1.2"
"""Version of the snapshot's form: a minor step adds fields, a major step changes meanings."""

Resource = (
    Function
    | Alias
    | EventSourceMapping
    | Role
    | User
    | Group
    | ManagedPolicy
    | Vpc
    | Subnet
    | SecurityGroup
    | RouteTable
    | InternetGateway
    | NatGateway
    | VpcEndpoint
    | NetworkAcl
    | EgressOnlyInternetGateway
    | NetworkInterface
    | ManagedPrefixList
    | PrefixList
    | DhcpOptions
    | VpcBlockPublicAccessOptions
    | VpcBlockPublicAccessExclusion
    | SecurityGroupVpcAssociation
    | SecurityGroupRule
    | VpcEncryptionControl
    | Address
    | VpcPeeringConnection
    | TransitGateway
    | TransitGatewayAttachment
    | TransitGatewayVpcAttachment
    | TransitGatewayRouteTable
    | VpnGateway
    | VpnConnection
    | DBInstance
    | DBProxy
    | CacheCluster
    | ReplicationGroup
    | MountTarget
    | AccessPoint
    | FileSystem
    | KafkaCluster
    | Broker
    | LoadBalancer
    | CapacityProvider
    | TargetGroup
    | Listener
    | Repository
    | HostedZone
    | Queue
    | EventRule
    | Table
    | LogGroup
    | LayerVersion
    | Topic
    | EventBus
    | Bucket
    | Schedule
    | Api
    | Stream
    | Key
    | Secret
    | Alarm
    | CodeSigningConfig
    | OrganizationTarget
)


class Identity(Record):
    """Whose credentials were used, as ``sts:GetCallerIdentity`` tells it."""

    account: str
    arn: str


class AccountLimit(Shape):
    """Lambda's limits of the account and region, from ``GetAccountSettings``."""

    concurrent_executions: int = 1000
    unreserved_concurrent_executions: int = 1000
    total_code_size: int = 0


class AccountUsage(Shape):
    """What of Lambda's limits of the account and region is used, from ``GetAccountSettings``."""

    total_code_size: int = 0
    """Bytes of all packages and layers."""
    function_count: int = 0


class Scope(Record):
    """What was asked for: one account and region, all functions or the named ones, and how far back telemetry goes."""

    account: str
    region: str
    functions: tuple[str, ...] = ()
    """Function names; empty means all."""
    window: int = 10_800
    """Seconds of logs and metrics before ``taken_at``."""


class Snapshot(Record, omit_defaults=False):
    """One account and region at one moment. Immutable; every step of doctor is a function of it."""

    schema: str = SCHEMA
    taken_at: Time
    """The one ``now`` of everything that is computed from this snapshot."""
    scope: Scope
    identity: Identity | None = None
    account_limit: AccountLimit | None = None
    account_usage: AccountUsage | None = None
    resources: dict[str, Resource] = {}
    """By ARN."""
    invocations: dict[str, tuple[Invocation, ...]] = {}
    """By a function's unqualified ARN, oldest first."""
    metrics: dict[str, tuple[MetricSeries, ...]] = {}
    """By the ARN of the resource they tell about."""
    changes: tuple[Change, ...] = ()
    refused: tuple[RefusedCall, ...] = ()
    """Calls that AWS refused to functions that were looked at closely, and to whoever writes to functions."""
    traced: tuple[TracedCall, ...] = ()
    """Calls that X-Ray recorded of functions that were looked at closely, each operation on each resource once."""
    gaps: tuple[Gap, ...] = ()
    read_at: dict[str, Time] = {}
    """By a function's unqualified ARN: when its configuration, versions, aliases and policies were read, where that is before ``taken_at``."""

    def with_resources(self, *resources: Resource) -> "Snapshot":
        """Return a snapshot in which these resources stand in place of their namesakes, or are added."""
        from msgspec.structs import replace

        return replace(self, resources={**self.resources, **{one.arn: one for one in resources}})
