"""The function writes where nobody may write.

In Lambda only `/tmp` (and mounted file systems) can be written; the code under `/var/task` and `/opt` cannot. Often it is a library that keeps
a cache or a lock in the home directory. A file that may not be read, or a full disk, gives another error.

Covers: readonly-filesystem
Fix: write to /tmp; point a library's cache there, or the whole home directory.
Proof: the failing invocation is run locally, where the code is read-only too.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html
"""

import re
from collections.abc import Iterator

from doctor.rules_api import (
    RESOURCE_ERRORS,
    Applicability,
    Fix,
    Function,
    Invocation,
    Invocations,
    NotThis,
    Problem,
    Severity,
    cite_log,
    rule,
    shown,
    times,
)

PATH = re.compile(r"'(?P<path>/[^']*)'")
HOME = "/home/"


@rule(Severity.HIGH)
def read_only_file_system(function: Function, invocations: Invocations) -> Iterator[Problem | NotThis]:
    for seen in shown(one for one in invocations.failed if RESOURCE_ERRORS["ENOSPC"].search(one.error_message)):
        yield NotThis(symptom=seen, why="the disk could be written, it was full")
    found: dict[str, list[Invocation]] = {}
    for one in invocations.failed:
        if RESOURCE_ERRORS["EROFS"].search(one.error_message):
            match = PATH.search(one.error_message)
            found.setdefault(match["path"] if match else "", []).append(one)
    for path, met in found.items():
        last = met[-1]
        yield Problem(
            message=f"{path or 'a file outside /tmp'} cannot be written: only /tmp can, {times(met)}",
            evidence=(cite_log(function, f"errorMessage {path}".strip(), last.error_message, last.at),),
            fixes=(_elsewhere(path),),
            explains=shown(met),
            expects="init_failed" if last.inits else "handler_failed",
        )


def _elsewhere(path: str) -> Fix:
    home = path.startswith(HOME)
    return Fix(
        title="set HOME to /tmp" if home else "write to /tmp",
        applicability=Applicability.MANUAL,
        note="a library that caches in the home directory follows the environment variable HOME"
        if home
        else "use tempfile, or a path below /tmp; look for libraries that cache beside their code",
    )
