"""A topic does not deliver to the function: its subscription was never confirmed.

A subscription of a function in another account, or by another account, stays `PendingConfirmation` until the function's side confirms it. Until then the topic
sends nothing, and nothing shows on the function's side. A filter policy of a subscription is not held against messages here.

Covers: sns-subscription-problem
Fix: subscribe again from the function's account, which confirms by itself, or confirm with the token that was sent.
See: https://docs.aws.amazon.com/sns/latest/dg/lambda-console.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Problem,
    PushTriggers,
    Severity,
    Topic,
    arns,
    cite,
    rule,
)

PENDING = "PendingConfirmation"


@rule(Severity.HIGH)
def subscription_pending(function: Function, triggers: PushTriggers) -> Iterator[Problem]:  # noqa: ARG001 -- the function is the grain
    triggers.require_all()
    for push in triggers.those:
        if isinstance(push.source, Topic):
            mine = [one for one in push.source.subscriptions if one.endpoint == push.target]
            if mine and all(one.subscription_arn in (PENDING, "Deleted") for one in mine):
                yield Problem(
                    message=f"the topic {arns.name(push.source.arn)} sends nothing to {arns.name(push.target)}: its subscription is not confirmed",
                    evidence=(cite(push.source, "subscriptions"),),
                    fixes=(
                        Fix(
                            title="subscribe the function again from its own account",
                            applicability=Applicability.MANUAL,
                            note="aws sns subscribe --protocol lambda confirms by itself when the function's account does it",
                        ),
                    ),
                    subject=push.source.arn,
                )
