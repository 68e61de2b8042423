"""The subnets, security groups and VPC that a function is configured to be in."""

from typing import Self

from doctor.engine.facts.fact import Fact
from doctor.engine.world import Unseen, World
from doctor.model.call import Gap
from doctor.model.function import Function
from doctor.model.network import SecurityGroup, Subnet, Vpc


class Placement(Fact):
    """What of a version's VPC configuration was found in EC2; of a function in no VPC nothing is told."""

    reads = ("ec2:DescribeVpcs", "ec2:DescribeSubnets", "ec2:DescribeSecurityGroups")
    sure = True

    unseen: Gap | None = None
    its_vpc: Vpc | None = None
    its_subnets: tuple[Subnet, ...] = ()
    its_groups: tuple[SecurityGroup, ...] = ()
    near: tuple[Subnet, ...] = ()
    """Every subnet of the VPC."""

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find them; what was not read is told when it is asked for."""
        config = subject.vpc_config
        if not config.subnet_ids:
            return cls()
        unseen = next((gap for read in cls.reads if (gap := world.gap(read)) is not None), None)
        if unseen is not None:
            return cls(unseen=unseen)
        index = _index(world)
        subnets = tuple(index[one] for one in config.subnet_ids if isinstance(index.get(one), Subnet))
        vpc = index.get(config.vpc_id)
        return cls(
            its_vpc=vpc if isinstance(vpc, Vpc) else None,
            its_subnets=subnets,  # type: ignore[arg-type]  # filtered above
            its_groups=tuple(
                one for key in config.security_group_ids if isinstance(one := index.get(key), SecurityGroup)
            ),
            near=tuple(one for one in world.all(Subnet) if one.vpc_id == config.vpc_id),
        )

    @property
    def vpc(self) -> Vpc | None:
        """The VPC, if it was found. Raises ``Unseen`` when VPCs, subnets or security groups were not read; so do the others."""
        self._seen()
        return self.its_vpc

    @property
    def subnets(self) -> tuple[Subnet, ...]:
        """Those of the subnets that were found."""
        self._seen()
        return self.its_subnets

    @property
    def groups(self) -> tuple[SecurityGroup, ...]:
        """Those of the security groups that were found."""
        self._seen()
        return self.its_groups

    def _seen(self) -> None:
        if self.unseen is not None:
            raise Unseen(self.unseen)


def _index(world: World) -> dict[str, Vpc | Subnet | SecurityGroup]:
    """By AWS's id; made once for a world."""
    vpcs, subnets, groups = world.all(Vpc), world.all(Subnet), world.all(SecurityGroup)
    key = Placement, ""
    if key not in world.derived:
        found: dict[str, Vpc | Subnet | SecurityGroup] = {one.vpc_id: one for one in vpcs}
        found |= {one.subnet_id: one for one in subnets}
        found |= {one.group_id: one for one in groups}
        world.derived[key] = found
    index: dict[str, Vpc | Subnet | SecurityGroup] = world.derived[key]
    return index
