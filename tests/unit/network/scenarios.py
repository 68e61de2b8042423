"""Worked scenarios: accounts as AWS describes them, a question, and the answer that was worked out by hand."""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from doctor.aws.decode import decode
from doctor.model import arns
from doctor.model import backends as b
from doctor.model import interfaces as i
from doctor.model import network as n
from doctor.model import transit as t
from doctor.model.call import Call, Gap
from doctor.model.function import EventSourceMapping, Function
from doctor.model.record import Shape
from doctor.model.snapshot import Resource
from doctor.model.trace import Destination, Trace
from doctor.network.reach import Reach

SCENARIOS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "data" / "network" / "scenarios.json").read_text()
)["scenarios"]

LISTS: dict[str, tuple[type[Any], str]] = {
    "Vpcs": (n.Vpc, "VpcId"),
    "Subnets": (n.Subnet, "SubnetId"),
    "SecurityGroups": (n.SecurityGroup, "GroupId"),
    "RouteTables": (n.RouteTable, "RouteTableId"),
    "NetworkAcls": (n.NetworkAcl, "NetworkAclId"),
    "InternetGateways": (n.InternetGateway, "InternetGatewayId"),
    "EgressOnlyInternetGateways": (n.EgressOnlyInternetGateway, "EgressOnlyInternetGatewayId"),
    "NatGateways": (n.NatGateway, "NatGatewayId"),
    "VpcEndpoints": (n.VpcEndpoint, "VpcEndpointId"),
    "NetworkInterfaces": (i.NetworkInterface, "NetworkInterfaceId"),
    "PrefixLists": (i.PrefixList, "PrefixListId"),
    "ManagedPrefixLists": (i.ManagedPrefixList, "PrefixListId"),
    "HostedZones": (i.HostedZone, "HostedZoneId"),
    "DhcpOptions": (i.DhcpOptions, "DhcpOptionsId"),
    "VpcBlockPublicAccessOptions": (i.VpcBlockPublicAccessOptions, ""),
    "VpcBlockPublicAccessExclusions": (i.VpcBlockPublicAccessExclusion, "ExclusionId"),
    "VpcPeeringConnections": (t.VpcPeeringConnection, "VpcPeeringConnectionId"),
    "TransitGateways": (t.TransitGateway, "TransitGatewayId"),
    "TransitGatewayAttachments": (t.TransitGatewayAttachment, "TransitGatewayAttachmentId"),
    "TransitGatewayVpcAttachments": (t.TransitGatewayVpcAttachment, "TransitGatewayAttachmentId"),
    "TransitGatewayRouteTables": (t.TransitGatewayRouteTable, "TransitGatewayRouteTableId"),
    "VpnGateways": (t.VpnGateway, "VpnGatewayId"),
    "VpnConnections": (t.VpnConnection, "VpnConnectionId"),
    "DBInstances": (b.DBInstance, "DBInstanceIdentifier"),
    "DBProxies": (b.DBProxy, "DBProxyName"),
    "CacheClusters": (b.CacheCluster, "CacheClusterId"),
    "ReplicationGroups": (b.ReplicationGroup, "ReplicationGroupId"),
    "MountTargets": (b.MountTarget, "MountTargetId"),
    "MskClusters": (b.KafkaCluster, "ClusterArn"),
    "Brokers": (b.Broker, "BrokerId"),
    "CapacityProviders": (b.CapacityProvider, "CapacityProviderArn"),
    "EventSourceMappings": (EventSourceMapping, "UUID"),
}
"""The lists of a scenario's account, each with its shape and what identifies one of it."""

ARN_FIELDS = {
    b.DBInstance: "DBInstanceArn",
    b.DBProxy: "DBProxyArn",
    b.CacheCluster: "ARN",
    b.ReplicationGroup: "ARN",
    b.KafkaCluster: "ClusterArn",
    b.Broker: "BrokerArn",
    b.CapacityProvider: "CapacityProviderArn",
    EventSourceMapping: "EventSourceMappingArn",
}


def resources(account: dict[str, Any]) -> dict[str, Resource]:
    """The account as a snapshot holds it."""
    found: list[Any] = [_decoded(kind, raw, key, account) for kind, key, raw in _listed(account)]
    if "Function" in account:
        found.append(decode(Function, account["Function"]))
    return {one.arn: one for one in found}


def _listed(account: dict[str, Any]) -> Iterator[tuple[type[Any], str, dict[str, Any]]]:
    for name, (kind, key) in LISTS.items():
        told = account.get(name) or []
        for raw in [told] if isinstance(told, dict) else told:
            yield kind, key, raw


def _decoded(kind: type[Shape], raw: dict[str, Any], key: str, account: dict[str, Any]) -> Shape:
    known = {name: value for name, value in raw.items() if not name.startswith("_")}
    known |= _more(kind, raw, account)
    identifier = raw.get(key, "options")
    known.setdefault(ARN_FIELDS.get(kind, "arn"), arns.ec2("us-east-1", "111122223333", kind.__name__, identifier))
    return decode(kind, known)


def _more(kind: type[Shape], raw: dict[str, Any], account: dict[str, Any]) -> dict[str, Any]:
    """What other operations tell about a resource."""
    if kind is n.Vpc:
        return account.get("VpcAttributes", {}).get(raw["VpcId"], {})
    if kind is i.ManagedPrefixList:
        return {"Entries": account.get("ManagedPrefixListEntries", {}).get(raw["PrefixListId"])}
    if kind is t.TransitGatewayRouteTable:
        return {"Routes": account.get("TransitGatewayRoutes", {}).get(raw["TransitGatewayRouteTableId"])}
    if kind is b.DBProxy:
        every = account.get("DBProxyTargets")
        own = [one for one in every or () if one.get("DBProxyName") == raw["DBProxyName"]]
        return {"Targets": None if every is None else own}
    return {}


def gaps(account: dict[str, Any]) -> tuple[Gap, ...]:
    """The reads that failed."""
    failed = account.get("_Errors") or {}
    names = failed if isinstance(failed, dict) else {str(one): "AccessDenied" for one in failed}
    return tuple(
        Gap(reason="denied", call=Call(service="ec2", operation=name.split(":")[-1]), error=str(error))
        for name, error in names.items()
    )


def destination(scenario: dict[str, Any]) -> Destination:
    """What is to be reached."""
    told = scenario["query"]["destination"]
    kind, value = told["kind"], told["value"]
    public = tuple(told.get("public_ips") or ())
    if kind == "ip":
        return Destination(kind="address", value=value)
    if kind == "hostname":
        return Destination(kind="host", value=value, host=value, addresses=public)
    if kind == "aws_service":
        region = told.get("region", "")
        return Destination(kind="service", value=value, host=told.get("hostname", ""), region=region, addresses=public)
    return Destination(kind="resource", value=value, addresses=_resolved(scenario["snapshot"], value))


def _resolved(account: dict[str, Any], value: str) -> tuple[str, ...]:
    """The addresses that the name of a resource gives, which a scenario tells beside what AWS describes."""
    found: dict[str, list[str]] = defaultdict(list)
    for _, key, raw in _listed(account):
        found[raw.get(key, "")] += raw.get("_ResolvedPrivateIps", []) + raw.get("_ResolvedPublicIps", [])
        found[raw.get(key, "")] += [node["Ip"] for node in raw.get("_Nodes", [])] + raw.get("_BrokerIps", [])
    return tuple(found[value])


def answer(scenario: dict[str, Any]) -> Trace:
    """Doctor's answer to a scenario."""
    account, query = scenario["snapshot"], scenario["query"]
    reach = Reach(resources(account), gaps(account))
    kind, value = scenario["source"]["kind"], scenario["source"]["value"]
    if kind == "event_source_mapping":
        (mapping,) = (one for one in reach.catalogue.all(EventSourceMapping) if one.uuid == value)
        port = query["destination"].get("broker_port")
        return reach.pollers(mapping, port=port, addresses=_resolved(account, mapping.event_source_arn))
    function = next((one for one in reach.catalogue.all(Function)), None)
    source = reach.catalogue.interfaces[value] if kind == "eni" else function
    assert source is not None
    return reach.trace(source, destination(scenario), query["port"], query["protocol"], family=query["family"])


def differences(scenario: dict[str, Any], trace: Trace) -> list[str]:
    """Where an answer is not the expected one."""
    expected = scenario["expected"]
    told = {(one.component, one.code, one.direction, one.stage) for one in trace.blockers}
    wanted = {(one["component"], one["code"], one["direction"], one["stage"]) for one in expected["blocking"]}
    path = {hop.component for one in trace.paths for hop in (*one.forward, *one.back)}
    found = [f"verdict {trace.verdict}, not {expected['verdict']}"] if trace.verdict != expected["verdict"] else []
    if expected["per_subnet"] and expected["per_subnet"] != trace.subnets:
        found.append(f"subnets {trace.subnets}, not {expected['per_subnet']}")
    found += [f"blocker {one} is missing" for one in sorted(wanted - told)]
    if expected["exhaustive"]:
        found += [f"blocker {one} is too much" for one in sorted(told - wanted)]
    found += [
        f"notice {one} is missing" for one in expected["warnings"] if one not in {to.code for to in trace.notices}
    ]
    found += [f"{one} is not on the path" for one in expected["path_contains"] if one not in path]
    if trace.symptom != expected["failure_mode"]:
        found.append(f"symptom {trace.symptom}, not {expected['failure_mode']}")
    return found
