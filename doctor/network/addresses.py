"""Addresses and ranges as integers: parsed once, compared cheaply. Nothing here raises on what AWS or a user may write."""

import ipaddress
from functools import cache, lru_cache
from typing import NamedTuple

V4, V6 = 4, 6
ALL = {V4: (0, 2**32 - 1), V6: (0, 2**128 - 1)}
RESERVED_FIRST, RESERVED_LAST = 4, 1
"""Addresses of a subnet that AWS keeps for itself, at its beginning and at its end."""


class Prefix(NamedTuple):
    """A range of addresses that a CIDR block names."""

    family: int
    low: int
    high: int
    length: int

    def holds(self, address: int) -> bool:
        """Whether an address of the same family is in it."""
        return self.low <= address <= self.high


@cache
def prefix(cidr: str) -> Prefix | None:
    """Read a CIDR block; ``None`` for what is none."""
    try:
        network = ipaddress.ip_network(cidr, strict=False)
    except ValueError:
        return None
    low = int(network.network_address)
    return Prefix(network.version, low, int(network.broadcast_address), network.prefixlen)


@cache
def address(text: str) -> tuple[int, int] | None:
    """Read an address: its family and its number; ``None`` for what is none."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return found.version, int(found)


@cache
def written(family: int, number: int) -> str:
    """An address as people write it."""
    return str(ipaddress.IPv4Address(number) if family == V4 else ipaddress.IPv6Address(number))


@cache
def span(family: int, low: int, high: int) -> str:
    """A range of addresses as people write it."""
    return written(family, low) if low == high else f"{written(family, low)}-{written(family, high)}"


def _prefixes(*cidrs: str) -> tuple[Prefix, ...]:
    return tuple(found for cidr in cidrs if (found := prefix(cidr)))


RFC1918 = _prefixes("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
RFC6598 = _prefixes("100.64.0.0/10")
RESOLVER = _prefixes("169.254.169.253/32", "fd00:ec2::253/128")
NAT64 = _prefixes("64:ff9b::/96")
_NOT_PUBLIC = _prefixes(
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"),
    *("224.0.0.0/3", "::/8", "64:ff9b::/96", "fc00::/7", "fe80::/10", "ff00::/8"),
)


def within(family: int, number: int, prefixes: tuple[Prefix, ...]) -> bool:
    """Whether an address is in one of the ranges."""
    return any(one.family == family and one.low <= number <= one.high for one in prefixes)


@lru_cache(maxsize=1 << 14)
def public(family: int, number: int) -> bool:
    """Whether an address may be met on the internet."""
    return not within(family, number, _NOT_PUBLIC)


def public_ranges(family: int) -> list[tuple[int, int]]:
    """The ranges of addresses that may be met on the internet."""
    return gaps(ALL[family], sorted((one.low, one.high) for one in _NOT_PUBLIC if one.family == family))


def gaps(whole: tuple[int, int], taken: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What sorted ranges leave of a range."""
    left: list[tuple[int, int]] = []
    start, end = whole
    for low, high in taken:
        if low > start:
            left.append((start, min(low - 1, end)))
        start = max(start, high + 1)
    return [*left, (start, end)] if start <= end else left
