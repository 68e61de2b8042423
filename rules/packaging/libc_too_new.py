"""A compiled library needs a newer C library than the runtime's operating system has.

What was built on a newer Linux asks for symbols that Amazon Linux 2 (glibc 2.26) or Amazon Linux 2023 (2.34) do not have, and the loader refuses it. The
processor and the Python version may be right all the same.

Covers: pkg-glibc-too-new
Fix: build in an image of the same runtime, or install wheels for manylinux2014; a runtime on Amazon Linux 2023 has the newer library.
Proof: the failing invocation is run locally; it must fail the same way.
See: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
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

WORDS = TELLING["libc"]
WAY_OUT = Fix(
    title="build it in an image of the same runtime",
    applicability=Applicability.MANUAL,
    note="pip install --platform manylinux2014_x86_64 --only-binary=:all:; or choose a runtime on Amazon Linux 2023",
)


@rule(Severity.HIGH)
def libc_too_new(function: Function, invocations: Invocations) -> Iterator[Problem]:
    met = invocations.matching(WORDS.words, *WORDS.marks)
    if met:
        found = found_in(met[-1], WORDS.words)
        yield failed_by_words(
            function,
            met,
            found,
            f"{found['file'] or 'a library'} needs {found['version']}, which {function.runtime or 'the image'} does not have",
            WAY_OUT,
        )
