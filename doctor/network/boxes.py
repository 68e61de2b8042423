"""Boxes of packets: a range of client addresses times a range of client ports."""

from collections.abc import Iterable
from typing import TypeAlias

Box: TypeAlias = tuple[int, int, int, int]
"""First and last client address, first and last client port."""

EPHEMERAL = (1024, 65535)
"""Ports that Lambda and NAT gateways send from."""


def common(one: Box, other: Box) -> Box | None:
    """What two boxes have in common."""
    low, high = max(one[0], other[0]), min(one[1], other[1])
    first, last = max(one[2], other[2]), min(one[3], other[3])
    return (low, high, first, last) if low <= high and first <= last else None


def without(box: Box, hole: Box) -> list[Box]:
    """What is left of a box when another is taken out: at most four boxes."""
    if common(box, hole) is None:
        return [box]
    low, high, first, last = box
    left: list[Box] = []
    if hole[0] > low:
        left.append((low, hole[0] - 1, first, last))
        low = hole[0]
    if hole[1] < high:
        left.append((hole[1] + 1, high, first, last))
        high = hole[1]
    if hole[2] > first:
        left.append((low, high, first, hole[2] - 1))
    if hole[3] < last:
        left.append((low, high, hole[3] + 1, last))
    return left


def remove(boxes: Iterable[Box], hole: Box) -> list[Box]:
    """Take a box out of each of several."""
    return [rest for box in boxes for rest in without(box, hole)]


def shared(some: Iterable[Box], others: Iterable[Box]) -> list[Box]:
    """What two disjoint sets of boxes have in common."""
    others = tuple(others)
    return [both for box in some for other in others if (both := common(box, other))]


def same(some: Iterable[Box], others: Iterable[Box]) -> bool:
    """Whether two sets of boxes hold the same packets, when one is known to lie within the other."""
    return volume(some) == volume(others)


def volume(boxes: Iterable[Box]) -> int:
    """How many packets disjoint boxes hold."""
    return sum((high - low + 1) * (last - first + 1) for low, high, first, last in boxes)
