"""A SnapStart environment could not be restored: a hook after the restore failed, or took longer than it may.

A new environment begins with the snapshot, and runs the code's hooks for after the restore, for which it has ten seconds. `RESTORE_REPORT` says how that went.
A hook that raises ends it with an error; connections that are opened again one by one run out of time.

Covers: snapstart-restore-timeout, snapstart-hook-error
Fix: do less in the hook, and let connections be made when they are used.
See: https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks.html
"""

import re
from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Invocations,
    Problem,
    Severity,
    cite_log,
    rule,
    shown,
    times,
)

REPORT = re.compile(
    r"^RESTORE_REPORT Restore Duration: (?P<took>[\d.]+) ms\s+Status: (?P<status>timeout|error)(?:\s+Error Type: (?P<error>\S+))?"
)
HOOKS = ("Runtime.BeforeSnapshotError", "Runtime.AfterRestoreError", "Runtime.RestoreHookUserTimeout")


@rule(Severity.HIGH)
def restore_failed(function: Function, invocations: Invocations) -> Iterator[Problem]:
    told = [
        (one, line.at, match)
        for one, line in invocations.telling("RESTORE_REPORT")
        if line.message.startswith("RESTORE_REPORT") and (match := REPORT.search(line.message))
    ]
    raised = invocations.of_type(*HOOKS)
    if not told and not raised:
        return
    if told:
        _, at, last = told[-1]
        how = "ran out of time" if last["status"] == "timeout" else f"failed ({last['error'] or 'error'})"
        evidence = cite_log(function, "RESTORE_REPORT", last[0], at)
    else:
        how, evidence = (
            f"failed ({raised[-1].error_type})",
            cite_log(function, "errorType", raised[-1].error_type, raised[-1].at),
        )
    met = {one.request_id: one for one in (*(one for one, _, _ in told), *raised)}
    yield Problem(
        message=f"restoring an environment from its snapshot {how}, {times(met)}",
        evidence=(evidence,),
        fixes=(
            Fix(
                title="do less in the hook after the restore, and make connections when they are used",
                applicability=Applicability.MANUAL,
            ),
        ),
        explains=shown(met.values()),
    )
