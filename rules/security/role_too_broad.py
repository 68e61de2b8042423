"""The function's role may do everything, or everything with some service.

A role that allows `*`, or `service:*` on every resource, makes a flaw in the code a flaw of the account: whoever gets the code to do something else may
do all of that. Nothing is broken by it. What the function was seen to need is told by `doctor can FUNCTION --all`.

Covers: sec-role-too-broad
Fix: the actions and resources that it was seen to need in place of the wide statement; then watch for what is refused.
See: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
"""

from collections.abc import Iterator

from doctor.rules_api import Applicability, Fix, Function, Permissions, Problem, Severity, cite, rule


@rule(Severity.LOW, advice=True)
def role_too_broad(function: Function, permissions: Permissions) -> Iterator[Problem]:
    wide = permissions.wide()
    if wide:
        role = permissions.role
        yield Problem(
            message=f"the role {role.role_name} may do {', '.join(wide)} on everything",
            evidence=(cite(role, "role_policy_list"), cite(role, "attached_managed_policies")),
            fixes=(
                Fix(
                    title="allow what it was seen to need instead",
                    applicability=Applicability.MANUAL,
                    note=f"doctor can {function.function_name} --all tells what that is",
                ),
            ),
            subject=role.arn,
        )
