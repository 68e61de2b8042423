"""The handler's file is called like a module that Python has built in.

`time.handler` names the module `time`, which is part of the interpreter: the runtime refuses it before it looks into the package.

Covers: py-handler-builtin-conflict
Fix: give the file another name, and name it in Handler.
Proof: the failing invocation is run locally; it must fail the same way.
See: https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Invocations,
    Problem,
    Severity,
    failed_by_type,
    rule,
)

TYPES = ("Runtime.BuiltInModuleConflict",)
WAY_OUT = Fix(
    title="give the file another name",
    applicability=Applicability.MANUAL,
    note="rename the file, and set Handler to it",
)


@rule(Severity.HIGH)
def handler_shadows_builtin(function: Function, invocations: Invocations) -> Iterator[Problem]:
    met = invocations.of_type(*TYPES)
    if met:
        yield failed_by_type(function, met, f"Handler is {function.handler}", WAY_OUT)
