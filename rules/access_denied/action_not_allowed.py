"""No policy of the role allows what the code asks for.

A role may do what one of its policies allows, and nothing else. AWS's text says which action on which resource was refused; this rule
decides the same request by the role's own documents. Where both agree, the finding is certain; where they do not, it says how they
differ: a policy may have changed since, or was not seen. A statement that fails in one element only is named, for it often holds the
mistake: a table's ARN where its index is meant, a bucket's where its objects are. A denial of other credentials than the role's,
and one that the role's policies allow by now, are ruled out aloud.

Covers: ad-identity-policy-missing
Fix: an inline policy of its own with the very actions and ARNs that were refused; where other functions run with the same role, only
this function's code may make use of it. What the same call needs next is in it: the key of what is encrypted, by way of its service, and for a
role that is handed on the service that it is handed to. Whether the code ought to do it at all is for you to say. For objects, secrets, indexes and log
streams there is a rung above that, the smallest family that holds them, which says what else it opens.
See: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Fix,
    Function,
    NotThis,
    Permissions,
    Problem,
    Refusal,
    Refusals,
    Severity,
    Wanted,
    cite,
    cite_denial,
    role_policies,
    rule,
    shown,
    statement,
    wider,
)


@rule(Severity.HIGH)
def action_not_allowed(function: Function, refusals: Refusals) -> Iterator[Problem | NotThis]:
    for other in refusals.foreign:
        for seen in shown(other.those):
            yield NotThis(
                symptom=seen, why=f"the call was made as {other.denial.principal}, not with the function's role"
            )
    for one in refusals.all:
        if one.decision.result == "allowed":
            yield from one.not_this(one.differs)
        elif one.decision.explicit:
            yield from one.not_this("a Deny refuses it, which no Allow outweighs")
        elif one.decision.result == "denied" and not one.blocked_by("identity"):
            yield from one.not_this("the role's own policies allow it")
    missing = [one for one in refusals.all if one.blocked_by("identity") and not one.decision.explicit]
    if missing:
        yield _problem(function, refusals.permissions, missing)


def _problem(function: Function, permissions: Permissions, missing: list[Refusal]) -> Problem:
    role = permissions.role
    differs = "".join(f"; {text}" for text in dict.fromkeys(one.differs for one in missing) if text)
    near = dict.fromkeys(
        f"; {statement(miss.statement)} nearly does: {miss.hint}"
        for one in missing
        for miss in one.decision.near_misses
    )
    asked = ", ".join(one.request for one in missing)
    return Problem(
        message=f"no policy of the role {role.role_name} allows {asked}{''.join(near)}{differs}",
        evidence=(
            *(cite_denial(function, one) for one in missing),
            cite(function, "role"),
            cite(role, "role_policy_list"),
            cite(role, "attached_managed_policies"),
        ),
        fixes=(_fix(permissions, missing), *_wider(permissions, missing)),
        confidence=max((one.confidence for one in missing), key=lambda one: one.rank, default=Confidence.POSSIBLE),
        explains=tuple(dict.fromkeys(seen for one in missing for seen in one.explains)),
        expects="init_failed" if missing[-1].denied.last.inits else "handler_failed",
    )


def _fix(permissions: Permissions, missing: list[Refusal]) -> Fix:
    wanted = [want for one in missing for want in one.wanted]
    only = permissions.only
    whose = f", for the code of {only.function_name} alone" if only else ""
    note = "IAM needs some seconds until every part of AWS has heard of it; what deploys the role should say it too"
    return Fix(
        title=f"allow exactly {', '.join(dict.fromkeys(want.action for want in wanted))}{whose}",
        steps=role_policies.grant(permissions.role, wanted, only=only),
        note=note,
    )


def _wider(permissions: Permissions, missing: list[Refusal]) -> Iterator[Fix]:
    """The same actions on the smallest family that holds the resources, where there is one for each action."""
    resources: dict[str, list[str]] = {}
    for one in missing:
        resources.setdefault(one.decision.action, []).append(one.decision.resource)
    rungs = {action: wider(arns) for action, arns in resources.items()}
    known = {action: rung for action, rung in rungs.items() if rung is not None}
    if len(known) == len(rungs):
        beside = [want for one in missing for want in one.companions]
        wanted = [*(Wanted(action, rung.pattern, pattern=True) for action, rung in known.items()), *beside]
        only = permissions.only
        yield Fix(
            title=f"allow {', '.join(known)} on {', '.join(dict.fromkeys(rung.pattern for rung in known.values()))}",
            applicability=Applicability.UNSAFE,
            steps=role_policies.grant(permissions.role, wanted, only=only),
            risk=f"it opens more than was refused: {'; '.join(dict.fromkeys(rung.words for rung in known.values()))}",
        )
