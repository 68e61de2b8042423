"""A function deploys other functions, and Lambda refuses what it sends.

Lambda refuses a write to a function that is still being updated, and one that would go beyond its limits: 4 KB of environment variables, five layers
or two versions of one, 250 MB of code and layers unzipped, provisioned concurrency above the reservation, 20 KB of resource policy. It refuses a
permission for everybody where the account blocks public policies, and a layer of another account whose owner did not share this version of it (one
that was deleted since keeps the functions that have it running). A function that meets a limit never comes to be, so nothing but the words of the
refusal tells of it. So it is with archives that cannot be read, names that are Lambda's own, quotas, and changes that come too soon or too late. They are seen where a function does the deploying, and its log is read.

Covers: ad-public-policy-blocked, ad-layer-cross-account, state-update-in-progress, pkg-env-too-large, pkg-layer-limit, pkg-unzipped-too-big, cfg-provisioned-exceeds-reserved, pkg-zip-too-big-direct, pkg-invalid-zip, pkg-s3-object, pkg-code-storage, pkg-layer-conversion, pkg-code-signing, pkg-env-reserved, memory-account-cap-3008, thr-reserve-below-min, state-precondition-failed, cfg-validation-error, sqs-batch-window, esm-duplicate, esm-state-transition
Fix: by what was refused: wait for the update before (the waiter `function_updated_v2`), keep large values in Parameter Store, ship a container image.
See: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    DEPLOYMENT_REFUSALS,
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

INVOKING = "when calling the Invoke operation"
"""What is refused there is an invocation, which some of the same words are said of."""


@rule(Severity.MEDIUM)
def deployment_refused(function: Function, invocations: Invocations) -> Iterator[Problem]:
    if not invocations.saying("when calling the", "Exception"):
        return  # no service refused anything, and to look for thirty texts takes time
    told: set[str] = set()
    for words, way_out in DEPLOYMENT_REFUSALS.items():
        those = [
            one for one in invocations.saying(words) if one.request_id not in told and INVOKING not in one.error_message
        ]
        told.update(one.request_id for one in those)
        if those:
            last = those[-1]
            yield Problem(
                message=f"Lambda refused, {times(those)}, what this function wanted to deploy: {said(last.error_message) or words.strip()}",
                evidence=(cite_log(function, words.strip(), said(last.error_message) or words.strip(), last.at),),
                fixes=(Fix(title=way_out, applicability=Applicability.MANUAL),),
                explains=shown(those),
            )
