"""A good part of what is billed is the time in which environments start.

Since August 2025 the initialisation is billed like the run itself, of packages in zip files too: `Billed Duration` then holds both. A function that starts
often, and slowly, pays for it. Lines on which the billed time is the duration alone are of the time before, or of an initialisation that was not billed.

Covers: cost-init-billed
Fix: load less, and later; SnapStart where the runtime has it; fewer cold starts.
See: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Invocation,
    Invocations,
    Problem,
    Severity,
    cite_log,
    rule,
)

MUCH = 0.25
"""Share of the billed time."""
ENOUGH = 10
NEARLY = 0.98


@rule(Severity.INFO, advice=True)
def initialisation_billed(function: Function, invocations: Invocations) -> Iterator[Problem]:
    starts = [one for one in invocations.cold if _holds_both(one)]
    total = sum(one.billed_duration or 0.0 for one in invocations.all)
    spent = sum(one.init_duration or 0.0 for one in starts)
    if len(invocations.all) >= ENOUGH and starts and spent >= MUCH * total:
        last = starts[-1]
        yield Problem(
            message=f"{spent / 1000:.1f} s of {total / 1000:.1f} s that were billed went into {len(starts)} cold starts",
            evidence=(
                cite_log(function, "Init Duration", f"{last.init_duration:.0f} ms", last.at),
                cite_log(function, "Billed Duration", f"{last.billed_duration:.0f} ms", last.at),
            ),
            fixes=(
                Fix(title="load less at the module's level, or start less often", applicability=Applicability.MANUAL),
            ),
        )


def _holds_both(one: Invocation) -> bool:
    """Whether what was billed holds the initialisation too."""
    both = (one.duration or 0.0) + (one.init_duration or 0.0)
    return one.billed_duration is not None and one.duration is not None and one.billed_duration >= NEARLY * both
