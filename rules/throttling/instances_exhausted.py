"""The machines of a function on Managed Instances have no room left for more invocations.

Lambda refuses a request there when all environments of the function are busy, or have no processor, memory or disk to spare, until more of them
are started. For each refused request exactly one of four metrics tells which of these it was. Other functions never count them: these are
refused for concurrency or for their rate.

Covers: thr-lmi-resource
Fix: more of what is named: memory, environments or a larger capacity provider.
See: https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-troubleshooting.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Metrics,
    Problem,
    Severity,
    Symptom,
    SymptomKind,
    cite_metric,
    rule,
)

OF = {
    "CPUThrottles": (
        "the processors of its environments were busy",
        "more vCPU for each environment, or more environments",
    ),
    "MemoryThrottles": (
        "its environments had no memory to spare",
        "more memory for the function, or fewer invocations in one environment",
    ),
    "DiskThrottles": (
        "its environments had no room on their disk",
        "delete what is not needed under /tmp, or more environments",
    ),
    "ConcurrencyThrottles": (
        "each environment ran as many invocations as it may",
        "more environments, or more invocations in each",
    ),
}
THROTTLED = Symptom(kind=SymptomKind.THROTTLED)


@rule(Severity.HIGH)
def instances_exhausted(function: Function, metrics: Metrics) -> Iterator[Problem]:
    counted = {name: total for name in OF if (total := metrics.total(name))}
    if not counted or function.version != "$LATEST":
        return
    refused = metrics.total("Throttles")
    yield Problem(
        message="; ".join(
            f"{total:.0f} requests were refused because {OF[name][0]}" for name, total in counted.items()
        ),
        evidence=tuple(
            cite_metric(function, f"{name} Sum", total, metrics.last(name)) for name, total in counted.items()
        ),
        fixes=tuple(Fix(title=OF[name][1], applicability=Applicability.MANUAL) for name in counted),
        explains=(THROTTLED,) if refused else (),
    )
