"""A Deny statement among the role's own policies applies to what the code asks for.

A Deny wins over every Allow, wherever that is. Often it is meant well and its condition is what fails: a region, an endpoint, a tag. A condition on
where the call comes from (aws:SourceVpc, aws:SourceVpce, aws:SourceIp, lambda:SourceFunctionArn and its like) is decided by where this function is:
outside a VPC there is no aws:SourceVpc, and a test that it must equal something fails.

Covers: ad-explicit-deny-identity, ad-source-function-arn-deny
Fix: satisfy the condition of the statement, or narrow it by this one action and resource. Deleting it takes away what it protects.
See: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    NotThis,
    Problem,
    Refusal,
    Refusals,
    Role,
    Severity,
    cite,
    cite_denial,
    exception_to_add,
    rule,
    statement,
)

ORIGIN = frozenset(
    (
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:sourcevpcarn",
        "aws:sourceip",
        "aws:vpcsourceip",
        "lambda:sourcefunctionarn",
        "lambda:vpcids",
        "lambda:subnetids",
        "lambda:securitygroupids",
    )
)
"""Condition keys that tell where a call comes from."""


@rule(Severity.HIGH)
def explicit_deny(function: Function, refusals: Refusals) -> Iterator[Problem | NotThis]:
    for one in refusals.all:
        if one.denied_by("identity"):
            keys = refusals.permissions.condition_keys(one.denied_by("identity")[0])
            yield _problem(function, refusals.permissions.role, one, keys)
        elif one.decision.result == "denied" and not one.decision.explicit:
            yield from one.not_this("no Deny that was seen applies to it: an Allow is missing")


def _problem(function: Function, role: Role, one: Refusal, keys: tuple[str, ...]) -> Problem:
    denies = one.denied_by("identity")
    unknown = f"; it hangs on {', '.join(one.decision.unknown_keys)}" if one.decision.unknown_keys else ""
    origin = [key for key in keys if key.lower() in ORIGIN]
    by = f", by where the call comes from ({', '.join(origin)})" if origin else ""
    where = f": call from where {', '.join(origin)} says" if origin else ""
    return Problem(
        message=f"{statement(denies[0])} denies {one.request} to the role {role.role_name}{by}{unknown}{one.remark('identity')}",
        evidence=(
            cite_denial(function, one),
            cite(role, "role_policy_list"),
            cite(role, "attached_managed_policies"),
            *((cite(function, "vpc_config"),) if origin else ()),
        ),
        fixes=(
            Fix(
                title=f"satisfy the condition of {statement(denies[0])}{where}, or narrow it by this action and resource",
                applicability=Applicability.MANUAL,
                note=f"another Allow changes nothing; {exception_to_add(denies[0], function, at_resource=False)}",
            ),
        ),
        confidence=one.confidence,
        explains=one.explains,
        expects="init_failed" if one.denied.last.inits else "handler_failed",
    )
