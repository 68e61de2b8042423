"""Network interfaces that Lambda still keeps for a function, though it no longer asks for them where they are."""

from collections import defaultdict
from typing import Self

from doctor.engine.facts.fact import Fact
from doctor.engine.world import World
from doctor.model.function import Function
from doctor.model.interfaces import NetworkInterface

_LATEST = "$LATEST"
_UUID = 36
"""Characters of an identifier as Lambda puts it behind the function's name."""
Place = tuple[str, frozenset[str]]
"""A subnet, and a set of security groups: functions that have both in common share an interface."""


class KeptInterfaces(Fact):
    """Interfaces of one version that no function would have today; of one that is what it was there are none."""

    reads = ("ec2:DescribeNetworkInterfaces",)

    by_version: tuple[NetworkInterface, ...] = ()
    """In the places of this published version, which are those of no function's ``$LATEST``."""
    left_behind: tuple[NetworkInterface, ...] = ()
    """Made for this function, by their description, in places of no version that was seen."""

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find them; raises ``Unseen`` when interfaces were not read."""
        places, current = _places(world)
        name = f"AWS Lambda VPC ENI-{subject.function_name}-"
        if subject.version != _LATEST and not subject.vpc_config.subnet_ids:
            return cls()
        world.require("ec2:DescribeNetworkInterfaces")
        every = [(_place(one), one) for one in world.all(NetworkInterface) if one.interface_type == "lambda"]
        if subject.version == _LATEST:
            mine = [one for place, one in every if place not in places and _is_own(one, name)]
            return cls(left_behind=tuple(mine))
        own = set(_of(subject)) - current
        return cls(by_version=tuple(one for place, one in every if place in own))

    @staticmethod
    def places(those: tuple[NetworkInterface, ...]) -> str:
        """Where interfaces are, in words: their subnets and security groups."""
        subnets = sorted({one.subnet_id for one in those})
        groups = sorted({group.group_id for one in those for group in one.groups})
        return f"{', '.join(subnets)} with {', '.join(groups)}"


def _is_own(one: NetworkInterface, name: str) -> bool:
    """Whether Lambda made it for the function: its description is the function's name and an identifier of 36 characters."""
    return one.description.startswith(name) and len(one.description) == len(name) + _UUID


def _place(one: NetworkInterface) -> Place:
    return one.subnet_id, frozenset(group.group_id for group in one.groups)


def _of(function: Function) -> list[Place]:
    config = function.vpc_config
    return [(subnet, frozenset(config.security_group_ids)) for subnet in config.subnet_ids]


def _places(world: World) -> tuple[frozenset[Place], frozenset[Place]]:
    """The places of all versions that were seen, and those of the functions themselves; made once for a world."""
    functions = world.all(Function)
    key = KeptInterfaces, ""
    if key not in world.derived:
        found: dict[bool, set[Place]] = defaultdict(set)
        for one in functions:
            found[one.version == _LATEST].update(_of(one))
        world.derived[key] = frozenset(found[True] | found[False]), frozenset(found[True])
    places: tuple[frozenset[Place], frozenset[Place]] = world.derived[key]
    return places
