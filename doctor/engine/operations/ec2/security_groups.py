"""Rules of security groups: allowed, and taken back."""

from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from doctor.engine.operations.ec2.resources import call, named
from doctor.engine.operations.operation import Operation, Response, no_settle, touched
from doctor.engine.world import World
from doctor.model.call import Call
from doctor.model.finding import Step
from doctor.model.network import IpPermission, SecurityGroup
from doctor.model.snapshot import Snapshot

Peer = Literal["group", "range", "prefix-list"]
_LISTS = ("ip_ranges", "ipv6_ranges", "prefix_list_ids", "user_id_group_pairs")


def let_out(group: SecurityGroup, port: int, peer: Peer, identifier: str, protocol: str = "tcp") -> Step:
    """Let interfaces of a group send to a port of a group, an address range or a prefix list."""
    permission = _permission(protocol, port, peer, identifier)
    return Step(
        name=f"let {group.group_id} out to {identifier}:{port}",
        call=call(group, "AuthorizeSecurityGroupEgress", GroupId=group.group_id, IpPermissions=[permission]),
    )


def let_in(group: SecurityGroup, port: int, peer: Peer, identifier: str, protocol: str = "tcp") -> Step:
    """Let interfaces of a group be reached at a port from a group, an address range or a prefix list."""
    permission = _permission(protocol, port, peer, identifier)
    return Step(
        name=f"let {identifier} into {group.group_id}:{port}",
        call=call(group, "AuthorizeSecurityGroupIngress", GroupId=group.group_id, IpPermissions=[permission]),
    )


def _permission(protocol: str, port: int, peer: Peer, identifier: str) -> dict[str, Any]:
    ranges: dict[str, Any] = {"IpRanges": [{"CidrIp": identifier}]}
    if ":" in identifier:
        ranges = {"Ipv6Ranges": [{"CidrIpv6": identifier}]}
    others: dict[Peer, dict[str, Any]] = {
        "group": {"UserIdGroupPairs": [{"GroupId": identifier}]},
        "range": ranges,
        "prefix-list": {"PrefixListIds": [{"PrefixListId": identifier}]},
    }
    return {"IpProtocol": protocol, "FromPort": port, "ToPort": port, **others[peer]}


def _group(world: World, asked: Call) -> SecurityGroup:
    return named(world, asked, SecurityGroup, "security-group", asked.parameters["GroupId"])


def _field(asked: Call) -> tuple[str, str]:
    """The list of rules that a call changes: our name and AWS's."""
    egress = asked.operation.endswith("Egress")
    return ("ip_permissions_egress", "IpPermissionsEgress") if egress else ("ip_permissions", "IpPermissions")


def _authorized(snapshot: Snapshot, asked: Call) -> tuple[Snapshot, Response]:
    group, (ours, _) = _group(World(snapshot), asked), _field(asked)
    rules: tuple[IpPermission, ...] = getattr(group, ours)
    for one in msgspec.convert(asked.parameters["IpPermissions"], list[IpPermission]):
        at = next((number for number, rule in enumerate(rules) if _key(rule) == _key(one)), None)
        if at is None:
            rules = (*rules, one)
        else:  # AWS tells rules of one protocol and port range as one
            joined = {name: (*getattr(rules[at], name), *getattr(one, name)) for name in _LISTS}
            rules = (*rules[:at], replace(rules[at], **joined), *rules[at + 1 :])
    return snapshot.with_resources(replace(group, **{ours: rules})), {}


def _revoked(snapshot: Snapshot, asked: Call) -> tuple[Snapshot, Response]:
    group, (ours, _) = _group(World(snapshot), asked), _field(asked)
    rules: list[IpPermission] = []
    gone = msgspec.convert(asked.parameters["IpPermissions"], list[IpPermission])
    for rule in getattr(group, ours):
        taken = [one for one in gone if _key(one) == _key(rule)]
        left = {name: _without(getattr(rule, name), [getattr(one, name) for one in taken]) for name in _LISTS}
        if not taken or any(left.values()):
            rules.append(replace(rule, **left))
    return snapshot.with_resources(replace(group, **{ours: tuple(rules)})), {}


def _without(peers: tuple[Any, ...], gone: list[tuple[Any, ...]]) -> tuple[Any, ...]:
    return tuple(one for one in peers if not any(one in those for those in gone))


def _key(rule: IpPermission) -> tuple[object, ...]:
    return rule.ip_protocol, rule.from_port, rule.to_port


_BACK = {"Authorize": "Revoke", "Revoke": "Authorize"}


def _undo(_: World, asked: Call) -> Call:
    verb = next(one for one in _BACK if asked.operation.startswith(one))
    return replace(asked, operation=asked.operation.replace(verb, _BACK[verb]))


def _operation(name: str) -> Operation:
    return Operation(
        effect=_authorized if name.startswith("Authorize") else _revoked,
        touches=lambda world, asked: touched(_group(world, asked), _field(asked)[1]),
        undo=_undo,
        settled=no_settle,
        actions=(f"ec2:{name}", "ec2:DescribeSecurityGroups"),
    )


OPERATIONS = {
    f"ec2:{verb}SecurityGroup{way}": _operation(f"{verb}SecurityGroup{way}")
    for verb in _BACK
    for way in ("Egress", "Ingress")
}
