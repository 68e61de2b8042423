"""Lambda may not pull the function's container image.

Lambda pulls an image when a function is made or updated, and again when it was idle for long. The repository's policy must let lambda.amazonaws.com
do ecr:BatchGetImage and ecr:GetDownloadUrlForLayer, for the function's ARN where it is bound to one; for a repository of another account its policy
must let the function's account in as well. The repository must be in the function's region. An image that was deleted, or is no image that Lambda
takes, has codes of its own. The policy itself is not looked at here.

Covers: ad-ecr-image
Fix: the statement in the repository's policy, by its owner; then update the function.
See: https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
"""

import re
from collections.abc import Iterator

from doctor.rules_api import Applicability, Fix, Function, Problem, Severity, arns, cite, rule

CODE = "ImageAccessDenied"
REGISTRY = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[\w-]+)\.amazonaws\.com(?:\.cn)?/(?P<repository>[^:@]+)"
)


@rule(Severity.HIGH)
def image_not_accessible(function: Function) -> Iterator[Problem]:
    if CODE not in (function.state_reason_code, function.last_update_status_reason_code):
        return
    place = REGISTRY.match(function.image_uri)
    why, whose = "", "the repository's policy"
    if place is not None:
        whose = f"the policy of the repository {place['repository']}"
        if place["region"] != arns.region(function.arn):
            why = f": the repository is in {place['region']}, the function in {arns.region(function.arn)}"
        elif place["account"] != arns.account(function.arn):
            why = f": the repository is account {place['account']}'s"
    yield Problem(
        message=f"Lambda may not pull the image {function.image_uri or 'of the function'}{why}",
        evidence=(
            cite(function, "image_uri"),
            cite(function, "state_reason_code"),
            cite(function, "last_update_status_reason_code"),
        ),
        fixes=(
            Fix(
                title=f"let lambda.amazonaws.com do ecr:BatchGetImage and ecr:GetDownloadUrlForLayer in {whose}",
                applicability=Applicability.MANUAL,
                note="for a repository of another account its policy must name the function's account, too",
            ),
        ),
    )
