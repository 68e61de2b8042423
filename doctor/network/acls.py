"""Network ACLs: numbered entries, the first that matches decides, and what matches none is dropped. They keep no state.

See: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
"""

from typing import Any, NamedTuple

from doctor.model.network import NetworkAcl
from doctor.network.addresses import V4, prefix
from doctor.network.boxes import Box, common, remove
from doctor.network.protocols import ANY, number

ALL_PORTS = (0, 65535)


class Judgement(NamedTuple):
    """What a filter does with a box of packets."""

    passed: tuple[Box, ...]
    unsure: tuple[Box, ...]
    rule: str
    """The rule that decides: the one that drops, when something is dropped."""
    evidence: str


class Entry(NamedTuple):
    """An entry of a network ACL."""

    protocol: int
    low: int
    high: int
    first: int
    last: int
    allow: bool | None
    """``None``: the entry could not be read."""
    words: str
    evidence: str


class Acl:
    """One direction of a network ACL, compiled for one address family."""

    def __init__(self, acl: NetworkAcl, egress: bool, family: int) -> None:
        self.id = acl.network_acl_id
        self.arn = acl.arn
        root = f"/resources/{acl.arn.replace('/', '~1')}/Entries"
        numbered = [
            (_number(raw), _entry(raw, family, f"{root}/{index}"))
            for index, raw in enumerate(acl.entries)
            if raw.get("Egress") is not (not egress)
        ]
        self.entries = [one for _, one in sorted(numbered, key=lambda item: item[0]) if one is not None]

    def judge(self, protocol: int, box: Box) -> Judgement:
        """Judge packets of remote addresses and destination ports; entries are read in the order of their numbers."""
        left: list[Box] = [box]
        passed: list[Box] = []
        unsure: list[Box] = []
        allowed = dropped = None
        for entry in self.entries:
            if entry.protocol not in (ANY, protocol):
                continue
            range_ = (entry.low, entry.high, entry.first, entry.last)
            found = [both for one in left if (both := common(one, range_))]
            if not found:
                continue
            if entry.allow:
                passed += found
                allowed = allowed or entry
            elif entry.allow is None:
                unsure += found
            else:
                dropped = dropped or entry
            left = remove(left, range_)
            if not left:
                break
        decides = dropped or (allowed if not left else None)
        rule, evidence = (decides.words, decides.evidence) if decides else ("no entry matches", "")
        return Judgement(tuple(passed), tuple(unsure), rule, evidence)

    @property
    def boundaries(self) -> list[int]:
        """Where another entry may begin to apply."""
        return [edge for one in self.entries for edge in (one.low, one.high + 1)]


def _number(raw: dict[str, Any]) -> int:
    found = raw.get("RuleNumber")
    return found if isinstance(found, int) else 0  # what cannot be read comes first: it may decide


def _entry(raw: dict[str, Any], family: int, evidence: str) -> Entry | None:
    """Read an entry; ``None`` when it is about the other family."""
    if not isinstance(raw.get("Egress"), bool):
        return _unread(evidence)
    cidr = raw.get("CidrBlock" if family == V4 else "Ipv6CidrBlock")
    if not cidr:
        told = any(raw.get(name) for name in ("CidrBlock", "Ipv6CidrBlock"))
        return None if told else _unread(evidence)
    range_ = prefix(str(cidr))
    protocol = number(raw.get("Protocol"))
    action = {"allow": True, "deny": False}.get(str(raw.get("RuleAction")).lower())
    ports = _ports(raw, protocol)
    if range_ is None or protocol is None or ports is None or not isinstance(raw.get("RuleNumber"), int):
        return _unread(evidence)
    words = f"rule {raw['RuleNumber']} {raw.get('RuleAction')} {_said(protocol, ports)} {cidr}"
    if action is None:
        return Entry(protocol, range_.low, range_.high, *ports, None, words, evidence)
    return Entry(protocol, range_.low, range_.high, *ports, action, words, evidence)


def _unread(evidence: str) -> Entry:
    return Entry(ANY, 0, 2**128 - 1, *ALL_PORTS, None, "an entry that cannot be read", evidence)


def _ports(raw: dict[str, Any], protocol: int | None) -> tuple[int, int] | None:
    if protocol in (1, 58):
        kind = (raw.get("IcmpTypeCode") or {}).get("Type", -1)
        return ALL_PORTS if kind == -1 else (kind, kind)
    if protocol not in (6, 17):
        return ALL_PORTS
    told = raw.get("PortRange") or {}
    first, last = told.get("From"), told.get("To")
    return (first, last) if isinstance(first, int) and isinstance(last, int) else None


def _said(protocol: int, ports: tuple[int, int]) -> str:
    if protocol == ANY:
        return "all traffic"
    said = {6: "tcp", 17: "udp"}.get(protocol, f"protocol {protocol}")
    return said if ports == ALL_PORTS else f"{said} {ports[0]}" + (f"-{ports[1]}" if ports[0] != ports[1] else "")
