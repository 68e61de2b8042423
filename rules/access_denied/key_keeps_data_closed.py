"""The code may use a queue, topic, stream or bucket, and not the key that it is encrypted with.

A service that encrypts with a customer's key asks KMS with the caller's rights: writing needs kms:GenerateDataKey, and reading kms:Decrypt, by way
of the service (kms:ViaService). The role must allow it, and the key's policy must let the role in, or leave the account to its policies. The error
then speaks of KMS, or of nothing. A disabled key, or one that is to be deleted, refuses everybody. Keys that AWS manages need nothing, nor does a
service's own encryption.

Covers: ad-downstream-kms
Fix: allow the role exactly what is missing on this key, by way of this service alone; or let the key's policy do so.
See: https://docs.aws.amazon.com/kms/latest/developerguide/policy-conditions.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Denials,
    EncryptedCall,
    EncryptedCalls,
    Fix,
    Function,
    Problem,
    Severity,
    Step,
    Symptom,
    arns,
    cite,
    cite_log,
    keys,
    role_policies,
    rule,
    shown,
)


@rule(Severity.HIGH)
def key_keeps_data_closed(function: Function, calls: EncryptedCalls, denials: Denials) -> Iterator[Problem]:
    told = {(one.denial.action.lower(), one.denial.resource) for one in denials.all}
    for call in calls.those:
        usable = call.key.key_state in ("", "Enabled")
        known = [one for one in call.lacks if (one.wanted.action.lower(), one.wanted.resource) not in told]
        if not usable or (call.lacks and known == list(call.lacks)):
            yield _problem(function, calls, denials, call, usable=usable)
    calls.require_all()


def _problem(
    function: Function, calls: EncryptedCalls, denials: Denials, call: EncryptedCall, *, usable: bool
) -> Problem:
    role, name = calls.permissions.role, arns.name(call.resource.arn)
    asked = " and ".join(one.wanted.action for one in call.lacks)
    why = f"the role {role.role_name} may not do {asked} on it" if usable else f"its state is {call.key.key_state}"
    spoke = [
        one for one in denials.all if "kms" in f"{one.denial.text} {one.denial.error_code} {one.denial.form}".lower()
    ]
    explains: tuple[Symptom, ...] = tuple(dict.fromkeys(seen for one in spoke for seen in shown(one.those)))
    return Problem(
        message=f"{call.action} on {name} needs the key {call.key.arn}, and {why}",
        evidence=(
            call.evidence,
            cite(call.resource, call.field),
            cite(call.key, "key_state"),
            cite(call.key, "policy"),
            cite(role, "role_policy_list"),
            cite(role, "attached_managed_policies"),
            *(cite_log(function, "KMS refused", one.denial.text, one.last.at) for one in spoke[:1]),
        ),
        fixes=(_fix(calls, call, usable=usable),),
        confidence=Confidence.CERTAIN if spoke else Confidence.LIKELY,
        explains=explains,
        expects="handler_failed" if explains else "",
    )


def _fix(calls: EncryptedCalls, call: EncryptedCall, *, usable: bool) -> Fix:
    if call.key.key_state == "Disabled":
        risk = "somebody switched it off: whatever else it protects can be read again too"
        return Fix(
            title="enable the key", applicability=Applicability.UNSAFE, steps=(keys.enable(call.key),), risk=risk
        )
    if usable and all(one.grantable for one in call.lacks):
        only = calls.permissions.only
        steps = role_policies.grant(calls.permissions.role, [one.wanted for one in call.lacks], only=only)
        asked = " and ".join(one.wanted.action for one in call.lacks)
        return Fix(title=f"allow exactly {asked} on the key, by way of {arns.service(call.resource.arn)}", steps=steps)
    in_key = _in_key(calls, call) if usable else ()
    if in_key:
        asked = " and ".join(one.wanted.action for one in call.lacks)
        return Fix(
            title=f"let the key's policy allow the role exactly {asked}, by way of {arns.service(call.resource.arn)}",
            steps=in_key,
        )
    layers = ", ".join(dict.fromkeys(layer for one in call.lacks for layer in one.decision.blockers))
    title = (
        f"let the key be used: what must change is {layers}" if usable else "cancel the key's deletion and enable it"
    )
    return Fix(
        title=title,
        applicability=Applicability.MANUAL,
        note="in the key's policy name this role, these actions and kms:ViaService; never kms:*",
    )


def _in_key(calls: EncryptedCalls, call: EncryptedCall) -> tuple[Step, ...]:
    """A statement in the key's policy, where that and the role's policies are all that keep it closed."""
    blockers = {layer for one in call.lacks for layer in one.decision.blockers}
    if blockers - {"identity", "resource"} or any(one.decision.explicit for one in call.lacks):
        return ()
    condition = dict(call.lacks[0].wanted.condition)
    return keys.let_use(call.key, calls.permissions.role.arn, [one.wanted.action for one in call.lacks], condition)
