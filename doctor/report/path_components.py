"""Traces in the names and the order of AWS Reachability Analyzer, so that the two can be laid side by side.

Each flow (a subnet, and an address that the destination has there) is one analysis, as ``DescribeNetworkInsightsAnalyses``
tells it. What Reachability Analyzer has no name for keeps doctor's: the verdict, the stage, the rule in words. Codes that
begin with ``DR_`` are doctor's own.
See: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_PathComponent.html
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from doctor.model.snapshot import Resource
from doctor.model.trace import Blocker, Header, Hop, Notice, Path, Trace, Traced
from doctor.network.catalogue import Catalogue

Json = dict[str, Any]
_NAMED = {
    "acl-": "Acl",
    "sg-": "SecurityGroup",
    "rtb-": "RouteTable",
    "igw-": "InternetGateway",
    "nat-": "NatGateway",
    "eni-": "NetworkInterface",
    "pcx-": "VpcPeeringConnection",
    "vpce-": "VpcEndpoint",
    "vgw-": "VpnGateway",
    "vpn-": "VpnConnection",
    "tgw-attach-": "TransitGatewayAttachment",
    "tgw-rtb-": "TransitGatewayRouteTable",
    "tgw-": "TransitGateway",
    "subnet-": "Subnet",
    "vpc-": "Vpc",
}
"""The field of an explanation that names a component, by the beginning of AWS's id."""
_TARGETS = (
    *("EgressOnlyInternetGatewayId", "GatewayId", "InstanceId", "NatGatewayId", "NetworkInterfaceId", "Origin"),
    *("TransitGatewayId", "VpcPeeringConnectionId", "State", "CarrierGatewayId", "CoreNetworkArn", "LocalGatewayId"),
)


class Analyses:
    """Traces of one snapshot, written down."""

    def __init__(self, resources: Mapping[str, Resource]) -> None:
        self._resources = resources
        self._by_id = Catalogue(resources).by_id

    def of(self, traced: Traced) -> Json:
        """One destination: where it was found, what became of it, and an analysis of each flow."""
        told: Json = msgspec.to_builtins(traced)
        if traced.trace is not None:
            told["trace"].pop("paths", None)  # of what was never sent there are none
            told["analyses"] = [self._analysis(traced.trace, one) for one in traced.trace.paths]
        return told

    def _analysis(self, trace: Trace, path: Path) -> Json:
        start = self._start(trace, path)
        there = [start, *(self._hop(one) for one in path.forward)]
        back = [
            *(self._hop(one) for one in path.back),
            {name: start[name] for name in start if name != "OutboundHeader"},
        ]
        return {
            "Source": trace.source,
            "Destination": path.target,
            "DestinationPort": trace.port,
            "Protocol": trace.protocol,
            "Verdict": path.verdict,
            "NetworkPathFound": path.verdict == "reachable",
            "ForwardPathComponents": _numbered(there),
            "ReturnPathComponents": _numbered(back) if path.back else [],
            "Explanations": [self._explanation(one) for one in path.blockers],
            "AdditionalDetails": [self._detail(one) for one in path.notices],
        }

    def _start(self, trace: Trace, path: Path) -> Json:
        """The function: it stands where Reachability Analyzer has the interface that it sends from."""
        subnet = self._by_id.get(path.subnet)
        found: Json = {"Component": {"Id": trace.source.rsplit(":", 1)[-1], "Arn": trace.source}}
        if path.subnet:
            found["Subnet"] = self._component(path.subnet)
        if subnet is not None:
            found["Vpc"] = self._component(str(getattr(subnet, "vpc_id", "")))
        header = next((one.header for one in path.forward if one.header is not None), None)
        return found | ({"OutboundHeader": _header(header)} if header is not None else {})

    def _hop(self, hop: Hop) -> Json:
        found: Json = {"Component": self._component(hop.component)}
        raw = self._cited(hop.evidence)
        if hop.kind == "network-acl" and raw:
            found["AclRule"] = _acl_rule(raw)
        if hop.kind == "security-group" and raw:
            found["SecurityGroupRule"] = _group_rule(raw, hop.direction)
        if hop.kind == "route-table" and raw:
            found["RouteTableRoute"] = _route(raw)
        if hop.kind == "transit-gateway-route-table" and raw:
            found["TransitGatewayRouteTableRoute"] = _transit_route(raw)
        if hop.header is not None:
            found["OutboundHeader" if hop.direction == "egress" else "InboundHeader"] = _header(hop.header)
        resource = self._by_id.get(hop.component)
        for name, field in (("Subnet", "subnet_id"), ("Vpc", "vpc_id")):
            place = str(getattr(resource, field, "")) if hop.kind == "network-interface" else ""
            if place:
                found[name] = self._component(place)
        if hop.code:
            found["Explanations"] = [{"ExplanationCode": hop.code, "Direction": hop.direction}]
        return found | {"Stage": hop.stage, "Verdict": hop.verdict} | ({"Rule": hop.rule} if hop.rule else {})

    def _explanation(self, one: Blocker) -> Json:
        field = next((name for mark, name in _NAMED.items() if one.component.startswith(mark)), "Component")
        return {
            field: self._component(one.component),
            "Direction": one.direction,
            "ExplanationCode": one.code,
            "Stage": one.stage,
            "Verdict": one.verdict,
            "Detail": one.detail,
        }

    def _detail(self, one: Notice) -> Json:
        return {"AdditionalDetailType": one.code, "Component": self._component(one.component), "Detail": one.detail}

    def _component(self, identifier: str) -> Json:
        resource = self._by_id.get(identifier)
        return {"Id": identifier} | ({"Arn": resource.arn} if resource is not None else {})

    def _cited(self, pointer: str) -> Json:
        """What a pointer into the snapshot leads to: an entry, a rule or a route as AWS describes it; empty: nothing."""
        parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[2:]]
        if not parts or parts[0] not in self._resources:
            return {}
        arn, field, index = parts
        found: Json = msgspec.to_builtins(self._resources[arn])[field][int(index)]
        return found


def _numbered(components: list[Json]) -> list[Json]:
    return [{"SequenceNumber": number, **one} for number, one in enumerate(components, 1)]


def _header(header: Header) -> Json:
    return {
        "Protocol": header.protocol,
        "SourceAddresses": header.source.split(", "),
        "SourcePortRanges": [_ports(header.source_ports)],
        "DestinationAddresses": header.destination.split(", "),
        "DestinationPortRanges": [_ports(header.destination_ports)],
    }


def _ports(text: str) -> Json:
    first, _, last = text.partition("-")
    return {"From": int(first), "To": int(last or first)}


def _acl_rule(raw: Json) -> Json:
    told = {"Cidr": raw.get("CidrBlock") or raw.get("Ipv6CidrBlock")}
    told |= {name: raw.get(name) for name in ("Egress", "PortRange", "Protocol", "RuleAction", "RuleNumber")}
    return _without_nothing(told)


def _group_rule(raw: Json, direction: str) -> Json:
    """A rule; its peer where it has one, for Reachability Analyzer's has no more."""
    peers = [("Cidr", one["CidrIp"]) for one in raw.get("IpRanges", ())]
    peers += [("Cidr", one["CidrIpv6"]) for one in raw.get("Ipv6Ranges", ())]
    peers += [("PrefixListId", one["PrefixListId"]) for one in raw.get("PrefixListIds", ())]
    peers += [("SecurityGroupId", one["GroupId"]) for one in raw.get("UserIdGroupPairs", ())]
    ports = {"From": raw["FromPort"], "To": raw["ToPort"]} if raw.get("FromPort") is not None else None
    told = {"Direction": direction, "Protocol": raw.get("IpProtocol"), "PortRange": ports}
    return _without_nothing(told | (dict(peers) if len(peers) == 1 else {}))


def _route(raw: Json) -> Json:
    told = {"DestinationCidr": raw.get("DestinationCidrBlock") or raw.get("DestinationIpv6CidrBlock")}
    told["DestinationPrefixListId"] = raw.get("DestinationPrefixListId")
    return _without_nothing(
        {"State": "active", "Origin": "CreateRoute"} | told | {name: raw[name] for name in _TARGETS if raw.get(name)}
    )


def _transit_route(raw: Json) -> Json:
    to = (raw.get("TransitGatewayAttachments") or [{}])[0]
    told = {
        "DestinationCidr": raw.get("DestinationCidrBlock"),
        "PrefixListId": raw.get("PrefixListId"),
        "State": raw.get("State", "active"),
        "RouteOrigin": raw.get("Type", "static"),
        "AttachmentId": to.get("TransitGatewayAttachmentId"),
        "ResourceId": to.get("ResourceId"),
        "ResourceType": to.get("ResourceType"),
    }
    return _without_nothing(told)


def _without_nothing(told: Json) -> Json:
    return {name: value for name, value in told.items() if value not in (None, "")}
