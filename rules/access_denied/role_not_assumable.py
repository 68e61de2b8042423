"""Lambda cannot take on the function's role, so that the function cannot run.

Lambda takes on the execution role before it starts an environment. The role's trust policy must let lambda.amazonaws.com do it; a condition on
aws:SourceArn or aws:SourceAccount must fit this function. Creating or updating a function is refused then, with "The role defined for the
function cannot be assumed by Lambda", and a function that was there before fails when it needs new environments. The same words come for some
seconds after a role was made, which passes by itself: the trust policy lets Lambda in then, and this rule is silent.

Covers: ad-role-not-assumable
Fix: let lambda.amazonaws.com take the role on, beside whoever may already. A role that is gone must be made again.
See: https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Decision,
    Fix,
    Function,
    Permissions,
    Problem,
    Role,
    Severity,
    cite,
    rule,
    statement,
    trust,
)

LAMBDA = "lambda.amazonaws.com"


@rule(Severity.CRITICAL)
def role_not_assumable(function: Function, permissions: Permissions) -> Iterator[Problem]:
    gap = permissions.unseen
    if gap is not None and gap.reason == "absent" and gap.resource == function.role and gap.call.operation == "GetRole":
        yield Problem(
            message=f"its role does not exist: {function.role}",
            evidence=(cite(function, "role"),),
            fixes=(Fix(title="make the role again, or give the function another", applicability=Applicability.MANUAL),),
        )
    else:
        decision = permissions.distrust_of_lambda()
        if decision is not None:
            yield _problem(function, permissions.role, decision)


def _problem(function: Function, role: Role, decision: Decision) -> Problem:
    near = "".join(f"; {statement(one.statement)} nearly does: {one.hint}" for one in decision.near_misses)
    why = (
        f"{statement(decision.denies[0].statement)} denies it" if decision.explicit else f"no statement allows it{near}"
    )
    steps = () if decision.explicit or role.assume_role_policy_document == {} else (trust.let_assume(role, LAMBDA),)
    return Problem(
        message=f"Lambda may not take on the role {role.role_name}: {why}",
        evidence=(cite(function, "role"), cite(role, "assume_role_policy_document")),
        fixes=(
            Fix(
                title=f"let {LAMBDA} take on {role.role_name}",
                applicability=Applicability.SAFE if steps else Applicability.MANUAL,
                steps=steps,
            ),
        ),
    )
