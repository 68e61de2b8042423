"""The function could run on arm64, which costs less for the same time.

A package of Python or JavaScript without compiled parts runs on both processors. Compiled parts, layers and images must be there for arm64
too, so that functions with these are not meant. How fast it is there only a run tells.

Covers: cost-x86-could-be-arm
Fix: deploy the same package with the architecture arm64 to a version of its own, and compare.
See: https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html
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

PORTABLE = ("python3", "nodejs")


@rule(Severity.INFO, advice=True)
def arm_possible(function: Function, contents: Contents) -> Iterator[Problem]:
    bare = function.package_type == "Zip" and not function.layers
    if not bare or function.architectures != ("x86_64",) or not (function.runtime or "").startswith(PORTABLE):
        return
    package = contents.package
    if package is not None and not package.natives and not package.omitted.get("natives"):
        yield Problem(
            message="its package has no compiled parts, so that it runs on arm64 as well",
            evidence=(cite(function, "architectures"), cite(function, "runtime")),
            fixes=(
                Fix(
                    title="try it on arm64, and compare",
                    applicability=Applicability.MANUAL,
                    note="aws lambda update-function-code --architectures arm64, on a version of its own first",
                ),
            ),
            confidence=Confidence.POSSIBLE,
        )
