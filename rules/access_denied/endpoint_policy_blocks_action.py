"""The policy of the VPC endpoint on the way does not let the call through.

Inside a VPC a call to AWS can go through an endpoint, whose policy bounds what anybody may do by it. It grants nothing, so that an
Allow in the role's policies changes nothing; the same call from outside the VPC goes through.

Covers: ad-vpc-endpoint-policy
Fix: a statement more in the endpoint's policy: this action on this resource, for the function's role alone. Everything in the VPC goes through the
endpoint: what its policy says already stays as it is. A Deny in it is narrowed by hand.
See: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Permissions,
    Problem,
    Refusal,
    Refusals,
    Severity,
    VpcEndpoint,
    cite,
    cite_denial,
    exception_to_add,
    rule,
    statement,
    statement_to_add,
    vpc_endpoints,
)


@rule(Severity.HIGH)
def endpoint_policy_blocks_action(function: Function, refusals: Refusals) -> Iterator[Problem]:
    for one in refusals.all:
        if one.refused_by("endpoint"):
            yield _problem(function, one, refusals.permissions)


def _problem(function: Function, one: Refusal, permissions: Permissions) -> Problem:
    denies = one.denied_by("endpoint")
    how = f"{statement(denies[0])} denies" if denies else "no statement of it allows"
    through = permissions.endpoints(one.decision.action)
    return Problem(
        message=f"the policy of the VPC endpoint blocks the call: {how} {one.request}{one.remark('endpoint')}",
        evidence=(
            cite_denial(function, one),
            cite(function, "vpc_config"),
            *(cite(endpoint, "policy_document") for endpoint in through),
        ),
        fixes=(_fix(function, one, through),),
        confidence=one.confidence_in("endpoint"),
        explains=one.explains,
    )


def _fix(function: Function, one: Refusal, through: tuple[VpcEndpoint, ...]) -> Fix:
    action, resource, role = one.decision.action, one.decision.resource, function.role
    denies = one.denied_by("endpoint")
    if denies:
        return Fix(
            title=f"narrow {statement(denies[0])} by this role",
            applicability=Applicability.MANUAL,
            note=exception_to_add(denies[0], function, at_resource=True),
        )
    steps = [step for each in through for step in vpc_endpoints.let_pass(each, role, [action], resource)]
    if not steps or not one.blocked_by("endpoint"):
        return Fix(
            title=f"let the endpoint's policy allow {one.request}",
            applicability=Applicability.MANUAL,
            note=f"{statement_to_add('the endpoint policy', action, resource, role=role)}; what it says already must stay",
        )
    return Fix(
        title=f"let {', '.join(each.vpc_endpoint_id for each in through)} pass exactly {action}, for this role alone",
        steps=tuple(steps),
    )
