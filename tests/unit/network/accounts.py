"""Accounts that differ from a scenario's in one thing."""

import copy
from collections.abc import Callable
from typing import Any

from doctor.model.trace import Trace
from tests.unit.network.scenarios import SCENARIOS, answer

Account = dict[str, Any]
Change = Callable[[Account], object]
BY_ID = {one["id"]: one for one in SCENARIOS}
ANY = "0.0.0.0/0"


def changed(name: str, *changes: Change, **query: Any) -> dict[str, Any]:
    """A scenario whose account was changed, and whose question may be another one."""
    scenario: dict[str, Any] = copy.deepcopy(BY_ID[name])
    for change in changes:
        change(scenario["snapshot"])
    scenario["query"] |= query
    return scenario


def ask(name: str, *changes: Change, **query: Any) -> Trace:
    """Doctor's answer to that."""
    return answer(changed(name, *changes, **query))


def one(kind: str, identifier: str) -> Callable[[Account], dict[str, Any]]:
    """The resource of a list that has that id."""

    def found(account: Account) -> dict[str, Any]:
        return next(
            raw for raw in account[kind] if identifier in [value for value in raw.values() if isinstance(value, str)]
        )

    return found


def give(kind: str, identifier: str, **fields: Any) -> Change:
    """Change fields of a resource."""
    return lambda account: one(kind, identifier)(account).update(fields)


def drop(kind: str, identifier: str) -> Change:
    """Take a resource away."""
    return lambda account: account[kind].remove(one(kind, identifier)(account))


def forget(*kinds: str) -> Change:
    """Take whole lists away, as if nobody had read them."""
    return lambda account: [account.pop(kind, None) for kind in kinds]


def refused(*operations: str) -> Change:
    """Let operations have failed."""
    return lambda account: account.setdefault("_Errors", {}).update(dict.fromkeys(operations, "AccessDenied"))


def function(**fields: Any) -> Change:
    """Change fields of the function."""
    return lambda account: account["Function"].update(fields)


def vpc_config(**fields: Any) -> Change:
    """Change fields of the function's VPC configuration."""
    return lambda account: account["Function"]["VpcConfig"].update(fields)


def routes(table: str, *entries: dict[str, Any]) -> Change:
    """Give a route table other routes beside the local one."""

    def change(account: Account) -> None:
        raw = one("RouteTables", table)(account)
        raw["Routes"] = [
            raw["Routes"][0],
            *({"State": "active", "Origin": "CreateRoute", **entry} for entry in entries),
        ]

    return change


def entry(
    number: int, egress: bool, action: str, first: int = 0, *, last: int = 65535, cidr: str = ANY
) -> dict[str, Any]:
    """An entry of a network ACL, for TCP."""
    return {
        "RuleNumber": number,
        "Egress": egress,
        "RuleAction": action,
        "Protocol": "6",
        "CidrBlock": cidr,
        "PortRange": {"From": first, "To": last},
    }


def acl(subnet: str, *entries: dict[str, Any], name: str = "acl-own") -> Change:
    """Give a subnet a network ACL of its own."""

    def change(account: Account) -> None:
        for known in account["NetworkAcls"]:
            known["Associations"] = [to for to in known["Associations"] if to["SubnetId"] != subnet]
        account["NetworkAcls"].append(
            {
                "NetworkAclId": name,
                "VpcId": one("Subnets", subnet)(account)["VpcId"],
                "IsDefault": False,
                "Entries": list(entries),
                "Associations": [{"NetworkAclId": name, "SubnetId": subnet}],
            }
        )

    return change


def rule(port: int, *cidrs: str, protocol: str = "tcp", groups: tuple[str, ...] = ()) -> dict[str, Any]:
    """A rule of a security group."""
    return {
        "IpProtocol": protocol,
        "FromPort": port,
        "ToPort": port,
        "IpRanges": [{"CidrIp": cidr} for cidr in cidrs],
        "UserIdGroupPairs": [{"GroupId": group} for group in groups],
    }


def ingress(group: str, *rules: dict[str, Any]) -> Change:
    """Give a security group other ingress rules."""
    return give("SecurityGroups", group, IpPermissions=list(rules))


def egress(group: str, *rules: dict[str, Any]) -> Change:
    """Give a security group other egress rules."""
    return give("SecurityGroups", group, IpPermissionsEgress=list(rules))


def told(trace: Trace) -> set[str]:
    """Blockers in short: component, code, and ``<`` for the way back."""
    return {f"{blocker.component} {blocker.code}{' <' * (blocker.stage == 'return')}" for blocker in trace.blockers}


def noticed(trace: Trace) -> set[str]:
    """Codes of the notices."""
    return {notice.code for notice in trace.notices}
