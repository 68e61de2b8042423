"""ECR: the images that functions run, and who may pull them."""

import re
from collections.abc import Iterable
from typing import Any

from doctor.aws.decode import JSON, in_utc
from doctor.aws.draft import Draft
from doctor.model.function import Function
from doctor.model.images import Repository

_URI = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr(?:-fips)?\.(?P<region>[\w-]+)\.amazonaws\.com(?:\.cn)?/"
    r"(?P<name>[a-z0-9._/-]+?)(?::(?P<tag>[\w.-]+))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?$"
)
_NO_IMAGE = ("ImageNotFoundException", "RepositoryNotFoundException")
_NO_POLICY = ("RepositoryPolicyNotFoundException", "RepositoryNotFoundException")


def repositories(functions: Iterable[Function]) -> dict[str, list[re.Match[str]]]:
    """By the ARN of a repository, the images of it that functions run."""
    found: dict[str, list[re.Match[str]]] = {}
    for function in functions:
        uri = _URI.match(function.image_uri)
        if uri:
            arn = f"arn:aws:ecr:{uri['region']}:{uri['account']}:repository/{uri['name']}"
            found.setdefault(arn, []).append(uri)
    return found


def repository(draft: Draft, arn: str, images: list[re.Match[str]]) -> None:
    """A repository with those of its images that are named; one that is not there is an answer."""
    one = images[0]
    where = {"registryId": str(one["account"]), "repositoryName": str(one["name"])}
    region = "" if one["region"] == draft.aws.region else str(one["region"])
    policy = draft.read(
        "ecr",
        "GetRepositoryPolicy",
        about=arn,
        absent=_NO_POLICY,
        region=region,
        **where,  # type: ignore[arg-type]  # these are the operation's own parameters
    )
    details = [
        found
        for tag, digest in dict.fromkeys((image["tag"] or "latest", image["digest"] or "") for image in images)
        for found in _details(
            draft, arn, {"imageDigest": digest} if digest else {"imageTag": tag}, region=region, **where
        )
    ]
    raw = {
        "repositoryArn": arn,
        **where,
        "policyText": JSON(policy["policyText"]) if policy else None,
        "imageDetails": details,
    }
    draft.add_all(Repository, [raw], "ecr:DescribeImages")


def _details(draft: Draft, arn: str, image: dict[str, str], **where: str) -> list[Any]:
    asked: dict[str, Any] = {"about": arn, "absent": _NO_IMAGE, "imageIds": [image], **where}
    raws = draft.listed("ecr", "DescribeImages", "imageDetails", **asked)
    return [{key: in_utc(value) for key, value in raw.items() if key not in _OF_REPOSITORY} for raw in raws]


_OF_REPOSITORY = ("registryId", "repositoryName")
