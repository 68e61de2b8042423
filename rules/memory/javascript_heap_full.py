"""Node.js ran out of heap, and V8 aborted the process.

V8 has a limit of its own for JavaScript objects, below the function's memory, and `NODE_OPTIONS=--max-old-space-size` may set it lower
still. So REPORT can show plenty of memory left. The process ends with `signal: aborted`, which a crash of native code does too: only
V8's own last words tell them apart.

Covers: oom-node-heap
Fix: give the function more memory; where NODE_OPTIONS sets the heap's limit, raise it there, up to about 90 % of the memory.
Proof: the failing invocation is run locally under the old limit, then under the new one.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
"""

import re
from collections.abc import Iterator

from doctor.rules_api import (
    HEAP_FULL,
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
    more_memory,
    rule,
    shown,
    times,
    told,
)

LIMIT = re.compile(r"--max[-_]old[-_]space[-_]size=(?P<megabytes>\d+)")
SHARE = 0.9
"""Of a function's memory, what the heap may take: the rest is for code, buffers and the runtime."""


@rule(Severity.HIGH)
def javascript_heap_full(function: Function, invocations: Invocations) -> Iterator[Problem | NotThis]:
    ended = [one for one in invocations.showing(SymptomKind.EXITED) if one.memory_size in (None, function.memory_size)]
    full = [one for one in ended if any(HEAP_FULL in line.message for line in one.lines)]
    if not full:
        for seen in shown(one for one in ended if "signal: aborted" in one.error_message):
            yield NotThis(symptom=seen, why="V8 wrote nothing about its heap: other code called abort")
        return
    options = told(lambda: str(function.environment.variables.get("NODE_OPTIONS", "")), None)
    limit = LIMIT.search(options or "")
    heap = f"the {limit['megabytes']} MB that NODE_OPTIONS allows" if limit else "what V8 allows"
    heap = heap if options is not None else f"{heap}, or NODE_OPTIONS,"
    last = next(line for line in reversed(full[-1].lines) if HEAP_FULL in line.message)
    yield Problem(
        message=f"the JavaScript heap outgrew {heap} in {function.memory_size} MB of memory, {times(full)}",
        evidence=(
            cite(function, "memory_size"),
            cite_log(function, "last words", HEAP_FULL, last.at),
            *([cite(function, "environment.variables.NODE_OPTIONS")] if limit else []),
        ),
        fixes=(_raise(function, limit),) if limit else more_memory(function, function.memory_size),
        explains=shown(full),
        expects="exited",
    )


def _raise(function: Function, limit: re.Match[str]) -> Fix:
    room = int(SHARE * function.memory_size)
    return Fix(
        title=f"let the heap grow to {room} MB",
        applicability=Applicability.MANUAL,
        note=f"set --max-old-space-size={room} in NODE_OPTIONS; more than {limit['megabytes']} MB only fits if memory is raised with it",
    )
