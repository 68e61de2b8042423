"""A shared library of the operating system is not in the runtime's image.

Compiled packages lean on libraries of the system (libGL, libgomp, libxml2), of which a runtime's image has few, and Amazon Linux 2023 fewer than Amazon
Linux 2. The message names the library without a path. Where it names a file of the package with its path, that file is there and was built for
another processor.

Covers: pkg-missing-system-lib
Fix: a wheel that brings its libraries (opencv-python-headless), the library in a layer below `lib/`, or a container image.
Proof: the failing invocation is run locally; it must fail the same way.
See: https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
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
)

ABSENT = "cannot open shared object file"


@rule(Severity.HIGH)
def system_library_missing(function: Function, imports: Imports) -> Iterator[Problem | NotThis]:
    for failed in (one for one in imports.failed if one.library and ABSENT in one.last.error_message):
        why = _something_else(imports, failed)
        if why:
            yield NotThis(symptom=shown(failed.those)[0], why=why)
            continue
        last = failed.last
        yield Problem(
            message=f"{failed.library} is not in the runtime's image, nor in the package, {times(failed.those)}",
            evidence=(
                cite_log(function, f"errorMessage {failed.library}", last.error_message, last.at),
                cite(function, "runtime"),
                cite(function, "layers"),
            ),
            fixes=(
                Fix(
                    title=f"bring {failed.library} along",
                    applicability=Applicability.MANUAL,
                    note="a wheel that brings its libraries, a layer with the library below lib/, or a container image",
                ),
            ),
            confidence=Confidence.LIKELY if imports.package is None or imports.unread else Confidence.CERTAIN,
            explains=shown(failed.those),
            expects="init_failed" if last.inits else "handler_failed",
        )


def _something_else(imports: Imports, failed: FailedImport) -> str:
    """Why no library of the system is missing; empty when one is."""
    native = imports.native_at(failed.library)
    if native is not None or failed.library.startswith("/"):
        return f"{failed.library} is a file of the package: it was built for something else"
    return ""
