"""Whether a function's subnets could carry IPv6."""

from typing import Self

from doctor.engine.facts.fact import Fact
from doctor.engine.world import World
from doctor.model.function import Function
from doctor.model.network import Subnet


class DualStack(Fact):
    """Whether every subnet of one version is known to have an IPv6 range; what was not read is not known to."""

    reads = ()
    parts = ("ec2:DescribeSubnets",)
    sure = True

    everywhere: bool = False

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Look at them; of a function in no VPC there is nothing to look at."""
        wanted = set(subject.vpc_config.subnet_ids)
        if not wanted:
            return cls()
        having = {one.subnet_id for one in world.all(Subnet) if one.ipv6_cidr_block_association_set}
        return cls(everywhere=wanted <= having)
