"""The function's container image is gone, or cannot be started.

An image that a lifecycle rule or a person deleted from its repository (`ImageDeleted`), one whose manifest Lambda does not take (`InvalidImage`: an index with
attestations, another architecture), or one whose `ENTRYPOINT` or `WORKDIR` leads nowhere keeps the function from running or from being updated. Empty values
in `ImageConfig` override the Dockerfile's.

Covers: pkg-image-deleted, image-entrypoint-invalid
Fix: push the image again, by its digest, and update the function; `docker buildx build --provenance=false --platform linux/amd64` makes a plain one.
See: https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Problem,
    Severity,
    cite,
    reason_field,
    rule,
)

CODES = ("ImageDeleted", "InvalidImage", "FunctionError.InvalidEntryPoint", "FunctionError.InvalidWorkingDirectory")


@rule(Severity.HIGH)
def image_unusable(function: Function) -> Iterator[Problem]:
    if function.package_type != "Image":
        return
    field = reason_field(function, *CODES)
    if field:
        which = field.removesuffix("_code")
        code, reason = getattr(function, field), getattr(function, which)
        yield Problem(
            message=f"its image cannot be used ({code}: {reason or 'no reason given'})",
            evidence=(cite(function, field), cite(function, which)),
            fixes=(
                Fix(
                    title="push an image that Lambda takes, and update the function to its digest",
                    applicability=Applicability.MANUAL,
                    note="docker buildx build --provenance=false --platform linux/amd64; keep images that functions use from lifecycle rules",
                ),
            ),
        )
