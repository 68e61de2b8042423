"""The whole account: every part, with what the account has but once."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from doctor.aws.collectors.invoking import KINDS
from doctor.aws.collectors.package import call_of
from doctor.aws.collectors.trouble import OPERATIONS
from doctor.engine.suspects import is_suspect
from doctor.logs.invocations import invocations
from doctor.model import arns
from doctor.model.call import Call, Gap
from doctor.model.function import Function, PublishedVersion
from doctor.model.invoking import RuntimeManagementConfig
from doctor.model.snapshot import AccountLimit, Identity, Resource, Scope, Snapshot
from doctor.model.sources import EventBus
from doctor.model.telemetry import Invocation, MetricSeries
from tests.incidents.twelve_faults import (
    boundary,
    cold_start,
    concurrency,
    memory_limit,
    metrics,
    missing_action,
    no_egress,
    packaging,
    short_visibility,
    slow_handler,
    uncalled,
)
from tests.incidents.twelve_faults.deploy import BASIC
from tests.incidents.twelve_faults.part import Part
from tests.incidents.twelve_faults.scene import ACCOUNT, NOW, REGION, WINDOW

_SIGNING = "GetFunctionCodeSigningConfig"
CONCURRENCY = 1000
CODE_STORAGE = 75 * 1024**3
"""Lambda's default limit for an account's packages, in bytes."""


FAULTS = (
    slow_handler,
    no_egress,
    memory_limit,
    cold_start,
    missing_action,
    boundary,
    packaging,
    short_visibility,
    uncalled,
    concurrency,
)


BUS = EventBus(arn=f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default", name="default")


def parts() -> list[Part]:
    """Every function of the account, each with what belongs to it."""
    return [part for fault in FAULTS for part in fault.parts()]


def snapshot() -> Snapshot:
    """The account as a collector would have read it."""
    everything = parts()
    resources = _by_arn(
        [BASIC, BUS, *(one.function for one in everything), *(r for one in everything for r in one.resources)]
    )
    ran = {one.function.function_arn: invocations(one.log) for one in everything if one.log}
    metrics_of = _metrics(everything, ran)
    unread = [
        one.function
        for one in everything
        if not is_suspect(one.function, ran.get(one.function.arn, ()), metrics_of.get(one.function.arn, ()))
    ]
    quiet = {function.arn for function in unread}
    for arn, one in resources.items():
        if isinstance(one, Function):
            resources[arn] = replace(one, package=None) if arns.unqualified(arn) in quiet else one
    for part in everything:
        if part.function.arn not in quiet:
            resources[part.function.arn] = _looked_at(part)
    functions = [one for one in resources.values() if isinstance(one, Function)]
    reserved = sum(one.function.reserved_concurrent_executions or 0 for one in everything)
    return Snapshot(
        taken_at=NOW,
        scope=Scope(account=ACCOUNT, region=REGION, window=int(WINDOW.total_seconds())),
        identity=Identity(account=ACCOUNT, arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/ReadOnly/on-call"),
        account_limit=AccountLimit(
            concurrent_executions=CONCURRENCY,
            unreserved_concurrent_executions=CONCURRENCY - reserved,
            total_code_size=CODE_STORAGE,
            extra={"CodeSizeUnzipped": 250 * 1024**2, "CodeSizeZipped": 50 * 1024**2},
        ),
        resources=resources,
        invocations=ran,
        metrics=metrics_of,
        changes=tuple(sorted((c for one in everything for c in one.changes), key=lambda c: (c.event_time, c.event_id))),
        gaps=tuple(
            sorted(
                (
                    *_of_others(),
                    *(gap for one in unread for gap in _not_asked(one)),
                    *(_package_of(one) for one in functions if one.package is None),
                    *(_unsigned(part.function) for part in everything if part.function.arn not in quiet),
                    *_of_networks(),
                ),
                key=lambda gap: (gap.call.name, gap.resource),
            )
        ),
    )


def _looked_at(part: Part) -> Function:
    """A suspect, with the settings that are read of suspects only: nobody changed them."""
    versions = tuple(
        PublishedVersion(
            version=one.version,
            code_size=one.code_size,
            code_sha256=one.code_sha256,
            last_modified=one.last_modified,
        )
        for one in part.resources
        if isinstance(one, Function)
    )
    return replace(
        part.function,
        recursive_loop="Terminate",
        runtime_management_config=RuntimeManagementConfig(),
        published_versions=versions,
    )


def _not_asked(function: Function) -> Iterator[Gap]:
    """Settings beside the configuration are read of suspects only."""
    for operation in KINDS:
        call = Call(service="lambda", operation=operation, parameters={"FunctionName": function.function_name})
        yield Gap(reason="not_asked", call=call, resource=function.arn)


def _package_of(version: Function) -> Gap:
    """So are packages, those of published versions too."""
    return Gap(reason="not_asked", call=call_of(version), resource=version.arn)


def _unsigned(function: Function) -> Gap:
    why = "asked only where code is signed, or could not be deployed"
    call = Call(service="lambda", operation=_SIGNING)
    return Gap(reason="not_asked", call=call, resource=function.arn, error=why)


def _of_networks() -> Iterator[Gap]:
    """What nothing in the VPC leads to, and what is not read of any."""
    route, group = "no route of these VPCs leads to one", "every group of a function is of its own VPC"
    for operation, kind, why in (
        ("DescribeVpnGateways", "vpn-gateway", route),
        ("DescribeEgressOnlyInternetGateways", "egress-only-internet-gateway", route),
        ("DescribeSecurityGroupVpcAssociations", "security-group-vpc-association", group),
    ):
        call, everywhere = Call(service="ec2", operation=operation), arns.ec2(REGION, ACCOUNT, kind, "*")
        yield Gap(reason="not_asked", call=call, resource=everywhere, error=why)
    yield Gap(
        reason="not_asked",
        call=Call(service="service-quotas", operation="ListServiceQuotas"),
        resource=f"arn:aws:servicequotas:{REGION}:{ACCOUNT}:*",
        error="of quotas only those are read that GetAccountSettings tells",
    )


def _of_others() -> Iterator[Gap]:
    """What is not read of any function but the suspects, said once."""
    lambdas = (("lambda", operation, "in trouble") for operation in OPERATIONS)
    for service, operation, which in (("cloudtrail", "LookupEvents", "that are named, or in trouble"), *lambdas):
        yield Gap(
            reason="not_asked",
            call=Call(service=service, operation=operation),
            resource=arns.function(REGION, ACCOUNT, "*"),
            error=f"asked only of functions {which}",
        )


def _by_arn(resources: Iterable[Resource]) -> dict[str, Resource]:
    """Resources by their ARN, sorted; no two may claim the same one."""
    found: dict[str, Resource] = {}
    for resource in resources:
        if found.setdefault(resource.arn, resource) != resource:
            raise ValueError(f"two different resources are {resource.arn}")
    return dict(sorted(found.items()))


def _metrics(
    everything: Iterable[Part],
    ran: dict[str, tuple[Invocation, ...]],
) -> dict[str, tuple[MetricSeries, ...]]:
    found: dict[str, tuple[MetricSeries, ...]] = {}
    for one in everything:
        arn = one.function.function_arn
        found[arn] = metrics.of_function(one.function.function_name, ran.get(arn, ()), one.throttled)
        found.update(one.metrics)
    return {arn: series for arn, series in sorted(found.items()) if series}
