"""AWS refused a call and did not say why; the role's own documents do.

Not every service says which policy refused, and some say nothing but "Access Denied"; KMS does not say of a ciphertext which key it is of. The call itself tells: the operation is in the error, and
what it was called with is in the function's own source, as far as a literal or a variable names it. It is decided by the role's documents. A call
that these allow was refused by something else: that is said aloud, and a missing object (S3 answers 403 where the role may not list the bucket)
and a key are looked into by rules of their own.

Covers: ad-generic-no-context
Fix: an inline policy with the very actions and ARNs that the call needs.
See: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Fix,
    Function,
    NotThis,
    Problem,
    Severity,
    Unreasoned,
    UnreasonedDenials,
    cite,
    role_policies,
    rule,
    times,
)


@rule(Severity.HIGH)
def denial_without_reason(function: Function, denials: UnreasonedDenials) -> Iterator[Problem | NotThis]:
    for one in denials.those:
        if one.refused:
            yield _problem(function, denials, one)
        elif one.asked and all(
            asked.decision is not None and asked.decision.result == "allowed" for asked in one.asked
        ):
            for seen in one.explains:
                yield NotThis(symptom=seen, why=f"the role's policies allow what {one.operation} asked for")
    if any(not one.asked for one in denials.those):
        denials.require_source()


def _problem(function: Function, denials: UnreasonedDenials, one: Unreasoned) -> Problem:
    role = denials.permissions.role
    asked = ", ".join(f"{need.action} on {need.resource or need.within or 'anything'}" for need in one.refused)
    wanted = [(need.action, need.resource) for need in one.refused if need.resource]
    plain = all(need.decision is not None and need.decision.grantable for need in one.refused)
    if plain:
        only = denials.permissions.only
        fix = Fix(title=f"allow exactly {asked}", steps=role_policies.grant(role, wanted, only=only))
    else:
        fix = Fix(title=f"allow {asked}, as far as it is meant", applicability=Applicability.MANUAL)
    return Problem(
        message=f"{one.operation} was refused without {'its resource' if one.hidden else 'a reason'}, {times(one.those)}: the role {role.role_name} does not allow {asked}",
        evidence=(
            one.evidence,
            cite(function, "role"),
            cite(role, "role_policy_list"),
            cite(role, "attached_managed_policies"),
        ),
        fixes=(fix,),
        confidence=Confidence.LIKELY,
        explains=one.explains,
        expects="handler_failed",
    )
