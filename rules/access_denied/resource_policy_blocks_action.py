"""The policy of the resource itself refuses the function's role.

A resource can carry a policy: a bucket, a queue, a key, and a role in its trust policy. What it denies is denied to everybody. And
where the resource is another account's, or is a key or a role, the role's own policies are not enough: the resource's policy must
let the role in too.

Covers: ad-resource-policy, ad-assume-role-trust
Fix: a statement in the resource's policy that names this role and this action, by the owner of the resource; a Deny is better
satisfied, or narrowed, than deleted.
See: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
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
def resource_policy_blocks_action(function: Function, refusals: Refusals) -> Iterator[Problem]:
    for one in refusals.all:
        if one.refused_by("resource"):
            yield _problem(function, one)


def _problem(function: Function, one: Refusal) -> Problem:
    denies = one.denied_by("resource")
    resource, action = one.decision.resource, one.decision.action
    explicit = bool(denies) or one.denial.kind == "explicit"
    by = statement(denies[0]) if denies else f"the policy of {resource}"
    how = f"{by} denies {action}" if explicit else f"no statement in {by} allows {action}"
    title = f"satisfy or narrow what denies it in the policy of {resource}" if explicit else f"allow {action} in {by}"
    return Problem(
        message=f"{how} to the role {function.role}{one.remark('resource')}",
        evidence=(cite_denial(function, one), cite(function, "role")),
        fixes=(
            Fix(
                title=f"{title}, for {function.role} alone",
                applicability=Applicability.MANUAL,
                note="the policy belongs to the owner of the resource; an Allow in the role's policies is not enough here",
            ),
        ),
        confidence=one.confidence_in("resource"),
        explains=one.explains,
        expects="init_failed" if one.denied.last.inits else "handler_failed",
    )
