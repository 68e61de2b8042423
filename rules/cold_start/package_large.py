"""The deployment package is large, which makes starting and deploying slower.

Lambda fetches and unpacks code and layers for each new environment, and refuses more than 250 MB unzipped. Size alone is weak evidence: what is not imported
costs little, and a container image is loaded in parts as it is used, so images are not meant here.

Covers: coldstart-package-large
Fix: leave out what is not used (tests, a second copy of the SDK), or split the function.
See: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Contents,
    Fix,
    Function,
    Problem,
    Severity,
    cite,
    rule,
)

ZIPPED = 50_000_000
"""Bytes."""
UNZIPPED = 200_000_000
MB = 1_000_000


@rule(Severity.INFO, advice=True)
def package_large(function: Function, contents: Contents) -> Iterator[Problem]:
    if function.package_type != "Zip":
        return
    zipped = function.code_size + sum(layer.code_size for layer in function.layers)
    package = function.package if zipped > ZIPPED else contents.package
    unzipped = package.unzipped_size if package else 0
    if zipped <= ZIPPED and unzipped <= UNZIPPED:
        return
    heaviest = [f"{one.name} {one.size / MB:.0f} MB" for one in (package.heaviest[:3] if package else ())]
    most = f"; the largest parts are {', '.join(heaviest)}" if heaviest else ""
    yield Problem(
        message=f"code and layers are {zipped / MB:.0f} MB zipped{f', the code {unzipped / MB:.0f} MB unzipped' if unzipped else ''}{most}",
        evidence=(
            cite(function, "code_size"),
            cite(function, "layers"),
            *([cite(function, "package.unzipped_size")] if package else []),
        ),
        fixes=(Fix(title="leave out what is not used, or split the function", applicability=Applicability.MANUAL),),
        confidence=Confidence.POSSIBLE,
    )
