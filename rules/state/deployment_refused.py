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

REFUSALS = {
    "An update is in progress for resource: ": "wait until the update before is done, with the waiter function_updated_v2",
    "exceeded the 4KB limit": "keep large values in Parameter Store, Secrets Manager or AppConfig",
    "Cannot reference more than 5 layers": "merge layers, or ship a container image",
    "Two different versions of the same layer": "keep one version of the layer",
    "Layers are not in the same region": "publish the layer in the function's region",
    "Unzipped size must be smaller than": "ship a container image, which may have 10 GB, or leave out what is not needed",
    "Function code combined with layers exceeds": "ship a container image, which may have 10 GB, or leave out what is not needed",
    "Requested Provisioned Concurrency should not be greater than the reserved": "reserve more first, or provision less",
    "should not be lower than function's total provisioned concurrency": "provision less first, or reserve more",
    "PolicyLengthExceededException": "let one statement with a pattern stand for several in the function's resource policy",
    "PublicPolicyException": "name an account, an organization or a service in the permission: the account blocks public policies",
    "is not authorized to perform: lambda:GetLayerVersion": "let the layer's owner share this version: permissions are per version",
    "Zipped size must be smaller than": "upload the package to S3, and name it there",
    "Request must be smaller than": "upload the package to S3, and name it there",
    "Could not unzip uploaded file": "send a zip: what was sent is none, or is cut off",
    "Error occurred while GetObject. S3 Error Code": "name an object that is there, in a bucket of the function's region",
    "Code storage limit exceeded": "delete versions and layer versions that nobody uses, or ask for more",
    "Lambda layer conversion failed": "take symbolic links, and names that are both file and folder, out of the layers",
    "CodeVerificationFailedException": "sign the package with a profile that the code signing configuration allows",
    "InvalidCodeSignatureException": "sign the package again: it was changed since",
    "reserved keys that are currently not supported for modification": "give the variable another name: this one is Lambda's",
    "Member must have value less than or equal to 3008": "ask for at most 3,008 MB, or let AWS raise the account's limit",
    "decreases account's UnreservedConcurrentExecution below": "reserve less, or let AWS raise the account's limit",
    "The Revision Id provided does not match": "read the function again: somebody changed it meanwhile",
    "failed to satisfy constraint": "correct the value that is named",
    "Maximum batch window in seconds must be greater than 0": "give the mapping a batching window of a second, or batches of 10",
    "Please update or delete the existing mapping with UUID": "update the mapping that is there",
    "Cannot update the event source mapping because it is in use": "wait until the mapping's change before is done",
    "cannot be applied to unpublished function versions": "publish a version, and provision for it or for an alias of it",
}
"""What Lambda says, and the way out; the first that fits is told."""


@rule(Severity.MEDIUM)
def deployment_refused(function: Function, invocations: Invocations) -> Iterator[Problem]:
    if not invocations.saying("when calling the", "Exception"):
        return  # no service refused anything, and to look for thirty texts takes time
    told: set[str] = set()
    for words, way_out in REFUSALS.items():
        those = [one for one in invocations.saying(words) if one.request_id not in told]
        told.update(one.request_id for one in those)
        if those:
            last = those[-1]
            yield Problem(
                message=f"Lambda refused, {times(those)}, what this function wanted to deploy: {said(last.error_message) or words.strip()}",
                evidence=(cite_log(function, words.strip(), said(last.error_message) or words.strip(), last.at),),
                fixes=(Fix(title=way_out, applicability=Applicability.MANUAL),),
                explains=shown(those),
            )
