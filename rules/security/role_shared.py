"""Several functions run with one role, so that each may do what any of them needs.

What is allowed for one function is allowed for all that run with the role, unless a condition on lambda:SourceFunctionArn keeps it to one. Mending one
function's access widens the others'. Nothing is broken by it.

Covers: sec-shared-role
Fix: a role for each function.
See: https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
"""

from collections.abc import Iterator

from doctor.rules_api import Applicability, Fix, Function, Permissions, Problem, Severity, arns, cite, rule

SHOWN = 5


@rule(Severity.INFO, advice=True)
def role_shared(function: Function, permissions: Permissions) -> Iterator[Problem]:
    if permissions.shared:
        role, names = permissions.role, sorted(map(arns.name, permissions.together))
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        yield Problem(
            message=f"{len(names)} functions run with the role {role.role_name}: {', '.join(names[:SHOWN])}{more}",
            evidence=(cite(role, "role_policy_list"), cite(role, "attached_managed_policies")),
            fixes=(Fix(title=f"give {function.function_name} a role of its own", applicability=Applicability.MANUAL),),
            subject=role.arn,
        )
