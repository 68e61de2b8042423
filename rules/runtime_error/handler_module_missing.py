"""The file that Handler names is not where Python looks for it.

`Handler` is a module and a function: `app.handler` is the function `handler` of `app.py` at the top of the package. The module is not
found when its name is misspelt, or when the folder was zipped instead of what lies in it. The same words about another module are a
missing dependency, which is ruled out here.

Covers: py-handler-module-missing
Fix: name the file where it lies, or zip the contents of the folder.
Proof: the failing invocation is run locally with the old Handler, then with the new one.
See: https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    FailedImport,
    Fix,
    Function,
    Imports,
    NotThis,
    Problem,
    Severity,
    cite,
    cite_log,
    lambda_,
    rule,
    shown,
    times,
)

REZIP = Fix(
    title="put the file where Handler looks for it",
    applicability=Applicability.MANUAL,
    note="zip the contents of the folder, not the folder, or name the module's path in Handler: folder/file.function",
)


@rule(Severity.HIGH)
def handler_module_missing(function: Function, imports: Imports) -> Iterator[Problem | NotThis]:
    if not (function.runtime or "").startswith("python"):
        return
    for failed in (one for one in imports.failed if one.name):
        module, _, attribute = function.handler.rpartition(".")
        if not _is_handlers(failed, module):
            yield NotThis(symptom=shown(failed.those)[0], why=f"'{failed.name}' is not the handler's module '{module}'")
            continue
        elsewhere = imports.package.handler.elsewhere if imports.package and imports.package.handler else ()
        found = f"; it lies in {', '.join(elsewhere)}" if elsewhere else ""
        yield Problem(
            message=f"Handler '{function.handler}' leads to a module '{failed.name}' that was not found{found}, {times(failed.those)}",
            evidence=(
                cite(function, "handler"),
                cite_log(function, "errorMessage", failed.last.error_message, failed.last.at),
                *([cite(function, "package.handler.elsewhere")] if elsewhere else []),
            ),
            fixes=(*(_point(function, path, attribute) for path in elsewhere), REZIP),
            explains=shown(failed.those),
            expects="init_failed",
        )


def _is_handlers(failed: FailedImport, module: str) -> bool:
    """Tell whether it is the handler's module that was not found, or a folder on the way to it."""
    dotted = module.replace("/", ".")
    return f"{dotted}.".startswith(f"{failed.name.replace('/', '.')}.")


def _point(function: Function, path: str, attribute: str) -> Fix:
    handler = f"{path.removesuffix('.py')}.{attribute}"
    return Fix(
        title=f"let Handler be {handler}",
        applicability=Applicability.UNSAFE,
        steps=(lambda_.set_handler(function, handler),),
        risk="it runs a file that the configuration did not name; what it imports beside it may not be found",
    )
