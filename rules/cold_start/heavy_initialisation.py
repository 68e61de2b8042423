"""A new environment takes long to get ready, and new environments are not rare.

Before its first invocation an environment loads the code and runs everything at module level: `Init Duration` in REPORT, which comes on
top of `Duration` for the caller who meets it. The cause is in the package, not in a VPC: network interfaces are made when the function
is configured, not when it starts. Some languages need a second to start whatever the code does; the bar for those is higher.

Covers: coldstart-heavy-init
Fix: prepare less while the module is loaded. More memory brings more CPU, up to one whole vCPU at 1,769 MB. SnapStart and provisioned
concurrency start environments before they are needed.
See: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from collections.abc import Iterator
from math import ceil

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Invocations,
    Problem,
    Severity,
    cite,
    cite_log,
    more_memory,
    rule,
)

SLOW = 1000.0
"""Milliseconds at the 95th percentile."""
SLOW_TO_START = 3000.0
"""The same for runtimes that start a virtual machine."""
VIRTUAL_MACHINES = ("java", "dotnet")
RARE = 0.01
"""Share of invocations that may meet a cold start."""
ENOUGH = 3
"""Cold starts that must have been seen."""
WHOLE_CPU = 1769
"""MB: above it there is more than one vCPU, which loading code does not use."""
LATER = Fix(
    title="prepare less while the module is loaded",
    applicability=Applicability.MANUAL,
    note="compute at build time what never changes, load on first use what few events need, import only what the handler calls",
)


@rule(Severity.MEDIUM)
def heavy_initialisation(function: Function, invocations: Invocations) -> Iterator[Problem]:
    if not invocations.started_in(SLOW):
        return
    ran = [one for one in invocations.all if one.memory_size == function.memory_size]
    cold = sorted((one for one in ran if one.init_duration is not None), key=lambda one: one.init_duration or 0)
    if len(cold) < ENOUGH or len(cold) < RARE * len(ran):
        return
    slow = cold[ceil(0.95 * len(cold)) - 1]
    took = slow.init_duration or 0.0
    allowed = SLOW_TO_START if (function.runtime or "").startswith(VIRTUAL_MACHINES) else SLOW
    if took < allowed:
        return
    memory = more_memory(function, function.memory_size) if function.memory_size < WHOLE_CPU else ()
    yield Problem(
        message=f"{len(cold)} of {len(ran)} invocations started cold and waited {took / 1000:.1f} s for it (95th percentile; the bar is {allowed / 1000:.0f} s)",
        evidence=(
            cite_log(function, "Init Duration", f"{took:.0f} ms", slow.at),
            cite(function, "memory_size"),
        ),
        fixes=(LATER, *memory),
    )
