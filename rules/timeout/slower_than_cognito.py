"""Amazon Cognito gives up before the function is done.

Cognito waits five seconds for a trigger, cold start included, tries twice more, and then fails the sign-in. The function itself succeeds, and its log shows
nothing but the time that it took.

Covers: trigger-cognito-5s
Fix: do less before the answer, and keep environments ready (provisioned concurrency) where starting takes the time.
See: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-identity-pools-working-with-aws-lambda-triggers.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Fix,
    Function,
    Invocations,
    InvokePolicy,
    Problem,
    Severity,
    callers,
    cite,
    cite_log,
    rule,
    times,
)

PATIENCE = 5_000
"""Milliseconds."""
COGNITO = "cognito-idp"


@rule(Severity.HIGH)
def slower_than_cognito(function: Function, invocations: Invocations, policy: InvokePolicy) -> Iterator[Problem]:
    late = invocations.kept_waiting(PATIENCE)
    if not late:
        return
    owners = [one for one in policy.owners if any(caller.service == COGNITO for caller in callers(one))]
    if owners:
        last = late[-1]
        alone = all(caller.service == COGNITO for one in policy.owners for caller in callers(one))
        yield Problem(
            message=f"Cognito waits {PATIENCE / 1000:.0f} s for it, and it took up to {max(one.waited for one in late) / 1000:.1f} s, {times(late)}",
            evidence=(cite(owners[0], "policy"), cite_log(function, "Duration", f"{last.waited:.0f} ms", last.at)),
            fixes=(Fix(title="answer sooner, and keep environments ready", applicability=Applicability.MANUAL),),
            confidence=Confidence.LIKELY if alone else Confidence.POSSIBLE,
        )
