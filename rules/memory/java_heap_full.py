"""The Java virtual machine has no heap, or no room for classes, left.

Lambda gives the virtual machine a part of the function's memory as heap. It throws `OutOfMemoryError` before the environment meets its own limit, so that
the figures of REPORT look fine. `Metaspace` means too many classes, not too much data.

Covers: oom-java-heap
Fix: more memory, of which the heap is a part; or keep less at once. For Metaspace, fewer dependencies.
See: https://docs.aws.amazon.com/lambda/latest/dg/java-handler.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    TELLING,
    Applicability,
    Fix,
    Function,
    Invocations,
    Problem,
    Severity,
    failed_by_words,
    found_in,
    rule,
)

WORDS = TELLING["java heap"]
WAY_OUT = Fix(
    title="give it more memory, or keep less at once",
    applicability=Applicability.MANUAL,
    note="the heap is a part of the memory size; JAVA_TOOL_OPTIONS can set another one",
)


@rule(Severity.HIGH)
def java_heap_full(function: Function, invocations: Invocations) -> Iterator[Problem]:
    met = invocations.matching(WORDS.words, *WORDS.marks)
    if met:
        found = found_in(met[-1], WORDS.words)
        yield failed_by_words(
            function,
            met,
            found,
            f"the virtual machine ran out of {found['space']}, with {function.memory_size} MB of memory",
            WAY_OUT,
            expects="handler_failed",
        )
