"""The function was to be brought into service, and its own code or an extension failed while it was initialised.

SnapStart, provisioned concurrency and Managed Instances initialise the code when a version is published or updated, not at the first invocation. Lambda then
says in a reason code what went wrong: the initialisation took too long, ran out of memory or disk, ended in an error, or an extension failed.

Covers: state-init-failed-codes, oom-init-resource-exhausted
Fix: mend what the code names, and publish or update again; a local run shows the same initialisation.
Proof: the function is run locally; its initialisation must fail the same way.
See: https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Problem,
    Severity,
    cite,
    reason_field,
    rule,
)

CODES = (
    "FunctionError",
    "FunctionError.InitTimeout",
    "FunctionError.RuntimeInitError",
    "FunctionError.ExtensionInitError",
    "FunctionError.InvalidEntryPoint",
    "FunctionError.InvalidWorkingDirectory",
    "FunctionError.PermissionDenied",
    "FunctionError.TooManyExtensions",
    "FunctionError.InitResourceExhausted",
)

OF_IMAGES = ("FunctionError.InvalidEntryPoint", "FunctionError.InvalidWorkingDirectory")
"""What in a container image is the image's fault, for which another rule speaks."""


@rule(Severity.HIGH)
def activation_fails_in_code(function: Function) -> Iterator[Problem]:
    codes = CODES if function.package_type == "Zip" else tuple(one for one in CODES if one not in OF_IMAGES)
    field = reason_field(function, *codes)
    if field:
        which = field.removesuffix("_code")
        code, reason = getattr(function, field), getattr(function, which)
        yield Problem(
            message=f"its code could not be initialised ({code}: {reason or 'no reason given'})",
            evidence=(cite(function, field), cite(function, which)),
            fixes=(
                Fix(
                    title="mend the initialisation, then publish or update again",
                    applicability=Applicability.MANUAL,
                    note="InitResourceExhausted: more memory; InitTimeout: less at module level; the log of the initialisation tells the rest",
                ),
            ),
        )
