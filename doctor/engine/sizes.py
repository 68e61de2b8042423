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
