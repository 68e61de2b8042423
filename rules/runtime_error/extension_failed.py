"""An extension of the function failed, and the environment with it.

Extensions are programs below `/opt/extensions`, brought by layers. Each must start, register and go on; one that cannot be started (`LaunchError`: not
executable, or for another processor), reports an error, or ends, fails the environment before the handler is called. The handler's code is not to blame;
an end of the runtime itself is `Runtime.ExitError`.

Covers: ext-launch-or-crash, ext-registration-error
Fix: take a version of the layer for this architecture that works, or do without; its own lines in the log tell more.
See: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
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

TYPES = (
    "Extension.LaunchError",
    "Extension.InitError",
    "Extension.ExitError",
    "Extension.Crash",
    "Extension.InvalidExtensionName",
    "Extension.RegistrationClosed",
    "Extension.UnknownExtensionIdentifier",
    "Extension.InvalidExtensionState",
    "Extension.MissingHeader",
    "Extension.InvalidEventType",
    "Extension.MissingExtensionIdentifier",
    "Extension.InvalidExtensionIdentifier",
)
WAY_OUT = Fix(
    title="update or remove the layer that brings the extension",
    applicability=Applicability.MANUAL,
    note="LaunchError: not executable, or for another processor; Crash and ExitError: its own lines in the log tell more",
)


@rule(Severity.HIGH)
def extension_failed(function: Function, invocations: Invocations) -> Iterator[Problem]:
    met = invocations.of_type(*TYPES)
    if met:
        yield failed_by_type(function, met, f"an extension failed ({met[-1].error_type})", WAY_OUT)
