"""Entries of network ACLs: added before those that deny, and taken back."""

from typing import Any

from msgspec.structs import replace

from doctor.engine.operations.ec2 import as_code
from doctor.engine.operations.ec2.resources import call, named
from doctor.engine.operations.operation import Operation, Response, no_settle, touched
from doctor.engine.world import World
from doctor.model.call import Call
from doctor.model.finding import Step, Touched
from doctor.model.network import NetworkAcl
from doctor.model.snapshot import Snapshot

_LAST = 32766
"""The largest number that an entry may have; the implicit deny comes after it."""
_STEP = 10


def admit(acl: NetworkAcl, number: int, cidr: str, ports: tuple[int, int], *, egress: bool, protocol: str) -> Step:
    """Admit packets to or from an address range; ``number`` as ``free_number`` gives it, ``protocol`` as IANA's number."""
    first, last = ports
    return Step(
        name=f"admit {cidr} ports {first}-{last} {'out of' if egress else 'into'} {acl.network_acl_id}",
        call=call(
            acl,
            "CreateNetworkAclEntry",
            NetworkAclId=acl.network_acl_id,
            RuleNumber=number,
            Protocol=protocol,
            RuleAction="allow",
            Egress=egress,
            **{"Ipv6CidrBlock" if ":" in cidr else "CidrBlock": cidr},
            PortRange={"From": first, "To": last},
        ),
    )


def free_number(acl: NetworkAcl, *, egress: bool, taken: frozenset[int] = frozenset()) -> int | None:
    """A number before every entry of a direction that denies, or after all that allow; ``None``: there is none left."""
    mine = [one for one in acl.entries if bool(one.get("Egress")) == egress and one["RuleNumber"] <= _LAST]
    used = {one["RuleNumber"] for one in mine} | taken
    denying = [one["RuleNumber"] for one in mine if str(one.get("RuleAction")).lower() == "deny"]
    if denying:
        return next((number for number in range(min(denying) - 1, 0, -1) if number not in used), None)
    number = max(used, default=0) + _STEP
    return number if number <= _LAST else None


def _acl(world: World, asked: Call) -> NetworkAcl:
    return named(world, asked, NetworkAcl, "network-acl", asked.parameters["NetworkAclId"])


def _entry(world: World, asked: Call) -> tuple[Touched, ...]:
    number, egress = asked.parameters["RuleNumber"], asked.parameters["Egress"]
    return touched(_acl(world, asked), f"Entries[{number} {egress}]")


def _is(entry: dict[str, Any], asked: Call) -> bool:
    named_ = asked.parameters["RuleNumber"], asked.parameters["Egress"]
    return (entry["RuleNumber"], bool(entry.get("Egress"))) == named_


def _added(snapshot: Snapshot, asked: Call) -> tuple[Snapshot, Response]:
    acl = _acl(World(snapshot), asked)
    entry = {name: value for name, value in asked.parameters.items() if name != "NetworkAclId"}
    return snapshot.with_resources(replace(acl, entries=(*acl.entries, entry))), {}


def _removed(snapshot: Snapshot, asked: Call) -> tuple[Snapshot, Response]:
    acl = _acl(World(snapshot), asked)
    left = tuple(one for one in acl.entries if not _is(one, asked))
    return snapshot.with_resources(replace(acl, entries=left)), {}


def _remove(_: World, asked: Call) -> Call:
    names = ("NetworkAclId", "RuleNumber", "Egress")
    kept = {name: asked.parameters[name] for name in names}
    return replace(asked, operation="DeleteNetworkAclEntry", parameters=kept)


OPERATIONS = {
    "ec2:CreateNetworkAclEntry": Operation(
        effect=_added,
        touches=lambda world, asked: touched(_acl(world, asked), "Entries"),
        part=_entry,
        undo=_remove,
        as_code=as_code.entry,
        settled=no_settle,
        actions=("ec2:CreateNetworkAclEntry", "ec2:DescribeNetworkAcls"),
    ),
    "ec2:DeleteNetworkAclEntry": Operation(
        effect=_removed,
        touches=lambda world, asked: touched(_acl(world, asked), "Entries"),
        part=_entry,
        undo=lambda _world, _asked: None,
        undo_note="doctor deletes only entries that it added",
        settled=no_settle,
        actions=("ec2:DeleteNetworkAclEntry", "ec2:DescribeNetworkAcls"),
    ),
}
