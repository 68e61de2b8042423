"""An OS-only runtime finds no program to start.

`provided` runtimes start the file `bootstrap` at the top of the package, or of a layer. It must be there, be executable for everyone, and
be built for the function's architecture. `no such file` for a bootstrap that exists means that what is to interpret it is missing: a carriage
return at the end of its first line, or a C library that the image does not have.

Covers: provided-bootstrap-missing
Fix: build for the architecture, call it bootstrap, make it executable, zip it at the top.
Proof: the failing invocation is run locally; it must fail the same way.
See: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-provided.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Contents,
    Evidence,
    Fix,
    Function,
    Invocations,
    Package,
    Problem,
    Severity,
    SymptomKind,
    cite,
    cite_log,
    cite_native,
    in_line,
    rule,
    shown,
)

BUILD = Fix(
    title="put an executable 'bootstrap' at the top of the package",
    applicability=Applicability.MANUAL,
    note="build for the function's architecture (GOARCH, cargo lambda build --arm64), name the file bootstrap, chmod 755, zip it without a folder",
)


@rule(Severity.HIGH)
def bootstrap_missing(function: Function, invocations: Invocations, contents: Contents) -> Iterator[Problem]:
    if not (function.runtime or "").startswith("provided"):
        return
    failed = invocations.unmended(invocations.showing(SymptomKind.INIT_FAILED))
    met = [one for one in failed if one.error_type == "Runtime.InvalidEntrypoint" or "bootstrap" in one.error_message]
    if not met and invocations.succeeded:
        return
    wrong = _in_package(function, function.package if met else contents.package)
    if not met and not wrong:
        return
    what = wrong[0] if wrong else "the runtime could not start 'bootstrap'"
    said = f": {in_line(met[-1].error_message)}" if met and met[-1].error_message else ""
    yield Problem(
        message=f"{what}{said}",
        evidence=(
            cite(function, "runtime"),
            *(wrong[1] if wrong else ()),
            *(cite_log(function, "errorMessage", one.error_message or one.error_type, one.at) for one in met[-1:]),
        ),
        fixes=(BUILD,),
        confidence=Confidence.CERTAIN if met or not function.layers else Confidence.LIKELY,
        explains=shown(met),
        expects="init_failed",
    )


def _in_package(function: Function, package: Package | None) -> tuple[str, tuple[Evidence, ...]] | None:
    """What is wrong with the package's bootstrap, and where that shows; ``None``: nothing, or it was not read."""
    if package is None or function.package_type != "Zip":
        return None
    if "bootstrap" not in package.top_level:
        missing = "the package has no 'bootstrap' at its top", (cite(function, "package.top_level"),)
        return None if function.layers else missing
    if any(one.path == "bootstrap" for one in package.modes):
        return "'bootstrap' is not executable for everyone", (cite(function, "package.top_level"),)
    for native in package.natives:
        if native.path == "bootstrap" and native.machine and native.machine not in function.architectures:
            wrong = f"'bootstrap' is built for {native.machine}, not for {', '.join(function.architectures)}"
            return wrong, (cite_native(function, native, "machine"), cite(function, "architectures"))
        if native.path == "bootstrap" and native.interpreter.endswith("\r"):
            wrong = "the first line of 'bootstrap' ends in a carriage return, so that its interpreter is not found"
            return wrong, (cite_native(function, native, "interpreter"),)
    return None
