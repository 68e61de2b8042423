"""A function invokes other functions, and Lambda refuses what it sends.

Lambda says in the error why: a payload that is too large or no JSON, a function or alias that is not there (or is in another region), a version that still gets its
snapshot, a mode that the function does not support. The code that invokes is where it can be seen: in its log. A refusal for want of a permission, or for
the rate, is another matter.

Covers: request-too-large, request-not-json, state-not-found, snapstart-not-ready, state-mode-not-supported, pkg-image-code-artifact, state-customer-runtime-deleted, snapstart-snapshot-failed
Fix: by what was refused: a pointer to S3 for large data, the right name and region, a wait until the function is active.
See: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    INVOCATION_REFUSALS,
    Applicability,
    Fix,
    Function,
    Invocations,
    Problem,
    Severity,
    cite_log,
    rule,
    said,
    shown,
    times,
)


@rule(Severity.HIGH)
def invocation_refused(function: Function, invocations: Invocations) -> Iterator[Problem]:
    if not invocations.saying("when calling the", "Exception"):
        return  # no service refused anything
    told: set[str] = set()
    for words, way_out in INVOCATION_REFUSALS.items():
        those = [one for one in invocations.saying(words) if one.request_id not in told]
        told.update(one.request_id for one in those)
        if those:
            last = those[-1]
            yield Problem(
                message=f"Lambda refused, {times(those)}, an invocation that this function asked for: {said(last.error_message) or words.strip()}",
                evidence=(cite_log(function, words.strip(), said(last.error_message) or words.strip(), last.at),),
                fixes=(Fix(title=way_out, applicability=Applicability.MANUAL),),
                explains=shown(those),
                expects="handler_failed",
            )
