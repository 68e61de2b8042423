"""The last update failed, and what was there before still runs.

Lambda prepares an update beside the running function. When that fails (`LastUpdateStatus` is `Failed`) invocations go on with the old code and
configuration, and succeed: the deployment looks done, and nothing of it is live.

Covers: state-last-update-failed
Fix: mend what `LastUpdateStatusReason` says, then send the same update again.
See: https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
"""

from collections.abc import Iterator

from doctor.rules_api import Applicability, Fix, Function, Problem, Severity, cite, rule


@rule(Severity.HIGH)
def last_update_failed(function: Function) -> Iterator[Problem]:
    if function.last_update_status != "Failed" or function.state == "Failed":
        return
    code = function.last_update_status_reason_code or "no code"
    yield Problem(
        message=f"its last update failed ({code}: {function.last_update_status_reason or 'no reason given'}), so what was there before still runs",
        evidence=(
            cite(function, "last_update_status"),
            cite(function, "last_update_status_reason_code"),
            cite(function, "last_update_status_reason"),
        ),
        fixes=(
            Fix(
                title="mend what LastUpdateStatusReason says, and send the update again",
                applicability=Applicability.MANUAL,
            ),
        ),
    )
