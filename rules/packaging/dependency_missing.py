"""The code imports a package that is not there.

What a function imports must lie in its package or in a layer; the runtime brings the standard library and the AWS SDK. The same words
appear when the package is there, but its compiled part was built for another Python or processor, and when the handler's own file is
missing: both are ruled out here. Without a look into the package, the log alone makes it likely, not certain.

Covers: py-dependency-missing
Fix: install the dependency into the package, or add a layer that has it.
Proof: the failing invocation is run locally; it must fail the same way.
See: https://docs.aws.amazon.com/lambda/latest/dg/python-package.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    FailedImport,
    Fix,
    Function,
    Imports,
    NotThis,
    Problem,
    Severity,
    cite,
    cite_log,
    rule,
    shown,
    times,
    told,
)

CONFIDENCE = {False: Confidence.CERTAIN, None: Confidence.LIKELY}


@rule(Severity.HIGH)
def dependency_missing(function: Function, imports: Imports) -> Iterator[Problem | NotThis]:
    if not (function.runtime or "").startswith("python"):
        return
    for failed in (one for one in imports.failed if one.name):
        why = _something_else(function, imports, failed)
        if why:
            yield NotThis(symptom=shown(failed.those)[0], why=why)
            continue
        top = failed.name.split(".", 1)[0]
        held = imports.holds(top)
        part = (
            f"its part '{failed.name}' is not"
            if held
            else "it is not in the package"
            if held is False
            else "it was not found"
        )
        yield Problem(
            message=f"the code imports '{top}', but {part}, {times(failed.those)}",
            evidence=(
                cite_log(function, f"No module named {failed.name}", failed.last.error_message, failed.last.at),
                *([cite(function, "package.top_level")] if held is not None else []),
                *([cite(function, "layers")] if function.layers else []),
            ),
            fixes=(_install(function, top),),
            confidence=CONFIDENCE.get(held, Confidence.LIKELY),
            explains=shown(failed.those),
            expects="init_failed" if failed.last.inits else "handler_failed",
        )


def _something_else(function: Function, imports: Imports, failed: FailedImport) -> str:
    """Why this is no missing dependency; empty when it is one."""
    module = told(lambda: function.handler, "").rpartition(".")[0].replace("/", ".")
    if module and f"{module}.".startswith(f"{failed.name.replace('/', '.')}."):
        return "it is the handler's own module that was not found"
    if imports.misplaced(failed.name.split(".", 1)[0]):
        return "a layer has it, in a folder where imports do not look"
    if imports.natives(failed.name):
        return "it is in the package, but compiled for something else"
    if imports.package is None and failed.name.rpartition(".")[2].startswith("_") and "." in failed.name:
        return f"'{failed.name}' is the compiled part of a package, which was found itself"
    return ""


def _install(function: Function, name: str) -> Fix:
    version = (function.runtime or "").removeprefix("python")
    machine = "aarch64" if "arm64" in function.architectures else "x86_64"
    known = bool(version and function.architectures)  # a log alone tells neither
    built = f" --platform manylinux2014_{machine} --python-version {version} --only-binary=:all:" if known else ""
    return Fix(
        title=f"put '{name}' into the package",
        applicability=Applicability.MANUAL,
        note=(
            f"pip install --target .{built} with the distribution that brings '{name}', which may be called otherwise; "
            "then zip and deploy"
        ),
    )
