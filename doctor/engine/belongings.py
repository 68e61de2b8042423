"""What belongs to a function: the resources that it names, those that they name, and the network around them."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from doctor.engine.world import World
from doctor.model import arns
from doctor.model.function import Function
from doctor.model.interfaces import NetworkInterface
from doctor.model.network import RouteTable
from doctor.model.snapshot import Resource

_DEEP = 2
"""So many steps are followed from a function; further away everything belongs to everything."""


def belongings(world: World, function: Function) -> frozenset[str]:
    """ARNs of the resources that belong to a function, its versions, aliases and event sources included."""
    resources = world.snapshot.resources
    names = {arns.name(arn): arn for arn, one in resources.items() if not isinstance(one, Function)}
    own: list[Resource] = [*world.versions(function), *world.aliases(function)]
    for version in world.versions(function):
        own += world.mappings(version)
        own += world.event_rules(version)
    found = {one.arn for one in own}
    for _ in range(_DEEP):
        found |= _named(world, found, names)
    found |= set(_around(world, found))
    return frozenset(found | _named(world, found, names))


def _named(world: World, found: Iterable[str], names: dict[str, str]) -> set[str]:
    """What these resources name."""
    resources = world.snapshot.resources
    return {names[text] for arn in found for text in _texts(resources[arn]) if text in names}


def _around(world: World, found: set[str]) -> Iterator[str]:
    """What names a subnet that was found: its network ACL, its route table, or the VPC's main one, the gateways and endpoints in it."""
    subnets = {arns.name(arn) for arn in found if ":subnet/" in arn}
    vpcs = {arns.name(arn) for arn in found if ":vpc/" in arn}
    for arn, one in world.snapshot.resources.items():
        if ":ec2:" not in arn or isinstance(one, NetworkInterface):
            continue  # an interface of another function in the subnet is not this one's
        if isinstance(one, RouteTable):
            own = {link.subnet_id for link in one.associations}
            main = one.vpc_id in vpcs and any(link.main for link in one.associations)
            if main or not subnets.isdisjoint(own):
                yield arn
        elif not subnets.isdisjoint(_texts(one)):
            yield arn


def _texts(one: Resource) -> Iterator[str]:
    """Every text in a resource, an ARN as its name."""
    return _of(msgspec.to_builtins(one))


def _of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield arns.name(value) if value.startswith("arn:") else value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _of(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _of(one)
