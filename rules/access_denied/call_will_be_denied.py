"""The code asks AWS for something that its role does not allow: that call will be refused when it is made.

Calls are known before they fail: from the function's own source, with the resource where a literal or an environment variable names it; from
denials that the code wrote down and went on without; and from what CloudTrail and X-Ray tell that the function did, which its role may have allowed
then.
Each is decided by the role's documents. Nothing is said where it may be allowed: a table whose name is not known, when the role may use some
table. So it is for invoking other functions by an alias where the role names the function only, and for handing a role on (iam:PassRole) in
calls that create or update. Code that nobody runs asks for nothing, and code that takes on another role asks as that: this is likely at most.

Covers: ad-passrole, ad-invoke-caller
Fix: an inline policy of its own with the very actions and ARNs; where other functions run with the same role, for this function's code alone.
See: https://docs.aws.amazon.com/lambda/latest/dg/lambda-permissions.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Denials,
    Expected,
    Fix,
    Foreseen,
    Function,
    Problem,
    Severity,
    Wanted,
    cite,
    role_policies,
    rule,
    statement,
)


@rule(Severity.MEDIUM)
def call_will_be_denied(function: Function, foreseen: Foreseen, denials: Denials) -> Iterator[Problem]:
    seen = {(one.denial.action.lower(), one.denial.resource) for one in denials.all}
    left = [one for one in foreseen.those if (one.action.lower(), one.resource) not in seen]
    if left:
        yield _problem(function, foreseen, left)
    foreseen.require_all()


def _problem(function: Function, foreseen: Foreseen, left: list[Expected]) -> Problem:
    role = foreseen.permissions.role
    near = dict.fromkeys(
        f"; {statement(miss.statement)} nearly does: {miss.hint}"
        for one in left
        if one.decision
        for miss in one.decision.near_misses
    )
    asked = ", ".join(f"{one.request} ({one.told})" for one in left)
    fixes = tuple(_fixes(foreseen, left))
    sure = any(one.decision is not None and one.decision.result == "denied" for one in left)
    return Problem(
        message=f"the role {role.role_name} does not let the code do {asked}{''.join(near)}",
        evidence=(
            *dict.fromkeys(one.evidence for one in left),
            cite(function, "role"),
            cite(role, "role_policy_list"),
            cite(role, "attached_managed_policies"),
        ),
        fixes=fixes,
        confidence=Confidence.LIKELY if sure else Confidence.POSSIBLE,
    )


def _fixes(foreseen: Foreseen, left: list[Expected]) -> Iterator[Fix]:
    """What can be allowed to the letter by steps, unless something else would still be refused."""
    permissions = foreseen.permissions
    grantable = [one for one in left if one.decision is not None and one.decision.grantable]
    if len(grantable) == len(left):
        wanted = [Wanted(one.action, one.resource, one.condition) for one in grantable]
        yield Fix(
            title=f"allow exactly {', '.join(dict.fromkeys(one.action for one in grantable))}",
            steps=role_policies.grant(permissions.role, wanted, only=permissions.only),
            note="only if the code is meant to do it",
        )
    else:
        rest = ", ".join(dict.fromkeys(one.request for one in left))
        yield Fix(
            title=f"allow {rest}, on the very resource that is meant",
            applicability=Applicability.MANUAL,
            note="doctor does not know each resource, or more than the role's policies refuses it",
        )
