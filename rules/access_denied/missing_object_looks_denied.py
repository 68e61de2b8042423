"""An object that is not there looks like one that may not be read: the role may read objects, and not list the bucket.

S3 answers GetObject and HeadObject on a key that does not exist with 404 only to those who may list the bucket, and to others with 403, "Access
Denied". A role that may read the bucket's objects and not list it meets that. The key may be wrong, not there yet, or URL-encoded as events carry
it. A role that may not read the objects is really denied, and so it may be by the key that the object is encrypted with.

Covers: ad-s3-404-as-403
Fix: allow s3:ListBucket on the bucket, and handle 404; or look at which key is asked for.
See: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Fix,
    Function,
    Permissions,
    Problem,
    Severity,
    Unreasoned,
    UnreasonedDenials,
    cite,
    role_policies,
    rule,
    times,
)

READS = ("GetObject", "HeadObject")
LIST = "s3:ListBucket"


@rule(Severity.MEDIUM)
def missing_object_looks_denied(function: Function, denials: UnreasonedDenials) -> Iterator[Problem]:
    for one in denials.those:
        if one.operation in READS and not one.refused:
            buckets = _unlisted(denials.permissions, one)
            if buckets or (not one.asked and _lists_nothing(denials.permissions)):
                yield _problem(function, denials.permissions, one, buckets)
            elif not one.asked:
                denials.require_source()


def _unlisted(permissions: Permissions, one: Unreasoned) -> list[str]:
    """The buckets that the call reads from, and that the role may not list."""
    named = {(asked.resource or asked.within).split("/")[0] for asked in one.asked}
    return [arn for arn in sorted(named - {""}) if permissions.can(LIST, arn).lacking]


def _lists_nothing(permissions: Permissions) -> bool:
    return permissions.never(LIST) and not permissions.never("s3:GetObject")


def _problem(function: Function, permissions: Permissions, one: Unreasoned, buckets: list[str]) -> Problem:
    role = permissions.role
    where = ", ".join(buckets) or "the bucket"
    if buckets and all(permissions.can(LIST, arn).grantable for arn in buckets):
        only = permissions.only
        steps = role_policies.grant(role, [(LIST, arn) for arn in buckets], only=only)
        fix = Fix(
            title=f"allow {LIST} on {where}, to be told what is missing",
            steps=steps,
            note="then handle 404 in the code",
        )
    else:
        fix = Fix(
            title=f"look whether the key is there, and allow {LIST} on {where}", applicability=Applicability.MANUAL
        )
    return Problem(
        message=f"{one.operation} was refused, {times(one.those)}, and the role {role.role_name} may read objects but not list"
        f" {where}: an object that is not there looks the same",
        evidence=(
            one.evidence,
            cite(function, "role"),
            cite(role, "role_policy_list"),
            cite(role, "attached_managed_policies"),
        ),
        fixes=(fix,),
        confidence=Confidence.POSSIBLE,
        explains=one.explains,
    )
