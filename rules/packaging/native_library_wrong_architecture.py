"""A shared library or a program in the package was built for another processor or operating system.

The loader's words mislead: a library for another processor is reported as `No such file or directory` although it is there, one for macOS
as `invalid ELF header`, a program as `Exec format error`. A library that is named without a path, and is not in the package, is really missing:
that is ruled out here.

Covers: pkg-native-wrong-arch
Fix: build or install it for the function's architecture, or change the architecture together with all of the code.
Proof: the failing invocation is run locally; it must fail the same way.
See: https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html
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
    cite,
    cite_log,
    cite_native,
    rule,
    shown,
    times,
)

PROGRAM = re.compile(r"[Ee]xec format error: '(?P<path>[^']+)'")
CERTAIN_WORDS = ("invalid ELF header", "wrong ELF class")
"""What the loader says of a file that it opened and could not use."""


@rule(Severity.HIGH)
def native_library_wrong_architecture(
    function: Function, imports: Imports, invocations: Invocations
) -> Iterator[Problem | NotThis]:
    if (function.runtime or "").startswith("provided"):
        return  # its own program is another rule's
    for failed in (one for one in imports.failed if one.library):
        native = imports.native_at(failed.library)
        if "/" not in failed.library and native is None:
            why = f"{failed.library} is named without a path: it is not there, whatever the processor"
            yield NotThis(symptom=shown(failed.those)[0], why=why)
        elif native is not None and native.format == "elf" and native.machine in function.architectures:
            why = f"{failed.library} is built for {native.machine}: what it is linked to was not found"
            yield NotThis(symptom=shown(failed.those)[0], why=why)
        else:
            yield _problem(function, imports, failed.library, list(failed.those))
    programs: dict[str, list[Invocation]] = {}
    for one in invocations.failed:
        if RESOURCE_ERRORS["ENOEXEC"].search(one.error_message):
            match = PROGRAM.search(one.error_message)
            programs.setdefault(match["path"] if match else "a program", []).append(one)
    for path, those in programs.items():
        yield _problem(function, imports, path, those)


def _problem(function: Function, imports: Imports, path: str, those: list[Invocation]) -> Problem:
    native = imports.native_at(path)
    last = those[-1]
    machine = ", ".join(function.architectures) or "the architecture that it runs on"
    certain = "Exec format error" in last.error_message or any(word in last.error_message for word in CERTAIN_WORDS)
    built = f"built for {native.machine or native.format}" if native else "not built"
    return Problem(
        message=f"{path} is {built}{', not' if native else ''} for {machine}, {times(those)}",
        evidence=(
            cite_log(function, f"errorMessage {path}", last.error_message, last.at),
            cite(function, "architectures"),
            *([cite_native(function, native, "machine")] if native and native.machine else []),
        ),
        fixes=(_rebuild(machine),),
        confidence=Confidence.CERTAIN
        if certain or (native and _is_foreign(function, native.machine))
        else Confidence.LIKELY,
        explains=shown(those),
        expects="init_failed" if last.inits else "handler_failed",
    )


def _is_foreign(function: Function, machine: str) -> bool:
    return machine != "" and machine not in function.architectures


def _rebuild(machine: str) -> Fix:
    return Fix(
        title=f"build it for {machine} on Linux",
        applicability=Applicability.MANUAL,
        note="install wheels or build in an image of the same runtime and architecture; changing Architectures concerns all compiled code at once",
    )
