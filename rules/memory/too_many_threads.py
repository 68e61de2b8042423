"""The function starts as many threads or processes as an environment may have.

An execution environment has 1,024 threads and processes together, across invocations. Pools that are made for each event and never closed add up, and so
do subprocesses that nobody waits for. The same words come when there is no memory left for another thread's stack, which the memory at its limit tells.

Covers: threads-exhausted
Fix: one pool for the environment, of a bounded size, closed or reused.
Proof: the failing invocation is run locally; it must fail the same way.
See: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    TELLING,
    Applicability,
    Fix,
    Function,
    Invocation,
    Invocations,
    Problem,
    Severity,
    failed_by_words,
    found_in,
    rule,
)

WORDS = TELLING["threads"]
WAY_OUT = Fix(
    title="bound the pools of threads and processes, and close them",
    applicability=Applicability.MANUAL,
    note="make a pool once, outside of the handler, and give it a size; wait for every subprocess",
)


@rule(Severity.HIGH)
def too_many_threads(function: Function, invocations: Invocations) -> Iterator[Problem]:
    met = invocations.matching(WORDS.words, *WORDS.marks)
    if met:
        found = found_in(met[-1], WORDS.words)
        full = ": its memory is full, and a thread needs some" if _is_full(met[-1]) else ""
        yield failed_by_words(
            function, met, found, f"the environment can start no more threads or processes ({found[0]}){full}", WAY_OUT
        )


def _is_full(one: Invocation) -> bool:
    """Whether the environment had used all of its memory, give or take what REPORT rounds away."""
    return bool(one.memory_size and one.max_memory_used and one.max_memory_used >= one.memory_size - 1)
