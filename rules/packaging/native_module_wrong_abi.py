"""A package's compiled part was built for another Python version or processor, so Python does not see it.

Python recognises a compiled module by its file name: `_x.cpython-312-x86_64-linux-gnu.so` exists for Python 3.12 on x86_64 and for nothing
else. Anywhere else the import says `No module named 'x._x'`, as if it were missing, though the package lies there. It comes from installing
on another machine than Lambda's. Without a look into the package, a name of that form makes it likely, not certain.

Covers: pkg-native-wrong-abi
Fix: install for the function's runtime and architecture.
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
    Native,
    NotThis,
    Problem,
    Severity,
    cite,
    cite_log,
    cite_native,
    rule,
    shown,
    times,
)


@rule(Severity.HIGH)
def native_module_wrong_abi(function: Function, imports: Imports) -> Iterator[Problem | NotThis]:
    if not (function.runtime or "").startswith("python"):
        return
    for failed in (one for one in imports.failed if one.name):
        natives = imports.natives(failed.name)
        if not natives and not (imports.package is None and _is_compiled(failed.name)):
            yield NotThis(symptom=shown(failed.those)[0], why=_why(imports, failed))
            continue
        built = (
            f"built for {', '.join(_built_for(one) for one in natives)}" if natives else "probably built for another"
        )
        machine = ", ".join(function.architectures) or "the architecture that it runs on"
        yield Problem(
            message=f"the compiled module '{failed.name}' is {built}, the function needs {function.runtime} on {machine}, {times(failed.those)}",
            evidence=(
                cite_log(function, f"No module named {failed.name}", failed.last.error_message, failed.last.at),
                cite(function, "runtime"),
                cite(function, "architectures"),
                *(cite_native(function, one, "abi") for one in natives),
            ),
            fixes=(_reinstall(function, failed.name.split(".", 1)[0]),),
            confidence=Confidence.CERTAIN if natives else Confidence.LIKELY,
            explains=shown(failed.those),
            expects="init_failed" if failed.last.inits else "handler_failed",
        )


def _is_compiled(name: str) -> bool:
    """Tell whether a name looks like a package's compiled part: by custom it begins with an underscore."""
    return "." in name and name.rpartition(".")[2].startswith("_")


def _why(imports: Imports, failed: FailedImport) -> str:
    if imports.package is None:
        return f"'{failed.name}' does not look like the compiled part of a package"
    return f"the package has no compiled file of the name '{failed.name}'"


def _built_for(native: Native) -> str:
    return native.abi or f"{native.machine or 'another'} ({native.format})"


def _reinstall(function: Function, name: str) -> Fix:
    version = (function.runtime or "").removeprefix("python")
    machine = "aarch64" if "arm64" in function.architectures else "x86_64"
    return Fix(
        title=f"install '{name}' for {function.runtime} on {machine}",
        applicability=Applicability.MANUAL,
        note=(
            f"pip install --target . --platform manylinux2014_{machine} --implementation cp --python-version {version} "
            f"--only-binary=:all: {name}; then zip and deploy"
        ),
    )
