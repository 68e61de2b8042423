"""Fixes that give a function more of what it has too little of: which sizes to try, the smallest first.

Memory brings CPU in proportion: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
"""

from collections.abc import Iterator
from math import ceil

from doctor.engine.operations import lambda_
from doctor.model.finding import Fix
from doctor.model.function import Function

LARGEST = 10_240
"""MB, of memory and of ``/tmp``."""
LONGEST_TIMEOUT = 900
"""Seconds: the longest timeout there is."""
_FACTORS = (1.5, 2, 4)
_ROUND = 64
"""MB: sizes are multiples of it, so that they read well."""


def more_memory(function: Function, used: float) -> tuple[Fix, ...]:
    """Larger memory sizes for a function that was seen to use, or to need, ``used`` MB; none when there is no larger one."""
    return tuple(_memory(function, size) for size in _sizes(used, function.memory_size))


def more_storage(function: Function) -> tuple[Fix, ...]:
    """Larger sizes of ``/tmp``; none when there is no larger one."""
    size = function.ephemeral_storage.size
    return tuple(_storage(function, one) for one in _sizes(size, size))


def more_time(function: Function, *seconds: float) -> tuple[Fix, ...]:
    """Timeouts of so many seconds, as far as they are longer than the function's own and not longer than there are."""
    candidates = (min(LONGEST_TIMEOUT, ceil(one)) for one in seconds)
    return tuple(_timeout(function, one) for one in dict.fromkeys(candidates) if one > function.timeout)


def _sizes(used: float, size: int) -> Iterator[int]:
    candidates = (min(LARGEST, ceil(used * factor / _ROUND) * _ROUND) for factor in _FACTORS)
    return (one for one in dict.fromkeys(candidates) if one > size)


def _memory(function: Function, megabytes: int) -> Fix:
    factor = megabytes / function.memory_size
    return Fix(
        title=f"give it {megabytes} MB",
        steps=(lambda_.set_memory_size(function, megabytes),),
        cost=f"a millisecond costs {factor:.3g} times as much; with {factor:.3g} times the CPU it may take fewer",
    )


def _storage(function: Function, megabytes: int) -> Fix:
    return Fix(
        title=f"give it {megabytes} MB of /tmp",
        steps=(lambda_.set_ephemeral_storage(function, megabytes),),
        cost="storage above 512 MB is billed by size and time",
        risk="if files are left behind it only takes longer until it is full again",
    )


def _timeout(function: Function, seconds: int) -> Fix:
    return Fix(
        title=f"give it {seconds} s",
        steps=(lambda_.set_timeout(function, seconds),),
        risk="a hung invocation is billed for longer; callers that give up earlier (API Gateway: 29 s) still do",
    )
