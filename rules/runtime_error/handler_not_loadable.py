"""What Handler names cannot be loaded, in Java, .NET or Ruby.

Java looks for `package.Class::method` in the package's jars, .NET for `Assembly::Namespace.Class::Method`, Ruby for a file and its method. A class that is
not in the package, a method of another signature, or bytecode for a newer virtual machine (`UnsupportedClassVersionError`) end the loading.

Covers: java-class-not-found, dotnet-handler-missing, ruby-load-error
Fix: set Handler to what the package has, put what is missing into it, or choose the runtime that it was built for.
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

WORDS = TELLING["handler class"]
WAY_OUT = Fix(
    title="let Handler name what the package has",
    applicability=Applicability.MANUAL,
    note="UnsupportedClassVersionError: choose a newer runtime, or compile for this one; a jar needs its dependencies in it",
)


@rule(Severity.HIGH)
def handler_not_loadable(function: Function, invocations: Invocations) -> Iterator[Problem]:
    if not (function.runtime or "").startswith(WORDS.runtimes):
        return
    met = invocations.matching(WORDS.words, *WORDS.marks)
    if met:
        found = found_in(met[-1], WORDS.words)
        yield failed_by_words(
            function,
            met,
            found,
            f"{function.runtime or 'the runtime'} cannot load what Handler names: {found[0]}",
            WAY_OUT,
        )
