"""The function waits for another one that takes longer than its SDK waits, so that the SDK invokes it again.

botocore waits 60 s for an answer, where nothing else is said, and then sends the request anew: the other function runs twice and more at once for one
request, and the caller gets a ReadTimeoutError in the end. Its own log shows invocations that succeed.

Covers: timeout-sync-caller-disconnects
Fix: `Config(read_timeout=…, retries={"max_attempts": 0}, tcp_keepalive=True)` for this client, or do not wait.
See: https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Callees,
    Confidence,
    Evidence,
    Fix,
    Function,
    Problem,
    Severity,
    cite_metric,
    rule,
)


@rule(Severity.MEDIUM)
def caller_gives_up(function: Function, callees: Callees) -> Iterator[Problem]:
    for one in callees.those:
        longest = dict(zip(one.duration.timestamps, one.duration.values, strict=True)) if one.duration else {}
        slow = {at: value for at, value in longest.items() if value > one.patience * 1000}
        if slow:
            last = max(slow)
            yield Problem(
                message=f"{one.call.path} line {one.call.line} waits {one.patience:g} s for {one.function.function_name}, which took up to {max(slow.values()) / 1000:.0f} s: the SDK then invokes it again",
                evidence=(
                    cite_metric(one.function, "Duration Maximum", slow[last], last),
                    Evidence(
                        resource=function.arn,
                        field=f"Package.source.calls[{one.call.path}].operation",
                        value=one.call.operation,
                        source="lambda:GetFunction",
                    ),
                ),
                fixes=(
                    Fix(
                        title="let this client wait longer and not send again, or do not wait",
                        applicability=Applicability.MANUAL,
                        note=f'Config(read_timeout={one.function.timeout + 5}, retries={{"max_attempts": 0}}, tcp_keepalive=True); or InvocationType="Event"',
                    ),
                ),
                confidence=Confidence.LIKELY,
            )
    callees.require_durations()
