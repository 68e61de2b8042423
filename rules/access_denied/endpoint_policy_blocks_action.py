"""The policy of the VPC endpoint on the way does not let the call through.

Inside a VPC a call to AWS can go through an endpoint, whose policy bounds what anybody may do by it. It grants nothing, so that an
Allow in the role's policies changes nothing; the same call from outside the VPC goes through.

Covers: ad-vpc-endpoint-policy
Fix: let the endpoint's policy allow this action on this resource; it holds for everything in the VPC that goes through the endpoint.
See: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Problem,
    Refusal,
    Refusals,
    Severity,
    cite,
    cite_denial,
    rule,
    statement,
)


@rule(Severity.HIGH)
def endpoint_policy_blocks_action(function: Function, refusals: Refusals) -> Iterator[Problem]:
    for one in refusals.all:
        if one.refused_by("endpoint"):
            yield _problem(function, one)


def _problem(function: Function, one: Refusal) -> Problem:
    denies = one.denied_by("endpoint")
    how = f"{statement(denies[0])} denies" if denies else "no statement of it allows"
    return Problem(
        message=f"the policy of the VPC endpoint blocks the call: {how} {one.request}{one.remark('endpoint')}",
        evidence=(cite_denial(function, one), cite(function, "vpc_config")),
        fixes=(
            Fix(
                title=f"let the endpoint's policy allow {one.request}",
                applicability=Applicability.MANUAL,
                note="an endpoint's policy holds for all that goes through it: add to it, do not replace it",
            ),
        ),
        confidence=one.confidence_in("endpoint"),
        explains=one.explains,
    )
