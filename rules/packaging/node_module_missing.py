"""Node.js cannot find a module that the code asks for.

A name without a path is a dependency, which must lie in `node_modules`; a name that is the handler's file means that `Handler` or the zip is
wrong. From Node.js 18 on the runtime brings the AWS SDK for JavaScript v3 (`@aws-sdk/…`) and no longer v2 (`aws-sdk`).

Covers: node-module-missing
Fix: install the dependency into the package; move from `aws-sdk` to `@aws-sdk/…`; name the handler's file where it lies.
Proof: the failing invocation is run locally; it must fail the same way.
See: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-package.html
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
    cite_told,
    rule,
    shown,
    times,
    told,
)

WITH_SDK_V2 = ("nodejs12.x", "nodejs14.x", "nodejs16.x")


@rule(Severity.HIGH)
def node_module_missing(function: Function, imports: Imports) -> Iterator[Problem | NotThis]:
    if not (function.runtime or "").startswith("nodejs"):
        return
    for failed in (one for one in imports.failed if one.name):
        if imports.misplaced(_package(failed.name)):
            why = "a layer has it, in a folder where imports do not look"
            yield NotThis(symptom=shown(failed.those)[0], why=why)
            continue
        held = imports.holds(_package(failed.name))
        what, fix = _told(function, failed)
        yield Problem(
            message=f"{what}, {times(failed.those)}",
            evidence=(
                cite_log(function, f"Cannot find {failed.name}", failed.last.error_message, failed.last.at),
                cite(function, "runtime"),
                *cite_told(function, "handler"),
                *([cite(function, "package.top_level")] if held is False else []),
            ),
            fixes=(fix,),
            confidence=Confidence.CERTAIN if held is False else Confidence.LIKELY,
            explains=shown(failed.those),
            expects="init_failed" if failed.last.inits else "",
        )


def _package(name: str) -> str:
    """The package of a module's name: ``@scope/name`` of ``@scope/name/part``."""
    return "/".join(name.split("/")[: 2 if name.startswith("@") else 1])


def _told(function: Function, failed: FailedImport) -> tuple[str, Fix]:
    """What is missing, in words, and what to do about it."""
    name = failed.name
    module = told(lambda: function.handler, "").rpartition(".")[0]
    if name.removeprefix("/var/task/").removeprefix("./") == module:
        note = "zip the contents of the folder, not the folder; Handler is the file's path without its suffix, a dot, and the export"
        return f"Handler '{function.handler}' leads to a file '{name}' that was not found", _fix(
            "put the file where Handler looks for it", note
        )
    if name == "aws-sdk" and function.runtime not in WITH_SDK_V2:
        note = "use the clients of @aws-sdk, which the runtime brings, or package aws-sdk itself"
        return f"the code asks for 'aws-sdk', which {function.runtime} no longer brings", _fix("move to @aws-sdk", note)
    if name.startswith((".", "/")):
        return f"the code asks for its file '{name}', which was not found", _fix(
            f"package '{name}'", "add the file, or correct the path; upper and lower case count in Lambda"
        )
    return f"the code asks for '{name}', which was not found", _fix(
        f"put '{name}' into the package", "npm install --omit=dev, and zip node_modules beside the code"
    )


def _fix(title: str, note: str) -> Fix:
    return Fix(title=title, applicability=Applicability.MANUAL, note=note)
