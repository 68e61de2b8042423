"""The policy of the resource itself refuses the function's role.

A resource can carry a policy: a bucket, a queue, a key, and a role in its trust policy. What it denies is denied to everybody. And
where the resource is another account's, or is a key or a role, the role's own policies are not enough: the resource's policy must
let the role in too.

Covers: ad-resource-policy, ad-assume-role-trust
Fix: a statement in the resource's policy that names this role and this action: doctor writes it for a key and for a role of the same account, and
gives the text of it where the policy is another account's. A Deny is better satisfied, or narrowed by the exception that is given, than deleted.
See: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Key,
    Problem,
    Refusal,
    Refusals,
    Role,
    Severity,
    Step,
    cite,
    cite_denial,
    exception_to_add,
    keys,
    rule,
    statement,
    statement_to_add,
    trust,
)


@rule(Severity.HIGH)
def resource_policy_blocks_action(function: Function, refusals: Refusals) -> Iterator[Problem]:
    for one in refusals.all:
        if one.refused_by("resource"):
            yield _problem(function, one, shared_role=bool(refusals.permissions.shared))


def _problem(function: Function, one: Refusal, *, shared_role: bool) -> Problem:
    denies = one.denied_by("resource")
    resource, action = one.decision.resource, one.decision.action
    explicit = bool(denies) or one.denial.kind == "explicit"
    by = statement(denies[0]) if denies else f"the policy of {resource}"
    how = f"{by} denies {action}" if explicit else f"no statement in {by} allows {action}"
    return Problem(
        message=f"{how} to the role {function.role}{one.remark('resource')}",
        evidence=(cite_denial(function, one), cite(function, "role")),
        fixes=(_narrow(function, one) if explicit else _allow(function, one, shared_role=shared_role),),
        confidence=one.confidence_in("resource"),
        explains=one.explains,
        expects="init_failed" if one.denied.last.inits else "handler_failed",
    )


def _narrow(function: Function, one: Refusal) -> Fix:
    denies, resource = one.denied_by("resource"), one.decision.resource
    exception = f"; {exception_to_add(denies[0], function, at_resource=True)}" if denies else ""
    return Fix(
        title=f"satisfy or narrow what denies it in the policy of {resource}, for {function.role} alone",
        applicability=Applicability.MANUAL,
        note=f"an Allow in the role's policies is not enough here{exception}",
    )


def _allow(function: Function, one: Refusal, *, shared_role: bool) -> Fix:
    """By the resource's policy alone: a key or a role whose policy names the function's role asks for nothing else."""
    resource, action, held = one.decision.resource, one.decision.action, one.resource
    steps: tuple[Step, ...] = ()
    if one.blocked_by("resource") and not {*one.decision.blockers} - {"identity", "resource"}:
        if isinstance(held, Key):
            steps = keys.let_use(held, function.role, [action], {})
        elif isinstance(held, Role) and action == "sts:AssumeRole":
            steps = (trust.let_role_assume(held, function.role),)
    title = f"allow {action} in the policy of {resource}, for {function.role} alone"
    if steps:
        shared = "other functions run with this role: the policy cannot tell them apart"
        return Fix(title=title, steps=steps, note=shared if shared_role else "")
    principal = function.role
    return Fix(
        title=title,
        applicability=Applicability.MANUAL,
        note=f"by the owner of the resource: {statement_to_add(f'the policy of {resource}', action, resource, principal=principal)}",
    )
