"""The function runs, and no alarm tells anybody when it fails.

No alarm watches its errors, its throttles, the age of its stream's records or its dead letters. Alarms on expressions over several metrics, on the
account as a whole, and other tools are not seen here. An alarm whose actions are off, or that has none, tells nobody either.

Covers: obs-no-alarms
Fix: an alarm on its errors with somebody to tell; on throttles and IteratorAge where they matter.
See: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-alarms.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Alarms,
    Applicability,
    Confidence,
    Fix,
    Function,
    Metrics,
    Problem,
    Severity,
    cite_metric,
    rule,
)


@rule(Severity.INFO, advice=True)
def nobody_alarmed(function: Function, metrics: Metrics, alarms: Alarms) -> Iterator[Problem]:
    ran = metrics.total("Invocations")
    if (
        not ran
        or function.version != "$LATEST"
        or any(one.actions_enabled and one.alarm_actions for one in alarms.those)
    ):
        return
    mute = ", ".join(one.alarm_name for one in alarms.those)
    yield Problem(
        message=f"it ran {ran:.0f} times, and {f'its alarms ({mute}) tell nobody' if mute else 'no alarm watches it'}",
        evidence=(cite_metric(function, "Invocations Sum", ran, metrics.last("Invocations")),),
        fixes=(
            Fix(
                title="an alarm on its errors, with somebody to tell",
                applicability=Applicability.MANUAL,
                note=f"aws cloudwatch put-metric-alarm --namespace AWS/Lambda --metric-name Errors --dimensions Name=FunctionName,Value={function.function_name} --alarm-actions TOPIC",
            ),
        ),
        confidence=Confidence.POSSIBLE,
    )
