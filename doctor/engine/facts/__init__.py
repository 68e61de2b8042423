"""What a rule can ask for beside its subject, one file per part of an account: a fact is a type, and knows how to come about."""

from doctor.engine.facts.alarms import Alarms
from doctor.engine.facts.batches import Batches, Paced
from doctor.engine.facts.broker_paths import BrokerPath, BrokerPaths
from doctor.engine.facts.buckets import Buckets
from doctor.engine.facts.callees import Callee, Callees
from doctor.engine.facts.clock import Clock
from doctor.engine.facts.concurrency import Concurrency
from doctor.engine.facts.contents import Contents
from doctor.engine.facts.counted import Counted, PollerCounts
from doctor.engine.facts.deliveries import Deliveries
from doctor.engine.facts.denials import Denials, Denied
from doctor.engine.facts.dual_stack import DualStack
from doctor.engine.facts.encrypted_calls import EncryptedCall, EncryptedCalls
from doctor.engine.facts.environment_key import EnvironmentKey
from doctor.engine.facts.event_rules import EventRules
from doctor.engine.facts.event_shapes import Asked, EventShapes
from doctor.engine.facts.fact import Fact
from doctor.engine.facts.failures import FailedEvents
from doctor.engine.facts.filters import Filtered, Filters
from doctor.engine.facts.foreseen import Expected, Foreseen
from doctor.engine.facts.imports import FailedImport, Imports
from doctor.engine.facts.invocations import Invocations
from doctor.engine.facts.invoking_roles import ByRole, InvokingRoles
from doctor.engine.facts.kept_interfaces import KeptInterfaces
from doctor.engine.facts.layer_versions import LayerVersions
from doctor.engine.facts.log_place import LogPlace
from doctor.engine.facts.log_shipping import LogShipping
from doctor.engine.facts.loops import Loop, Loops
from doctor.engine.facts.metrics import Metrics
from doctor.engine.facts.neighbours import Neighbours
from doctor.engine.facts.permissions import InvokePolicy, Permissions
from doctor.engine.facts.placement import Placement
from doctor.engine.facts.poller_access import PollerAccess
from doctor.engine.facts.pollers import Pollers
from doctor.engine.facts.provisioned import ProvisionedConcurrency
from doctor.engine.facts.push import Push, PushTriggers
from doctor.engine.facts.reachability import Reachability
from doctor.engine.facts.refusals import Refusal, Refusals
from doctor.engine.facts.role_changes import RoleChanges
from doctor.engine.facts.role_needs import Lack, Lacks
from doctor.engine.facts.routes import Routes
from doctor.engine.facts.settings import Settings
from doctor.engine.facts.streams import Streams
from doctor.engine.facts.table_streams import TableStreams
from doctor.engine.facts.traffic import Traffic
from doctor.engine.facts.triggers import Triggers
from doctor.engine.facts.unjudged import UnjudgedDenials
from doctor.engine.facts.unreasoned import Unreasoned, UnreasonedDenials
from doctor.engine.facts.url_access import UrlAccess, UrlUse
from doctor.engine.facts.urls import Urls
from doctor.engine.facts.waiting import Waiting

FACTS: tuple[type[Fact], ...] = (
    Alarms,
    Batches,
    BrokerPaths,
    Buckets,
    Callees,
    Clock,
    Concurrency,
    Contents,
    Deliveries,
    Denials,
    DualStack,
    EncryptedCalls,
    EnvironmentKey,
    EventRules,
    EventShapes,
    FailedEvents,
    Filters,
    Foreseen,
    Imports,
    InvokePolicy,
    Invocations,
    InvokingRoles,
    KeptInterfaces,
    LayerVersions,
    LogPlace,
    Loops,
    LogShipping,
    Metrics,
    Neighbours,
    Permissions,
    PollerAccess,
    PollerCounts,
    Placement,
    Pollers,
    ProvisionedConcurrency,
    PushTriggers,
    Reachability,
    Refusals,
    RoleChanges,
    Routes,
    Settings,
    Streams,
    TableStreams,
    Traffic,
    Triggers,
    UnjudgedDenials,
    UnreasonedDenials,
    UrlAccess,
    Urls,
    Waiting,
)
"""Every fact, for ``doctor rules facts``."""

__all__ = [
    "FACTS",
    "Alarms",
    "Asked",
    "Batches",
    "BrokerPath",
    "BrokerPaths",
    "Buckets",
    "ByRole",
    "Callee",
    "Callees",
    "Clock",
    "Concurrency",
    "Contents",
    "Counted",
    "Deliveries",
    "Denials",
    "Denied",
    "DualStack",
    "EncryptedCall",
    "EncryptedCalls",
    "EnvironmentKey",
    "EventRules",
    "EventShapes",
    "Expected",
    "Fact",
    "FailedEvents",
    "FailedImport",
    "Filtered",
    "Filters",
    "Foreseen",
    "Imports",
    "Invocations",
    "InvokePolicy",
    "InvokingRoles",
    "KeptInterfaces",
    "Lack",
    "Lacks",
    "LayerVersions",
    "LogPlace",
    "LogShipping",
    "Loop",
    "Loops",
    "Metrics",
    "Neighbours",
    "Paced",
    "Permissions",
    "Placement",
    "PollerAccess",
    "PollerCounts",
    "Pollers",
    "ProvisionedConcurrency",
    "Push",
    "PushTriggers",
    "Reachability",
    "Refusal",
    "Refusals",
    "RoleChanges",
    "Routes",
    "Settings",
    "Streams",
    "TableStreams",
    "Traffic",
    "Triggers",
    "UnjudgedDenials",
    "Unreasoned",
    "UnreasonedDenials",
    "UrlAccess",
    "UrlUse",
    "Urls",
    "Waiting",
]
