"""The permissions boundary of the role does not let through what the code asks for.

A boundary grants nothing: it says what the role's policies may grant at most. What it denies, or does not allow, is refused whatever
they say, so adding an Allow to the role never helps.

Covers: ad-permissions-boundary
Fix: by whoever owns the boundary: it holds for every role that carries it. Either the boundary makes room for this action and
resource, or the code does without.
See: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
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
    rule,
    statement,
)


@rule(Severity.HIGH)
def boundary_blocks_action(function: Function, refusals: Refusals) -> Iterator[Problem | NotThis]:
    for one in refusals.all:
        role = refusals.permissions.role
        if role.permissions_boundary is not None and one.blocked_by("boundary"):
            yield _problem(function, role, role.permissions_boundary.permissions_boundary_arn, one)
        elif role.permissions_boundary is not None and one.decision.result == "denied":
            yield from one.not_this(f"the permissions boundary of {role.role_name} lets it pass")


def _problem(function: Function, role: Role, boundary: str, one: Refusal) -> Problem:
    denies = one.denied_by("boundary")
    if denies:
        how = f"{statement(denies[0])}, the permissions boundary of {role.role_name}, denies {one.request}"
        title = f"narrow {statement(denies[0])} by this action and resource, or do without {one.decision.action}"
    else:
        how = f"no statement of {boundary}, the permissions boundary of {role.role_name}, allows {one.request}"
        title = f"allow {one.request} in {boundary}, or do without it"
    return Problem(
        message=f"{how}{one.remark('boundary')}",
        evidence=(cite_denial(function, one), cite(role, "permissions_boundary")),
        fixes=(
            Fix(
                title=title,
                applicability=Applicability.MANUAL,
                note="an Allow in the role's own policies changes nothing here; the boundary binds every role that carries it",
            ),
        ),
        confidence=one.confidence,
        explains=one.explains,
        expects="init_failed" if one.denied.last.inits else "handler_failed",
    )
