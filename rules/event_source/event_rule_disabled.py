"""An EventBridge rule that invokes the function is switched off.

A rule that is `DISABLED` matches no event and keeps no schedule, and the function simply has no invocations. It may be on purpose, so it counts as low
where something else invoked the function in the window, and as medium where nothing did. A rule that is on and whose function has no permission for
it fails when it invokes (`FailedInvocations`): other rules speak of that.

Covers: eventbridge-rule-not-firing
Fix: enable the rule. Unsafe: somebody may have switched it off on purpose.
See: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    EventRules,
    Fix,
    Function,
    Metrics,
    Problem,
    Severity,
    cite,
    events,
    rule,
)


@rule(Severity.MEDIUM)
def event_rule_disabled(function: Function, event_rules: EventRules, metrics: Metrics) -> Iterator[Problem]:  # noqa: ARG001 -- the function is the grain
    invoked = metrics.total("Invocations")
    for one in event_rules.those:
        if one.state == "DISABLED":
            yield Problem(
                message=f"EventBridge rule {one.name} is DISABLED: it matches no event, keeps no schedule, and invokes nothing",
                evidence=(cite(one, "state"),),
                fixes=(
                    Fix(
                        title="enable the rule",
                        applicability=Applicability.UNSAFE,
                        steps=(events.enable(one),),
                        risk="somebody may have switched it off on purpose",
                    ),
                ),
                subject=one.arn,
                severity=Severity.LOW if invoked else None,
            )
