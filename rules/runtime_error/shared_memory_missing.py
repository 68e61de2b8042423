"""The code uses shared memory, which execution environments do not have.

Python's `multiprocessing.Pool` and `multiprocessing.Queue` keep semaphores in `/dev/shm`, which is not there: `[Errno 38] Function not implemented`. It fails
in every invocation that comes there, on any memory size.

Covers: multiprocessing-shm
Fix: `multiprocessing.Process` with `Pipe`, or threads, which do without.
See: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
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

WORDS = TELLING["shared memory"]
WAY_OUT = Fix(
    title="use Process with Pipe, or a ThreadPoolExecutor",
    applicability=Applicability.MANUAL,
    note="multiprocessing.Pool and Queue need /dev/shm; concurrent.futures.ThreadPoolExecutor does not",
)


@rule(Severity.HIGH)
def shared_memory_missing(function: Function, invocations: Invocations) -> Iterator[Problem]:
    met = invocations.matching(WORDS.words, *WORDS.marks)
    if met:
        found = found_in(met[-1], WORDS.words)
        yield failed_by_words(
            function, met, found, f"the code asks for shared memory ({found[0]}), which there is none of", WAY_OUT
        )
