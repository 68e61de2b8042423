"""The handler's code is not valid in the function's runtime.

The interpreter refused a file while it loaded the handler: a mistake, or a way of writing that only a newer version knows. When the
file is a dependency's, that dependency was made for a newer version.

Covers: py-syntax-error
Fix: correct the file, or choose a runtime that knows what it uses.
Proof: the failing invocation is run locally; it must fail the same way.
See: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
"""

import re
from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Invocations,
    NotThis,
    Problem,
    Severity,
    SymptomKind,
    cite,
    cite_log,
    rule,
    shown,
    times,
    told_otherwise,
)

WHERE = re.compile(r"\((?P<file>[^()]+), line (?P<line>\d+)\)")


@rule(Severity.HIGH)
def syntax_error(function: Function, invocations: Invocations) -> Iterator[Problem | NotThis]:
    failed = invocations.unmended(invocations.showing(SymptomKind.IMPORT_FAILED))
    met = [one for one in failed if one.error_type == "Runtime.UserCodeSyntaxError"]
    if not met:
        for seen in shown(failed[-1:]):
            yield NotThis(symptom=seen, why="the code was read; something that it imports could not be loaded")
        return
    last = met[-1]
    mixed = told_otherwise(function, last)
    if mixed:
        yield NotThis(symptom=shown([last])[0], why=mixed)
        return
    where = WHERE.search(last.error_message)
    place = f"{where['file']}, line {where['line']}" if where else "the handler's code"
    yield Problem(
        message=f"{place} is not valid in {function.runtime}, {times(met)}",
        evidence=(cite(function, "runtime"), cite_log(function, "errorMessage", last.error_message, last.at)),
        fixes=(_fix(function, place),),
        explains=shown(met),
        expects="init_failed",
    )


def _fix(function: Function, place: str) -> Fix:
    return Fix(
        title=f"correct {place}",
        applicability=Applicability.MANUAL,
        note=f"if a newer version than {function.runtime} knows what is written there, change Runtime instead",
    )
