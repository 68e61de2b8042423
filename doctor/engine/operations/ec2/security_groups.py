"""Rules of security groups: allowed, and taken back."""

from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from doctor.engine.operations.ec2 import as_code
from doctor.engine.operations.ec2.resources import call, named
from doctor.engine.operations.operation import Operation, Response, key_of, no_settle, touched
from doctor.engine.world import World
from doctor.model.call import Call
from doctor.model.finding import Step, Touched
from doctor.model.network import IpPermission, SecurityGroup
from doctor.model.snapshot import Snapshot

Peer = Literal["group", "range", "prefix-list"]
_LISTS = ("ip_ranges", "ipv6_ranges", "prefix_list_ids", "user_id_group_pairs")


def let_out(group: SecurityGroup, port: int, peer: Peer, identifier: str, *, protocol: str = "tcp") -> Step:
    """Let interfaces of a group send to a port of a group, an address range or a prefix list."""
    permission = _permission(protocol, port, peer, identifier)
    return Step(
        name=f"let {group.group_id} out to {identifier}:{port}",
        call=call(group, "AuthorizeSecurityGroupEgress", GroupId=group.group_id, IpPermissions=[permission]),
    )


def let_in(group: SecurityGroup, port: int, peer: Peer, *identifiers: str, protocol: str = "tcp") -> Step:
    """Let interfaces of a group be reached at a port from groups, address ranges or prefix lists."""
    permission = _permission(protocol, port, peer, *identifiers)
    return Step(
        name=f"let {' and '.join(identifiers)} into {group.group_id}:{port}",
        call=call(group, "AuthorizeSecurityGroupIngress", GroupId=group.group_id, IpPermissions=[permission]),
    )


_FIELDS: dict[Peer, tuple[str, str]] = {
    "group": ("UserIdGroupPairs", "GroupId"),
    "range": ("IpRanges", "CidrIp"),
    "prefix-list": ("PrefixListIds", "PrefixListId"),
}


def _permission(protocol: str, port: int, peer: Peer, *identifiers: str) -> dict[str, Any]:
    six = peer == "range" and all(":" in one for one in identifiers)
    where, field = ("Ipv6Ranges", "CidrIpv6") if six else _FIELDS[peer]
    peers = [{field: one} for one in identifiers]
    return {"IpProtocol": protocol, "FromPort": port, "ToPort": port, where: peers}


def _group(world: World, asked: Call) -> SecurityGroup:
    return named(world, asked, SecurityGroup, "security-group", asked.parameters["GroupId"])


def _field(asked: Call) -> tuple[str, str]:
    """The list of rules that a call changes: our name and AWS's."""
    egress = asked.operation.endswith("Egress")
    return ("ip_permissions_egress", "IpPermissionsEgress") if egress else ("ip_permissions", "IpPermissions")


def _authorized(snapshot: Snapshot, asked: Call) -> tuple[Snapshot, Response]:
    group, (ours, _) = _group(World(snapshot), asked), _field(asked)
    rules: tuple[IpPermission, ...] = getattr(group, ours)
    for one in _asked(asked):
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
    gone = _asked(asked)
    for rule in getattr(group, ours):
        taken = [one for one in gone if _key(one) == _key(rule)]
        left = {name: _without(getattr(rule, name), [getattr(one, name) for one in taken]) for name in _LISTS}
        if not taken or any(left.values()):
            rules.append(replace(rule, **left))
    return snapshot.with_resources(replace(group, **{ours: tuple(rules)})), {}


def _asked(asked: Call) -> list[IpPermission]:
    """The rules of a call, as AWS tells them afterwards: groups with the account that has them."""
    rules = msgspec.convert(asked.parameters["IpPermissions"], list[IpPermission])
    return [
        replace(
            one,
            user_id_group_pairs=tuple(
                replace(pair, user_id=pair.user_id or asked.account) for pair in one.user_id_group_pairs
            ),
        )
        for one in rules
    ]


def _part(world: World, asked: Call) -> tuple[Touched, ...]:
    """The rules of the same protocol and ports, which AWS tells as one."""
    name = _field(asked)[1]
    keys = (key_of(one) for one in asked.parameters["IpPermissions"])
    return touched(_group(world, asked), *(f"{name}[{key}]" for key in keys))


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
        part=_part,
        undo=_undo,
        settled=no_settle,
        as_code=as_code.rule if name.startswith("Authorize") else None,
        actions=(f"ec2:{name}", "ec2:DescribeSecurityGroups"),
    )


OPERATIONS = {
    f"ec2:{verb}SecurityGroup{way}": _operation(f"{verb}SecurityGroup{way}")
    for verb in _BACK
    for way in ("Egress", "Ingress")
}
