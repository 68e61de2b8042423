"""A Deny statement among the role's own policies applies to what the code asks for.

A Deny wins over every Allow, wherever that is. Often it is meant well and its condition is what fails: a region, an endpoint, a tag.

Covers: ad-explicit-deny-identity
Fix: satisfy the condition of the statement, or narrow it by this one action and resource. Deleting it takes away what it protects.
See: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Problem,
    Refusal,
    Refusals,
    Role,
    Severity,
    cite,
    cite_denial,
    rule,
    statement,
)


@rule(Severity.HIGH)
def explicit_deny(function: Function, refusals: Refusals) -> Iterator[Problem]:
    for one in refusals.all:
        if one.denied_by("identity"):
            yield _problem(function, refusals.permissions.role, one)


def _problem(function: Function, role: Role, one: Refusal) -> Problem:
    denies = one.denied_by("identity")
    unknown = f"; it hangs on {', '.join(one.decision.unknown_keys)}" if one.decision.unknown_keys else ""
    return Problem(
        message=f"{statement(denies[0])} denies {one.request} to the role {role.role_name}{unknown}{one.remark('identity')}",
        evidence=(
            cite_denial(function, one),
            cite(role, "role_policy_list"),
            cite(role, "attached_managed_policies"),
        ),
        fixes=(
            Fix(
                title=f"satisfy the condition of {statement(denies[0])}, or narrow it by this action and resource",
                applicability=Applicability.MANUAL,
                note="another Allow changes nothing: a Deny wins over it",
            ),
        ),
        confidence=one.confidence,
        explains=one.explains,
        expects="init_failed" if one.denied.last.inits else "handler_failed",
    )
