"""The function comes close to its memory limit without having met it.

An input a little larger than those seen so far will be killed in the middle of its work. The figure is REPORT's `Max Memory Used`, the
highest of the environment's life. Where it creeps up from invocation to invocation the function leaks, and more room would only take
longer to fill: that is another rule's.

Covers: memory-headroom-low
Fix: give it more memory. Safe: it changes nothing that works, and costs more for each millisecond.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
"""

from collections.abc import Iterator

from doctor.rules_api import Function, Invocations, Problem, Severity, SymptomKind, cite, cite_log, more_memory, rule

CLOSE = 0.9
"""Share of the memory from which it is close to the limit."""
ENOUGH = 10
"""Invocations that must have been seen before their peak says something."""


@rule(Severity.MEDIUM, advice=True)
def memory_headroom_low(function: Function, invocations: Invocations) -> Iterator[Problem]:
    measured = [one for one in invocations.all if one.memory_size == function.memory_size and one.max_memory_used]
    if len(measured) < ENOUGH or invocations.showing(SymptomKind.KILLED) or invocations.leaking():
        return
    peak = max(measured, key=lambda one: (one.max_memory_used or 0, one.at))
    used = peak.max_memory_used or 0
    if used >= CLOSE * function.memory_size:
        share = used / function.memory_size
        yield Problem(
            message=f"it used {used} of {function.memory_size} MB ({share:.0%}); from {CLOSE:.0%} a larger input may be killed",
            evidence=(cite(function, "memory_size"), cite_log(function, "Max Memory Used", f"{used} MB", peak.at)),
            fixes=more_memory(function, used),
        )
