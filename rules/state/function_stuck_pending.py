"""The function has been in preparation for longer than preparing takes.

A new function is `Pending` while Lambda prepares what it needs: seconds without a VPC, up to a few minutes with network interfaces or a file
system. It cannot be invoked until then. After six minutes something keeps it from becoming active.

Covers: state-pending-stuck
Fix: any update of its configuration makes Lambda try again; if that does not help, delete it and create it again.
See: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
"""

from collections.abc import Iterator

from doctor.rules_api import Applicability, Clock, Fix, Function, Problem, Severity, cite, rule

LONG = 360
"""Seconds."""


@rule(Severity.HIGH)
def function_stuck_pending(function: Function, clock: Clock) -> Iterator[Problem]:
    since = clock.seconds_since(function.last_modified) if function.state == "Pending" else None
    if since is not None and since > LONG:
        yield Problem(
            message=f"it has been Pending for {since / 60:.0f} minutes, and cannot be invoked until it is Active; preparing takes {LONG // 60} at most",
            evidence=(
                cite(function, "state"),
                cite(function, "state_reason_code"),
                cite(function, "last_modified"),
            ),
            fixes=(
                Fix(
                    title="update its configuration, a new description is enough, so that Lambda tries again",
                    applicability=Applicability.MANUAL,
                ),
            ),
        )
