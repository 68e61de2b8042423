"""The code asks for an environment variable that the function does not have.

``os.environ["NAME"]`` raises a KeyError where no variable of that name is set: in the handler, or while its module is loaded. A KeyError may
be any dictionary's; this rule speaks where the function's own source reads that name from its environment, or the traceback ends there.
Often the variable was set on another version, stage or stack. Where Lambda could not decrypt the variables, none of them is seen, and the
function does not start: that is another failure.

Covers: cfg-env-var-missing
Fix: set the variable; only its owner knows to what. A published version keeps the variables it was published with.
Proof: the failing invocation is run locally, with the function's own variables; it must fail the same way.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Contents,
    Evidence,
    Fix,
    Function,
    Invocation,
    Invocations,
    Problem,
    Severity,
    cite_log,
    maybe_variable,
    places_of_variable,
    rule,
    shown,
    times,
    unset_variable,
)


@rule(Severity.HIGH)
def environment_variable_missing(function: Function, invocations: Invocations, contents: Contents) -> Iterator[Problem]:
    found: dict[str, list[Invocation]] = {}
    for one in invocations.failed:
        name = unset_variable(function, one)
        if name:
            found.setdefault(name, []).append(one)
    for name, met in found.items():
        last = met[-1]
        yield Problem(
            message=f"the code asks for the environment variable {name}, which is not set, {times(met)}",
            evidence=(cite_log(function, last.error_type, last.error_message, last.at), *_read(function, name)),
            fixes=(
                Fix(
                    title=f"set {name}",
                    applicability=Applicability.MANUAL,
                    note=f"add {name} to the function's environment with the value it is to have, or let the code do without",
                ),
            ),
            explains=shown(met),
            expects="init_failed" if last.inits else "handler_failed",
        )
    if any(maybe_variable(function, one) not in ("", *found) for one in invocations.failed):
        _ = contents.package  # only the source tells whether that key is a variable's


def _read(function: Function, name: str) -> Iterator[Evidence]:
    """Where the source reads it."""
    for one in places_of_variable(function, name):
        field = f"Package.source.variables[{one.path}].name"
        yield Evidence(resource=function.arn, field=field, value=name, source="lambda:GetFunction")
