"""VPC endpoints: made, given route tables or private DNS, and taken back."""

import json
from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from doctor.engine.operations import documents, properties
from doctor.engine.operations.ec2 import as_code
from doctor.engine.operations.ec2.resources import arn, call, made, named, nothing, once
from doctor.engine.operations.operation import Operation, Response, no_settle, touched
from doctor.engine.world import World
from doctor.model.call import OWN, Call, Ref
from doctor.model.finding import AsCode, Settle, Step, Touched
from doctor.model.interfaces import PrefixList
from doctor.model.network import Route, RouteTable, SecurityGroupIdentifier, Vpc, VpcEndpoint
from doctor.model.snapshot import Snapshot

_SECONDS = 300
_ID = "VpcEndpoint.VpcEndpointId"


def make_gateway(vpc: Vpc, service: str, tables: Iterable[RouteTable]) -> Step:
    """Make a gateway endpoint of a service (``com.amazonaws.REGION.s3``) with a route to it in each table."""
    parameters = {
        "VpcEndpointType": "Gateway",
        "VpcId": vpc.vpc_id,
        "ServiceName": service,
        "RouteTableIds": [one.route_table_id for one in tables],
    }
    return Step(name=f"make an endpoint of {service}", call=once(call(vpc, "CreateVpcEndpoint", **parameters)))


def make_interface(vpc: Vpc, service: str, subnets: Iterable[str], groups: Iterable[str]) -> Step:
    """Make an interface endpoint of a service, whose private DNS answers for the service's name in the whole VPC."""
    parameters = {
        "VpcEndpointType": "Interface",
        "VpcId": vpc.vpc_id,
        "ServiceName": service,
        "SubnetIds": [*subnets],
        "SecurityGroupIds": [*groups],
        "PrivateDnsEnabled": True,
    }
    return Step(name=f"make an endpoint of {service}", call=once(call(vpc, "CreateVpcEndpoint", **parameters)))


def add_tables(endpoint: VpcEndpoint, tables: Iterable[RouteTable]) -> Step:
    """Give more route tables a route to a gateway endpoint."""
    parameters = {
        "VpcEndpointId": endpoint.vpc_endpoint_id,
        "AddRouteTableIds": [one.route_table_id for one in tables],
    }
    return Step(
        name=f"add route tables to {endpoint.vpc_endpoint_id}",
        call=call(endpoint, "ModifyVpcEndpoint", **parameters),
    )


def turn_on_private_dns(endpoint: VpcEndpoint) -> Step:
    """Let the service's name lead to an interface endpoint, for the whole VPC."""
    parameters = {"VpcEndpointId": endpoint.vpc_endpoint_id, "PrivateDnsEnabled": True}
    return Step(
        name=f"turn on private DNS of {endpoint.vpc_endpoint_id}",
        call=call(endpoint, "ModifyVpcEndpoint", **parameters),
    )


def let_pass(endpoint: VpcEndpoint, role: str, actions: Iterable[str], resource: str) -> tuple[Step, ...]:
    """Let the calls of a role through, by a statement in the endpoint's policy; nothing where that is not a document.

    Args:
        endpoint: The endpoint.
        role: ARN of the role.
        actions: ``service:Action``.
        resource: The ARN that they are for.
    """
    try:
        known = json.loads(endpoint.policy_document)
    except ValueError:
        return ()
    if not isinstance(known, dict) or not documents.takes(known, resource):
        return ()
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": sorted(actions),
        "Resource": documents.literal(resource),
        "Condition": {"ArnEquals": {"aws:PrincipalArn": role}},
    }
    parameters = {
        "VpcEndpointId": endpoint.vpc_endpoint_id,
        "PolicyDocument": json.dumps(documents.beside(known, statement)),
    }
    name = f"let it through {endpoint.vpc_endpoint_id}"
    return (Step(name=name, call=call(endpoint, "ModifyVpcEndpoint", **parameters)),)


def _endpoint(world: World, asked: Call, identifier: str) -> VpcEndpoint:
    return named(world, asked, VpcEndpoint, "vpc-endpoint", identifier)


def _tables(world: World, asked: Call, identifiers: Iterable[str]) -> list[RouteTable]:
    return [named(world, asked, RouteTable, "route-table", one) for one in identifiers]


def _list(world: World, asked: Call, service: str) -> str:
    """The prefix list of a service, to which AWS makes the routes of its gateway endpoints."""
    found = next((one for one in world.all(PrefixList) if one.prefix_list_name == service), None)
    if found is None:
        raise LookupError(f"{asked.name}: the prefix list of {service} is not in the snapshot")
    return found.prefix_list_id


def _routed(world: World, asked: Call, endpoint: VpcEndpoint, identifiers: Iterable[str]) -> list[RouteTable]:
    """Route tables with a route to a gateway endpoint."""
    listed = [*identifiers]
    if not listed:
        return []
    route = Route(
        destination_prefix_list_id=_list(world, asked, endpoint.service_name), gateway_id=endpoint.vpc_endpoint_id
    )
    return [replace(one, routes=(*one.routes, route)) for one in _tables(world, asked, listed)]


def _unrouted(world: World, asked: Call, endpoint: str, identifiers: Iterable[str]) -> list[RouteTable]:
    return [
        replace(one, routes=tuple(route for route in one.routes if route.gateway_id != endpoint))
        for one in _tables(world, asked, identifiers)
    ]


# CreateVpcEndpoint


def _created(snapshot: Snapshot, asked: Call) -> tuple[Snapshot, Response]:
    world, told = World(snapshot), asked.parameters
    identifier = made(asked, "vpce")
    answer = {"VpcEndpoint": {"VpcEndpointId": identifier}}
    if arn(asked, "vpc-endpoint", identifier) in snapshot.resources:
        return snapshot, answer  # the same token makes nothing more
    endpoint = VpcEndpoint(
        arn=arn(asked, "vpc-endpoint", identifier),
        vpc_endpoint_id=identifier,
        vpc_endpoint_type=told["VpcEndpointType"],
        vpc_id=told["VpcId"],
        service_name=told["ServiceName"],
        state="available",
        route_table_ids=tuple(told.get("RouteTableIds", ())),
        subnet_ids=tuple(told.get("SubnetIds", ())),
        private_dns_enabled=told.get("PrivateDnsEnabled", False),
        groups=tuple(SecurityGroupIdentifier(group_id=one) for one in told.get("SecurityGroupIds", ())),
    )
    tables = _routed(world, asked, endpoint, told.get("RouteTableIds", ()))
    return snapshot.with_resources(endpoint, *tables), answer


def _create_touches(world: World, asked: Call) -> tuple[Touched, ...]:
    vpc = named(world, asked, Vpc, "vpc", asked.parameters["VpcId"])
    tables = _tables(world, asked, asked.parameters.get("RouteTableIds", ()))
    return (*touched(vpc, "CidrBlock"), *(place for one in tables for place in touched(one, "Routes")))


def _delete(_: World, asked: Call) -> Call:
    there = Ref(step=OWN, path=_ID)
    return replace(asked, operation="DeleteVpcEndpoints", parameters={"VpcEndpointIds": [there]})


def _create_settled(asked: Call) -> Settle:
    wanted = {"vpc-id": asked.parameters["VpcId"], "service-name": asked.parameters["ServiceName"]}
    filters = [{"Name": name, "Values": [value]} for name, value in wanted.items()]
    return Settle(
        call=replace(asked, operation="DescribeVpcEndpoints", parameters={"Filters": filters}),
        path="VpcEndpoints.0.State",
        wanted=("available", "Available"),
        failed=("failed", "Failed", "rejected", "Rejected"),
        timeout=_SECONDS,
    )


# DeleteVpcEndpoints


def _deleted(snapshot: Snapshot, asked: Call) -> tuple[Snapshot, Response]:
    world = World(snapshot)
    for identifier in asked.parameters["VpcEndpointIds"]:
        if arn(asked, "vpc-endpoint", identifier) not in snapshot.resources:
            continue  # deleted already
        endpoint = _endpoint(world, asked, identifier)
        tables = _unrouted(world, asked, identifier, endpoint.route_table_ids)
        left = {key: one for key, one in snapshot.resources.items() if key != endpoint.arn}
        snapshot = replace(snapshot, resources=left).with_resources(*tables)
    return snapshot, {}


# ModifyVpcEndpoint


def _modified(snapshot: Snapshot, asked: Call) -> tuple[Snapshot, Response]:
    world, told = World(snapshot), asked.parameters
    endpoint = _endpoint(world, asked, told["VpcEndpointId"])
    gone, new = told.get("RemoveRouteTableIds", ()), told.get("AddRouteTableIds", ())
    tables = _unrouted(world, asked, endpoint.vpc_endpoint_id, gone) + _routed(world, asked, endpoint, new)
    values: dict[str, Any] = {
        "route_table_ids": (*(one for one in endpoint.route_table_ids if one not in gone), *new),
        "private_dns_enabled": told.get("PrivateDnsEnabled", endpoint.private_dns_enabled),
        "policy_document": told.get("PolicyDocument", endpoint.policy_document),
    }
    return snapshot.with_resources(replace(endpoint, **values), *tables), {}


def _modify_touches(world: World, asked: Call) -> tuple[Touched, ...]:
    endpoint = _endpoint(world, asked, asked.parameters["VpcEndpointId"])
    names = [name for name in _APART if name in asked.parameters]
    return touched(endpoint, *(names or ["RouteTableIds"]), "State")


_APART = ("PrivateDnsEnabled", "PolicyDocument")


def _modify_back(world: World, asked: Call) -> Call:
    endpoint, told = _endpoint(world, asked, asked.parameters["VpcEndpointId"]), asked.parameters
    back: dict[str, Any] = {"VpcEndpointId": told["VpcEndpointId"]}
    if "PrivateDnsEnabled" in told:
        back["PrivateDnsEnabled"] = endpoint.private_dns_enabled
    if "PolicyDocument" in told:
        back["PolicyDocument"] = endpoint.policy_document
    for name, other in (
        ("AddRouteTableIds", "RemoveRouteTableIds"),
        ("RemoveRouteTableIds", "AddRouteTableIds"),
    ):
        if name in told:
            back[other] = told[name]
    return replace(asked, parameters=back)


def _modified_as_code(asked: Call) -> AsCode | None:
    return properties.endpoint_policy(asked) if "PolicyDocument" in asked.parameters else None


OPERATIONS = {
    "ec2:CreateVpcEndpoint": Operation(
        effect=_created,
        touches=_create_touches,
        part=nothing,
        makes=True,
        again=True,
        undo=_delete,
        as_code=as_code.endpoint,
        settled=_create_settled,
        actions=("ec2:CreateVpcEndpoint", "ec2:DescribeVpcEndpoints", "ec2:DescribeVpcs", "ec2:DescribeRouteTables"),
    ),
    "ec2:DeleteVpcEndpoints": Operation(
        effect=_deleted,
        touches=nothing,
        undo=lambda _world, _asked: None,
        undo_note="doctor deletes only endpoints that it made",
        settled=no_settle,
        actions=("ec2:DeleteVpcEndpoints", "ec2:DescribeVpcEndpoints"),
    ),
    "ec2:ModifyVpcEndpoint": Operation(
        effect=_modified,
        touches=_modify_touches,
        undo=_modify_back,
        settled=no_settle,
        actions=("ec2:ModifyVpcEndpoint", "ec2:DescribeVpcEndpoints"),
        as_code=_modified_as_code,
    ),
}
