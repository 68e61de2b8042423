"""The handler's module raises an exception while it is loaded.

What stands at module level runs before the first invocation: reading environment variables, making clients, loading files. When it
raises, there is no handler to call; Lambda loads the module once more inside the invocation, and fails it. Modules that are missing and
code that cannot be read have rules of their own. Lambda's warning that a runtime update may be to blame is printed with every such
failure, and is no evidence.

Covers: py-init-exception
Fix: at the line that is named; a variable that is not set is set in the function's configuration.
Proof: the failing invocation is run locally; it must fail the same way.
See: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

import re
from collections.abc import Iterator

from doctor.rules_api import (
    RESOURCE_ERRORS,
    Applicability,
    Confidence,
    Fix,
    Function,
    Imports,
    Invocation,
    Invocations,
    NotThis,
    Problem,
    Severity,
    Symptom,
    SymptomKind,
    cite_log,
    in_line,
    rule,
    shown,
    times,
    told_otherwise,
    unset_variable,
)

VARIABLE = re.compile(r"'(?P<name>[A-Z][A-Z0-9_]{2,})'")
BY_HAND = Fix(
    title="correct what runs at module level",
    applicability=Applicability.MANUAL,
    note="the traceback in the log names the line; what can fail belongs into the handler, where an event can be retried",
)


@rule(Severity.HIGH)
def exception_while_loading(
    function: Function, invocations: Invocations, imports: Imports
) -> Iterator[Problem | NotThis]:
    missing = {one.request_id for failed in imports.failed for one in failed.those}
    for seen in shown(one for one in invocations.showing(SymptomKind.IMPORT_FAILED) if one.request_id in missing):
        yield NotThis(symptom=seen, why="a module is missing: no code of the function raised")
    found: dict[Symptom, list[Invocation]] = {}
    for one in invocations.unmended(invocations.showing(SymptomKind.INIT_FAILED)):
        if one.request_id not in missing and not _is_others(one):
            found.setdefault(shown([one])[0], []).append(one)
    for seen, met in found.items():
        last = met[-1]
        why = "the code asks for an environment variable that is not set" if unset_variable(function, last) else ""
        why = why or told_otherwise(function, last)
        if why:
            yield NotThis(symptom=seen, why=why)
            continue
        variable = _variable(function, last)
        unset = f"; no environment variable {variable} is set" if variable else ""
        text = f": {in_line(last.error_message)}" if last.error_message else ""
        yield Problem(
            message=f"{last.error_type}{text} was raised while the handler's module was loaded{unset}, {times(met)}",
            evidence=(cite_log(function, f"{last.error_type} while loading", last.error_message, last.at),),
            fixes=(_set(variable) if variable else BY_HAND,),
            confidence=Confidence.LIKELY if variable else Confidence.CERTAIN,
            explains=(seen,),
            expects="init_failed",
        )


def _is_others(one: Invocation) -> bool:
    """Tell whether the exception is one that another rule explains."""
    resource = any(words.search(one.error_message) for words in RESOURCE_ERRORS.values())
    return (
        resource or one.error_type == "MemoryError" or one.error_type.startswith(("Runtime.", "Extension.", "Sandbox."))
    )


def _variable(function: Function, one: Invocation) -> str:
    """The environment variable that the code missed, by its name; empty when it missed something else."""
    found = VARIABLE.fullmatch(one.error_message.strip()) if one.error_type == "KeyError" else None
    return found["name"] if found and found["name"] not in function.environment.variables else ""


def _set(variable: str) -> Fix:
    return Fix(
        title=f"set {variable}",
        applicability=Applicability.MANUAL,
        note=f"add {variable} to the function's environment with the value it is to have, or let the code do without",
    )
