"""The vocabulary of a rule's author. A rule imports from here (or from ``doctor``) and from the pure standard library.

See ``doctor rules facts`` for what a rule can ask for by the types of its parameters.
"""

from collections.abc import Iterator

from doctor.engine import lambda_needs
from doctor.engine.citing import cite, cite_log, cite_metric, cite_native
from doctor.engine.exceptions import exception_to_add, statement_to_add
from doctor.engine.facts import (
    Alarms,
    Asked,
    Batches,
    BrokerPath,
    BrokerPaths,
    Buckets,
    ByRole,
    Callee,
    Callees,
    Clock,
    Concurrency,
    Contents,
    Counted,
    Deliveries,
    Denials,
    Denied,
    DualStack,
    EncryptedCall,
    EncryptedCalls,
    EnvironmentKey,
    EventRules,
    EventShapes,
    Expected,
    FailedEvents,
    FailedImport,
    Filtered,
    Filters,
    Foreseen,
    Imports,
    Invocations,
    InvokePolicy,
    InvokingRoles,
    KeptInterfaces,
    Lack,
    Lacks,
    LayerVersions,
    LogPlace,
    LogShipping,
    Loop,
    Loops,
    Metrics,
    Neighbours,
    Paced,
    Permissions,
    Placement,
    PollerAccess,
    PollerCounts,
    Pollers,
    ProvisionedConcurrency,
    Push,
    PushTriggers,
    Reachability,
    Refusal,
    Refusals,
    RoleChanges,
    Routes,
    Settings,
    Streams,
    TableStreams,
    Traffic,
    Triggers,
    UnjudgedDenials,
    Unreasoned,
    UnreasonedDenials,
    UrlAccess,
    Urls,
    UrlUse,
    Waiting,
)
from doctor.engine.facts.callers import ASYNCHRONOUS, callers
from doctor.engine.facts.reachability import Stopped
from doctor.engine.lambda_refusals import DEPLOYMENT_REFUSALS, INVOCATION_REFUSALS
from doctor.engine.openings import openings
from doctor.engine.operations import (
    concurrency,
    event_sources,
    events,
    keys,
    lambda_,
    managed_policies,
    permissions,
    role_policies,
    sqs,
    trust,
)
from doctor.engine.operations.ec2 import security_groups, vpc_endpoints
from doctor.engine.operations.role_policies import Wanted
from doctor.engine.problems import failed_by_type, failed_by_words, found_in, in_line, shown, times
from doctor.engine.rule import rule
from doctor.engine.runtimes import RUNTIMES
from doctor.engine.sizes import LONGEST_TIMEOUT, more_memory, more_storage, more_time
from doctor.engine.telling import (
    EXPIRED,
    HOSTS,
    NO_ANSWER,
    NO_OBJECT,
    TELLING,
    encoded_key,
    kept_credentials,
    told_of_host,
    told_otherwise,
    wrong_signature,
)
from doctor.engine.told import cite_told, told
from doctor.engine.variables import maybe_variable, places_of_variable, unset_variable
from doctor.engine.widening import wider
from doctor.logs.formats import said
from doctor.logs.symptoms import HEAP_FULL, RESOURCE_ERRORS, symptom
from doctor.model import arns
from doctor.model.call import Ref
from doctor.model.decision import Decision, Denial, LayerName, StatementRef
from doctor.model.finding import Applicability, Confidence, Evidence, Fix, NotThis, Problem, Severity, Step
from doctor.model.function import Alias, EventSourceMapping, Function
from doctor.model.identity import Role
from doctor.model.network import NatGateway, RouteTable, SecurityGroup, Subnet, VpcEndpoint
from doctor.model.package import Answer, Native, Package
from doctor.model.redacted import Redacted
from doctor.model.sources import Api, Key, Topic
from doctor.model.telemetry import Invocation, Symptom, SymptomKind
from doctor.model.trace import Destination, Path, Trace, Traced
from doctor.model.triggers import EventRule, LogGroup, Queue


def cite_component(stopped: Stopped) -> tuple[Evidence, ...]:
    """Cite what stops packets, by AWS's id; nothing where it was not seen."""
    resource = stopped.resource
    if resource is None:
        return ()
    return (cite(resource, next(name for name in resource.__struct_fields__ if name not in ("extra", "arn"))),)


def cite_failed(function: Function, waiting: Waiting) -> tuple[Evidence, ...]:
    """Cite how the last invocation ended that waited for something; nothing where none did."""
    return tuple(cite_log(function, "Status", one.status, one.at) for one in waiting.failed[-1:])


def unreachable(stopped: Stopped) -> tuple[Symptom, ...]:
    """The symptoms that packets which do not arrive explain."""
    return tuple(Symptom(kind=SymptomKind.UNREACHABLE, detail=one) for one in stopped.names.split(", "))


def reason_field(function: Function, *codes: str) -> str:
    """The field whose reason code, one of these, says why a function has no good state, or its update failed; else empty."""
    if function.state != "Active" and function.state_reason_code in codes:
        return "state_reason_code"
    failed = function.last_update_status == "Failed" and function.last_update_status_reason_code in codes
    return "last_update_status_reason_code" if failed else ""


def cite_denial(function: Function, refusal: Refusal) -> Evidence:
    """Cite the latest log text by which AWS refused a request of a function's code."""
    decision = refusal.decision
    where = f"{decision.action} on {arns.name(decision.resource)}"
    return cite_log(function, where, refusal.denial.text, refusal.denied.last.at)


def statement(one: StatementRef) -> str:
    """A policy's statement by its place from 1, and its Sid where it has one."""
    sid = f" ({one.sid})" if one.sid else ""
    return f"statement {one.index + 1}{sid} of {one.policy}"


__all__ = [
    "ASYNCHRONOUS",
    "DEPLOYMENT_REFUSALS",
    "EXPIRED",
    "HEAP_FULL",
    "HOSTS",
    "INVOCATION_REFUSALS",
    "LONGEST_TIMEOUT",
    "NO_ANSWER",
    "NO_OBJECT",
    "RESOURCE_ERRORS",
    "RUNTIMES",
    "TELLING",
    "Alarms",
    "Alias",
    "Answer",
    "Api",
    "Applicability",
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
    "Confidence",
    "Contents",
    "Counted",
    "Decision",
    "Deliveries",
    "Denial",
    "Denials",
    "Denied",
    "Destination",
    "DualStack",
    "EncryptedCall",
    "EncryptedCalls",
    "EnvironmentKey",
    "EventRule",
    "EventRules",
    "EventShapes",
    "EventSourceMapping",
    "Evidence",
    "Expected",
    "FailedEvents",
    "FailedImport",
    "Filtered",
    "Filters",
    "Fix",
    "Foreseen",
    "Function",
    "Imports",
    "Invocation",
    "Invocations",
    "InvokePolicy",
    "InvokingRoles",
    "Iterator",
    "KeptInterfaces",
    "Key",
    "Lack",
    "Lacks",
    "LayerName",
    "LayerVersions",
    "LogGroup",
    "LogPlace",
    "LogShipping",
    "Loop",
    "Loops",
    "Metrics",
    "NatGateway",
    "Native",
    "Neighbours",
    "NotThis",
    "Paced",
    "Package",
    "Path",
    "Permissions",
    "Placement",
    "PollerAccess",
    "PollerCounts",
    "Pollers",
    "Problem",
    "ProvisionedConcurrency",
    "Push",
    "PushTriggers",
    "Queue",
    "Reachability",
    "Redacted",
    "Ref",
    "Refusal",
    "Refusals",
    "Role",
    "RoleChanges",
    "RouteTable",
    "Routes",
    "SecurityGroup",
    "Settings",
    "Severity",
    "Step",
    "Stopped",
    "Streams",
    "Subnet",
    "Symptom",
    "SymptomKind",
    "TableStreams",
    "Topic",
    "Trace",
    "Traced",
    "Traffic",
    "Triggers",
    "UnjudgedDenials",
    "Unreasoned",
    "UnreasonedDenials",
    "UrlAccess",
    "UrlUse",
    "Urls",
    "VpcEndpoint",
    "Waiting",
    "Wanted",
    "arns",
    "callers",
    "cite",
    "cite_component",
    "cite_denial",
    "cite_failed",
    "cite_log",
    "cite_metric",
    "cite_native",
    "cite_told",
    "concurrency",
    "encoded_key",
    "event_sources",
    "events",
    "exception_to_add",
    "failed_by_type",
    "failed_by_words",
    "found_in",
    "in_line",
    "kept_credentials",
    "keys",
    "lambda_",
    "lambda_needs",
    "managed_policies",
    "maybe_variable",
    "more_memory",
    "more_storage",
    "more_time",
    "openings",
    "permissions",
    "places_of_variable",
    "reason_field",
    "role_policies",
    "rule",
    "said",
    "security_groups",
    "shown",
    "sqs",
    "statement",
    "statement_to_add",
    "symptom",
    "times",
    "told",
    "told_of_host",
    "told_otherwise",
    "trust",
    "unreachable",
    "unset_variable",
    "vpc_endpoints",
    "wider",
    "wrong_signature",
]
