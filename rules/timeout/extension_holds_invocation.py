"""An extension keeps invocations open after the handler is done.

An invocation ends when the handler and every extension are done with it. Extensions that send what they gathered after each event add to the billed time, keep
the environment busy, and can bring an invocation to its timeout although the caller has its answer. `PostRuntimeExtensionsDuration` says how long they took.

Covers: timeout-extension-post-invoke
Fix: an extension that sends in the background, or less often; or do without.
See: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Metrics,
    Problem,
    Severity,
    cite,
    cite_metric,
    rule,
)

AFTER = "PostRuntimeExtensionsDuration"
SHARE = 0.2
"""Of the duration."""
LEAST = 100
"""Milliseconds below which nobody minds."""


@rule(Severity.MEDIUM)
def extension_holds_invocation(function: Function, metrics: Metrics) -> Iterator[Problem]:
    took = metrics.peak(AFTER, "Average")
    whole = metrics.peak("Duration", "p95") if took else None
    if function.version == "$LATEST" and took and whole and took >= max(LEAST, SHARE * whole):
        yield Problem(
            message=f"extensions keep invocations open for {took:.0f} ms after the handler, of {whole:.0f} ms that most take",
            evidence=(
                cite_metric(function, f"{AFTER} Average", took, metrics.peak_at(AFTER, "Average")),
                cite_metric(function, "Duration p95", whole, metrics.peak_at("Duration", "p95")),
                cite(function, "layers"),
            ),
            fixes=(
                Fix(
                    title="update the extension, let it send less often, or remove its layer",
                    applicability=Applicability.MANUAL,
                ),
            ),
        )
