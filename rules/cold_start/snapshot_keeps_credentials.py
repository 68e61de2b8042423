"""The credentials that a SnapStart function uses are those of the day when its snapshot was made.

A snapshot keeps what the code had read when it was made. Credentials taken from the environment at the module's level, the session token that
the secrets extension asks for among them, have expired when an environment starts from it. Keys that are the code's own expire alike without
SnapStart.

Covers: snapstart-stale-credentials
Fix: take credentials from the SDK's provider chain, or read the variable, in the handler: at each call, not at import.
See: https://docs.aws.amazon.com/lambda/latest/dg/snapstart-best-practices.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    EXPIRED,
    Applicability,
    Confidence,
    Fix,
    Function,
    Invocations,
    Problem,
    Severity,
    failed_by_words,
    found_in,
    kept_credentials,
    rule,
)

MARKS = ("ession token", "ExpiredToken", "security token")
WAY_OUT = Fix(
    title="read credentials in the handler, at each call",
    applicability=Applicability.MANUAL,
    note="create clients without keys of your own; read AWS_SESSION_TOKEN where the request to the extension is made, not at import",
)


@rule(Severity.HIGH)
def snapshot_keeps_credentials(function: Function, invocations: Invocations) -> Iterator[Problem]:
    met = [one for one in invocations.matching(EXPIRED, *MARKS) if kept_credentials(function, one)]
    if met:
        yield failed_by_words(
            function,
            met,
            found_in(met[-1], EXPIRED),
            "its credentials had expired: the snapshot that it starts from keeps those of when it was made",
            WAY_OUT,
            confidence=Confidence.LIKELY,
        )
