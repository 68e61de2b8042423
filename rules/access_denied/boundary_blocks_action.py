"""The permissions boundary of the role does not let through what the code asks for.

A boundary grants nothing: it says what the role's policies may grant at most. What it denies, or does not allow, is refused whatever
they say, so adding an Allow to the role never helps.

Covers: ad-permissions-boundary
Fix: another version of the boundary, with the very action and resource added, as far as the boundary is the account's own and was read. It holds
for every role that carries it. What the role's own policies lack beside it is allowed with it. A Deny in the boundary is narrowed by hand.
See: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    NotThis,
    Permissions,
    Problem,
    Refusal,
    Refusals,
    Role,
    Severity,
    cite,
    cite_denial,
    exception_to_add,
    managed_policies,
    role_policies,
    rule,
    statement,
    statement_to_add,
)


@rule(Severity.HIGH)
def boundary_blocks_action(function: Function, refusals: Refusals) -> Iterator[Problem | NotThis]:
    for one in refusals.all:
        role = refusals.permissions.role
        if role.permissions_boundary is not None and one.blocked_by("boundary"):
            yield _problem(
                function, role, role.permissions_boundary.permissions_boundary_arn, one, refusals.permissions
            )
        elif role.permissions_boundary is not None and one.decision.result == "denied":
            yield from one.not_this(f"the permissions boundary of {role.role_name} lets it pass")


def _problem(function: Function, role: Role, boundary: str, one: Refusal, permissions: Permissions) -> Problem:
    denies = one.denied_by("boundary")
    if denies:
        how = f"{statement(denies[0])}, the permissions boundary of {role.role_name}, denies {one.request}"
    else:
        how = f"no statement of {boundary}, the permissions boundary of {role.role_name}, allows {one.request}"
    return Problem(
        message=f"{how}{one.remark('boundary')}",
        evidence=(cite_denial(function, one), cite(role, "permissions_boundary")),
        fixes=(_fix(function, boundary, one, permissions),),
        confidence=one.confidence,
        explains=one.explains,
        expects="init_failed" if one.denied.last.inits else "handler_failed",
    )


def _fix(function: Function, boundary: str, one: Refusal, permissions: Permissions) -> Fix:
    action, resource = one.decision.action, one.decision.resource
    denies, known = one.denied_by("boundary"), permissions.boundary
    if denies:
        return Fix(
            title=f"narrow {statement(denies[0])} by this action and resource, or do without {action}",
            applicability=Applicability.MANUAL,
            note=exception_to_add(denies[0], function, at_resource=False),
        )
    steps = managed_policies.add(known, [action], resource) if known is not None else ()
    if not steps:
        return Fix(
            title=f"allow {one.request} in {boundary}, or do without it",
            applicability=Applicability.MANUAL,
            note=f"{statement_to_add(boundary, action, resource)}; an Allow in the role's own policies changes nothing here",
        )
    lacks = one.blocked_by("identity") and not one.decision.explicit
    own = role_policies.grant(permissions.role, one.wanted, only=permissions.only) if lacks else ()
    return Fix(
        title=f"allow exactly {action} in {boundary}{', and in the role' if own else ''}",
        applicability=Applicability.UNSAFE,
        steps=(*steps, *own),
        risk=f"whatever else carries {boundary} may be granted this too",
        note="a policy keeps five versions: where there are five, AWS refuses another until one is deleted",
    )
