"""Two modules of the package do not fit together.

The module is there, but not the name that is imported from it: two distributions want different versions of a third (urllib3 and botocore), modules import
each other in a circle, or a relative import has no package around it. Nothing is missing from the package.

Covers: py-import-other-importerror
Fix: versions that fit, pinned together; a circle is broken by importing later.
Proof: the failing invocation is run locally; it must fail the same way.
See: https://docs.aws.amazon.com/lambda/latest/dg/python-package.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    TELLING,
    Applicability,
    Fix,
    Function,
    Invocations,
    Problem,
    Severity,
    failed_by_words,
    found_in,
    rule,
)

WORDS = TELLING["import conflict"]
WAY_OUT = Fix(
    title="pin versions that fit together, or break the circle",
    applicability=Applicability.MANUAL,
    note="boto3 and botocore are bundled together with the urllib3 that they want; a partially initialized module is a circle of imports",
)


@rule(Severity.HIGH)
def modules_do_not_fit(function: Function, invocations: Invocations) -> Iterator[Problem]:
    met = invocations.matching(WORDS.words, *WORDS.marks)
    if met:
        found = found_in(met[-1], WORDS.words)
        yield failed_by_words(function, met, found, f"{found[0]}", WAY_OUT)
