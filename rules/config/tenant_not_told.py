"""The function asks every caller for a tenant, and something invokes it that cannot name one.

With tenant isolation each invocation must carry a tenant's id, by which environments are kept apart. Only a caller of the Invoke API and an
integration of API Gateway can send it. Pollers, EventBridge, SNS, S3 and load balancers cannot: what they send is refused.

Covers: cfg-tenant-id-required
Fix: put a function between that reads the tenant out of the event and invokes this one with it.
See: https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Evidence,
    Fix,
    Function,
    Pollers,
    Problem,
    PushTriggers,
    Severity,
    cite,
    rule,
)

CONFIG = "TenancyConfig"
WITH_A_TENANT = "apigateway.amazonaws.com"
WAY_OUT = Fix(
    title="let a function between them read the tenant and invoke this one with it",
    applicability=Applicability.MANUAL,
    note="aws lambda invoke --tenant-id; the setting itself cannot be changed: a function without it must be made anew",
)


@rule(Severity.HIGH)
def tenant_not_told(function: Function, pollers: Pollers, triggers: PushTriggers) -> Iterator[Problem]:
    config = function.extra.get(CONFIG) or {}
    if config.get("TenantIsolationMode") != "PER_TENANT":
        return
    told: list[tuple[str, Evidence]] = [
        (f"the poller of {one.event_source_arn}", cite(one, "function_arn"))
        for one in pollers.those
        if one.state == "Enabled"
    ]
    told += [(one.what, cite(one.source, one.field)) for one in triggers.those if one.principal != WITH_A_TENANT]
    isolated = Evidence(
        resource=function.arn, field=f"extra.{CONFIG}", value=config, source="lambda:GetFunctionConfiguration"
    )
    for what, evidence in told:
        yield Problem(
            message=f"{what} cannot say for which tenant it invokes {function.function_name}, which asks for one",
            evidence=(isolated, evidence),
            fixes=(WAY_OUT,),
        )
    triggers.require_all()
