"""The code calls AWS with keys of its own instead of the function's role.

Keys that somebody put into the code or into the environment take the role's place: what the role allows does not count, and when they expire, are
rotated or deleted every call fails, with InvalidClientTokenId or SignatureDoesNotMatch. A denial then names a user, not the role. A clock that is
wrong, which gives the same errors elsewhere, does not occur on Lambda. Under SnapStart a session token that was read while initialising expires;
that is another matter, and needs no static keys.

Covers: ad-hardcoded-credentials
Fix: take the keys out and let the SDK find the role's by itself; then revoke them, for they lay open.
See: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Denials,
    Evidence,
    Fix,
    Function,
    Invocations,
    Problem,
    Severity,
    Symptom,
    cite,
    cite_log,
    in_line,
    rule,
    shown,
    times,
)

REFUSED = ("InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "InvalidAccessKeyId")
EXPIRED = ("ExpiredTokenException", "ExpiredToken")
ACCESS_KEY = 20
"""Characters of an access key id."""


@rule(Severity.HIGH)
def static_credentials(function: Function, invocations: Invocations, denials: Denials) -> Iterator[Problem]:
    keys = [name for name, value in function.credentials.items() if value.length == ACCESS_KEY]
    evidence: list[Evidence] = [cite(function, f"environment.variables.{name}") for name in keys]
    said = [f"{' and '.join(keys)} {'holds an access key' if len(keys) == 1 else 'hold access keys'}"] if keys else []
    explains: list[Symptom] = []
    users = [one for one in denials.all if ":user/" in one.denial.principal]
    for one in users:
        said.append(f"a call was made as {one.denial.principal}")
        evidence.append(cite_log(function, "principal", one.denial.principal, one.last.at))
        explains += shown(one.those)
    refused = invocations.saying(*REFUSED, *EXPIRED)
    if refused and function.snap_start.apply_on != "None":
        refused = invocations.saying(*REFUSED)
    if refused:
        said.append(f"AWS refused the credentials, {times(refused)}")
        evidence.append(cite_log(function, "credentials refused", in_line(refused[-1].error_message), refused[-1].at))
        explains += shown(refused)
    if said:
        yield Problem(
            message=f"the code uses keys of its own instead of the role: {'; '.join(said)}",
            evidence=tuple(evidence),
            fixes=(
                Fix(
                    title="take the keys out, let the SDK use the function's role, and revoke the keys",
                    applicability=Applicability.MANUAL,
                    note="the role must then allow what the keys allowed",
                ),
            ),
            confidence=Confidence.CERTAIN if keys or users else Confidence.POSSIBLE,
            explains=tuple(dict.fromkeys(explains)),
        )
