"""The function's environment variables cannot be decrypted, so that it does not start.

Environment variables are encrypted with a key of the customer's where KMSKeyArn names one. Lambda decrypts them by a grant on that key, which
names the role that the function had when the key was set, or by what role and key policy allow. A key that was disabled, is pending deletion or
is gone ends every start of an environment. So does a role that was deleted and made again under the same name: the grant names the old one.
A key that throttles is another matter.

Covers: ad-env-kms-denied, ad-env-kms-unusable
Fix: switch the key on again; or allow the role to decrypt with it. Setting the function's role to another and back makes Lambda create the
grant anew.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Decision,
    EnvironmentKey,
    Evidence,
    Fix,
    Function,
    Key,
    Problem,
    Role,
    Severity,
    Wanted,
    arns,
    cite,
    keys,
    role_policies,
    rule,
)

USABLE = ("", "Enabled")
CODES = ("KMSKeyAccessDenied", "DisabledKMSKey", "InvalidStateKMSKey", "KMSKeyNotFound")
AGAIN = "setting the function's role to another and back makes Lambda create its grant on the key anew"


@rule(Severity.HIGH)
def environment_not_decryptable(function: Function, key: EnvironmentKey) -> Iterator[Problem]:
    if key.gone is not None:
        yield _problem(
            function, f"the key {key.arn} does not exist", (), Fix(title=_WITHOUT, applicability=Applicability.MANUAL)
        )
    elif key.key is not None and key.key.key_state not in USABLE:
        yield _unusable(function, key.key)
    elif key.key is not None and key.may_decrypt is not None and key.may_decrypt.result == "denied":
        assert key.permissions is not None
        yield _denied(function, key.permissions.role, key.key, key.may_decrypt)
    key.require_all()


_WITHOUT = "set the variables anew with another key, or with none of your own"


def _problem(
    function: Function, why: str, evidence: tuple[Evidence, ...], fix: Fix, confidence: Confidence = Confidence.CERTAIN
) -> Problem:
    codes = (function.state_reason_code, function.last_update_status_reason_code)
    told = next((code for code in codes if code in CODES), "")
    return Problem(
        message=f"its environment variables cannot be decrypted: {why}" + (f"; Lambda says {told}" if told else ""),
        evidence=(
            cite(function, "kms_key_arn"),
            cite(function, "state_reason_code"),
            cite(function, "last_update_status_reason_code"),
            *evidence,
        ),
        fixes=(fix,),
        confidence=Confidence.CERTAIN if told else confidence,
    )


def _unusable(function: Function, key: Key) -> Problem:
    if key.key_state == "Disabled":
        risk = "somebody switched it off: whatever else it protects can be read again too"
        fix = Fix(title="enable the key", applicability=Applicability.UNSAFE, steps=(keys.enable(key),), risk=risk)
    else:
        title = "cancel the key's deletion and enable it" if key.key_state == "PendingDeletion" else _WITHOUT
        fix = Fix(title=title, applicability=Applicability.MANUAL)
    return _problem(function, f"the state of the key {key.arn} is {key.key_state}", (cite(key, "key_state"),), fix)


def _denied(function: Function, role: Role, key: Key, decision: Decision) -> Problem:
    why = f"the role {role.role_name} may not decrypt with {key.arn}, and no grant lets it"
    via = {"kms:ViaService": f"lambda.{arns.region(key.arn)}.amazonaws.com"}
    in_key = decision.blockers and not decision.explicit and not {*decision.blockers} - {"identity", "resource"}
    if decision.grantable:
        steps = role_policies.grant(role, [Wanted("kms:Decrypt", key.arn)])
    else:
        steps = keys.let_use(key, role.arn, ["kms:Decrypt"], via) if in_key else ()
    if steps:
        fix = Fix(title="allow the role to decrypt with this key", steps=steps, note=AGAIN)
    else:
        layers = ", ".join(decision.blockers)
        fix = Fix(
            title=f"let the role decrypt: what must change is {layers}", applicability=Applicability.MANUAL, note=AGAIN
        )
    cited = (cite(key, "policy"), cite(key, "grants"), cite(role, "role_policy_list"))
    return _problem(function, why, cited, fix, Confidence.LIKELY)
