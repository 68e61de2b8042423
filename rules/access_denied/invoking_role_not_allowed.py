"""A schedule, a rule or an API invokes the function with a role of its own, and that role may not.

EventBridge Scheduler always, EventBridge rules and API Gateway when they name one, take on a role and invoke with it: then the role's policies
decide, and the function's resource policy need not name the service. The role must let the service take it on, and allow lambda:InvokeFunction on
the very ARN that is invoked: a function's bare ARN does not stand for its alias. The function never runs, so that its log says nothing. Step
Functions and Pipes invoke in the same way; doctor does not read them.

Covers: ad-scheduler-role
Fix: allow the role to invoke exactly this version or alias.
See: https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    ByRole,
    Fix,
    Function,
    InvokingRoles,
    Problem,
    Severity,
    cite,
    role_policies,
    rule,
    statement,
)


@rule(Severity.HIGH)
def invoking_role_not_allowed(function: Function, invoking: InvokingRoles) -> Iterator[Problem]:
    for one in invoking.those:
        if one.may_assume.result == "denied":
            fix = Fix(title="let the service take the role on, in its trust policy", applicability=Applicability.MANUAL)
            yield _problem(function, one, f"its service may not take on the role {one.role.role_name}", fix)
        elif one.may_invoke.result == "denied":
            near = "".join(
                f"; {statement(miss.statement)} nearly does: {miss.hint}" for miss in one.may_invoke.near_misses
            )
            why = f"its role {one.role.role_name} may not do lambda:InvokeFunction on {one.target}{near}"
            yield _problem(function, one, why, _fix(one))
    invoking.require_all()


def _fix(one: ByRole) -> Fix:
    title = f"allow {one.role.role_name} to invoke {one.target.split(':function:')[1]}"
    if not one.may_invoke.grantable:
        layers = ", ".join(one.may_invoke.blockers)
        return Fix(title=f"{title}: what must change is {layers}", applicability=Applicability.MANUAL)
    return Fix(title=title, steps=role_policies.grant(one.role, [("lambda:InvokeFunction", one.target)]))


def _problem(function: Function, one: ByRole, why: str, fix: Fix) -> Problem:
    return Problem(
        message=f"{one.what} does not get through to {function.function_name}: {why}",
        evidence=(
            cite(one.source, one.field),
            cite(one.role, "assume_role_policy_document"),
            cite(one.role, "role_policy_list"),
        ),
        fixes=(fix,),
    )
