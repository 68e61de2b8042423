"""A file of the package, or of a layer, may not be read by the user that runs the code.

Lambda runs code as a user who does not own the files. What the zip says of their permissions is kept: a file needs to be readable for everybody (644), a
folder and a program executable too (755). Packages made with a strict umask, or by a build that runs as root, lack that. Writing there fails otherwise:
with a read-only file system.

Covers: file-permission-denied
Fix: chmod before zipping: 644 for files, 755 for folders and programs.
Proof: the failing invocation is run locally with the package's own permissions.
See: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html
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

WORDS = TELLING["permission bits"]
WAY_OUT = Fix(
    title="make files readable for everybody before zipping them",
    applicability=Applicability.MANUAL,
    note="chmod -R u=rwX,go=rX . before zip; in Python, ZipInfo.external_attr keeps the permissions",
)


@rule(Severity.HIGH)
def files_not_readable(function: Function, invocations: Invocations) -> Iterator[Problem]:
    met = invocations.matching(WORDS.words, *WORDS.marks)
    if met:
        found = found_in(met[-1], WORDS.words)
        yield failed_by_words(function, met, found, f"{found['path']} may not be read", WAY_OUT)
