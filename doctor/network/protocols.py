"""Protocols, which AWS spells as names and as numbers."""

from typing import Any

ANY = -1
TCP, UDP, ICMP, ICMPV6 = 6, 17, 1, 58
_BY_NAME = {"all": ANY, "-1": ANY, "tcp": TCP, "udp": UDP, "icmp": ICMP, "icmpv6": ICMPV6}


def number(spelled: Any) -> int | None:
    """The number of a protocol, ``ANY`` for all; ``None`` for what is none."""
    text = str(spelled).strip().lower()
    if text in _BY_NAME:
        return _BY_NAME[text]
    return int(text) if text.isdecimal() and int(text) <= 255 else None  # noqa: PLR2004 -- the protocol field has eight bits
