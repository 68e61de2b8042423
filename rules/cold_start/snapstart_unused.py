"""A function that starts slowly could start from a snapshot, and does not.

SnapStart keeps a snapshot of the initialised environment of a published version (Java, Python 3.12 and later, .NET 8 and later), and new environments begin with that.
It needs a version or an alias to be called, and cannot be had together with provisioned concurrency, a file system, or more than 512 MB of /tmp.

Covers: snapstart-available-unused
Fix: SnapStart for published versions, and callers that name one.
See: https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Fix,
    Function,
    Invocations,
    Problem,
    Severity,
    cite,
    cite_log,
    rule,
)

RUNTIMES_WITH = (
    "java11",
    "java17",
    "java21",
    "java25",
    "python3.12",
    "python3.13",
    "python3.14",
    "dotnet8",
    "dotnet10",
)
SLOW = {"java": 3000, "dotnet": 3000, "python": 1000}
"""Milliseconds."""
ENOUGH = 3
PLAIN_STORAGE = 512


@rule(Severity.INFO, advice=True)
def snapstart_unused(function: Function, invocations: Invocations) -> Iterator[Problem]:
    runtime = function.runtime or ""
    able = (
        runtime in RUNTIMES_WITH
        and not function.file_system_configs
        and function.ephemeral_storage.size <= PLAIN_STORAGE
    )
    if not able or function.snap_start.apply_on != "None" or function.provisioned_concurrency_config is not None:
        return
    least = next(limit for family, limit in SLOW.items() if runtime.startswith(family))
    slow = [one for one in invocations.cold if (one.init_duration or 0.0) >= least]
    if len(slow) >= ENOUGH:
        last = slow[-1]
        yield Problem(
            message=f"{len(slow)} environments took up to {max(one.init_duration or 0.0 for one in slow) / 1000:.1f} s to start, which a snapshot would spare",
            evidence=(
                cite(function, "snap_start.apply_on"),
                cite_log(function, "Init Duration", f"{last.init_duration:.0f} ms", last.at),
            ),
            fixes=(
                Fix(
                    title="SnapStart for published versions, and callers that name one",
                    applicability=Applicability.MANUAL,
                ),
            ),
            confidence=Confidence.POSSIBLE,
        )
