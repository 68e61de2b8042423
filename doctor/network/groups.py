"""Security groups: allow rules only, the union of all groups of an interface; answers to what was admitted always pass.

See: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
"""

from collections.abc import Iterable
from typing import NamedTuple

from doctor.model.network import IpPermission, SecurityGroup
from doctor.network.addresses import prefix
from doctor.network.protocols import ANY, ICMP, ICMPV6, number
from doctor.network.routes import Cidrs

Span = tuple[int, int]


class Rule(NamedTuple):
    """A rule of a security group."""

    protocol: int | None
    first: int
    last: int
    ranges: tuple[tuple[int, int, int], ...]
    """Family, first and last address."""
    groups: frozenset[str]
    unread: tuple[str, ...]
    """Prefix lists and ranges that could not be read."""
    words: str
    evidence: str

    def covers(self, protocol: int, port: int) -> bool | None:
        """Whether the rule is about such packets; ``None`` when it cannot be told."""
        if self.protocol is None:
            return None
        if self.protocol == ANY:
            return True
        return self.protocol == protocol and (self.first <= port <= self.last)


class Group:
    """One direction of a security group, compiled."""

    def __init__(self, group: SecurityGroup, egress: bool, cidrs: Cidrs) -> None:
        self.id = group.group_id
        self.arn = group.arn
        name = "IpPermissionsEgress" if egress else "IpPermissions"
        permissions = group.ip_permissions_egress if egress else group.ip_permissions
        root = f"/resources/{group.arn.replace('/', '~1')}/{name}"
        self.rules = [_rule(one, f"{root}/{index}", cidrs) for index, one in enumerate(permissions)]
        self._about: dict[tuple[int, int, int], list[tuple[Rule, bool, tuple[Span, ...]]]] = {}

    def about(self, family: int, protocol: int, port: int) -> list[tuple[Rule, bool, tuple[Span, ...]]]:
        """The rules about such packets (all of them, or it cannot be told), with their ranges of that family."""
        key = family, protocol, port
        found = self._about.get(key)
        if found is None:
            judged = [(rule, rule.covers(protocol, port)) for rule in self.rules]
            found = self._about[key] = [
                (rule, covers is None, tuple((low, high) for kind, low, high in rule.ranges if kind == family))
                for rule, covers in judged
                if covers is not False
            ]
        return found

    def boundaries(self, family: int) -> list[int]:
        """Where another rule may begin to apply."""
        ranges = [(low, high) for rule in self.rules for kind, low, high in rule.ranges if kind == family]
        return [edge for low, high in ranges for edge in (low, high + 1)]


class Admission(NamedTuple):
    """What security groups do with packets of a range of addresses."""

    spans: tuple[Span, ...]
    """The addresses that are admitted, sorted."""
    unsure: bool
    """Whether a rule that could not be read may admit more."""
    rule: str
    evidence: str
    would: bool
    """Whether a rule refers to a group of the sender, whose identity got lost on the way."""
    blind: bool = False
    """Whether a rule refers to a group, and whose the other side is was not seen."""


class Question(NamedTuple):
    """Packets at an interface, in one direction."""

    groups: frozenset[str]
    """The security groups of the interface."""
    egress: bool
    family: int
    protocol: int
    port: int
    """Destination port."""
    span: Span
    """The remote addresses."""
    peers: frozenset[str] = frozenset()
    """Security groups of the other side, as far as the path preserves them."""
    lost: frozenset[str] = frozenset()
    """Those that it does not."""
    blind: bool = False
    """Whether the other side's groups were not seen, so that a rule that refers to a group may match."""


def admit(groups: Iterable[Group], asked: Question) -> Admission:
    """Which of the remote addresses the rules of the groups admit; the groups are compiled for the direction asked for."""
    spans: list[Span] = []
    unsure = would = blind = False
    words = evidence = ""
    for group in groups:
        for rule, unclear, ranges in group.about(asked.family, asked.protocol, asked.port):
            blind = blind or (asked.blind and bool(rule.groups))
            unsure = unsure or unclear or bool(rule.unread)
            would = would or bool(rule.groups & asked.lost)
            if unclear:
                continue
            found = [asked.span] if rule.groups & asked.peers else _common(ranges, asked.span)
            if found and found[0] == asked.span:
                return Admission((asked.span,), False, rule.words, rule.evidence, would)
            if found and not words:
                words, evidence = rule.words, rule.evidence
            spans += found
    return Admission(_merged(spans), unsure or blind, words or "no rule matches", evidence, would, blind)


def _common(ranges: Iterable[Span], span: Span) -> list[Span]:
    """The parts of a range of addresses that lie in ranges; the whole stands alone."""
    low, high = span
    found = []
    for first, last in ranges:
        if first <= low and high <= last:
            return [span]
        if first <= high and last >= low:
            found.append((max(low, first), min(high, last)))
    return found


def _merged(spans: list[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for low, high in sorted(spans):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = merged[-1][0], max(high, merged[-1][1])
        else:
            merged.append((low, high))
    return tuple(merged)


def _rule(permission: IpPermission, evidence: str, cidrs: Cidrs) -> Rule:
    protocol = number(permission.ip_protocol)
    told = [one.cidr_ip for one in permission.ip_ranges] + [one.cidr_ipv6 for one in permission.ipv6_ranges]
    unread: list[str] = []
    for one in permission.prefix_list_ids:
        listed = cidrs(one.prefix_list_id)
        told += listed or ()
        if listed is None:
            unread.append(one.prefix_list_id)
    ranges = [(cidr, prefix(cidr)) for cidr in told]
    unread += [cidr for cidr, range_ in ranges if range_ is None]
    ports = _ports(permission, protocol)
    return Rule(
        protocol=protocol if ports else None,
        first=ports[0] if ports else 0,
        last=ports[1] if ports else -1,
        ranges=tuple((range_.family, range_.low, range_.high) for _, range_ in ranges if range_),
        groups=frozenset(one.group_id for one in permission.user_id_group_pairs),
        unread=tuple(unread),
        words=_words(permission),
        evidence=evidence,
    )


def _ports(permission: IpPermission, protocol: int | None) -> tuple[int, int] | None:
    """The destination ports of a rule; ICMP types stand in their place. ``None``: not told."""
    first, last = permission.from_port, permission.to_port
    if protocol in (ICMP, ICMPV6):
        return (0, 65535) if first in (None, -1) else (first or 0, first or 0)
    if protocol not in (6, 17) or (first == -1 and last == -1):
        return 0, 65535
    return (first, last) if first is not None and last is not None else None


def _words(permission: IpPermission) -> str:
    protocol = number(permission.ip_protocol)
    ports = permission.from_port, permission.to_port
    what = "all traffic" if protocol == ANY else f"{permission.ip_protocol} {ports[0]}"
    if protocol != ANY and ports[0] != ports[1]:
        what += f"-{ports[1]}"
    peers = [one.cidr_ip for one in permission.ip_ranges]
    peers += [one.cidr_ipv6 for one in permission.ipv6_ranges]
    peers += [one.prefix_list_id for one in permission.prefix_list_ids]
    peers += [one.group_id for one in permission.user_id_group_pairs]
    return f"{what} {', '.join(peers) or 'nobody'}"
