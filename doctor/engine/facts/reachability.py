"""Which of the destinations that a function is known to need its packets reach."""

from typing import Self

from doctor.engine.facts.fact import Fact
from doctor.engine.world import Unseen, World
from doctor.model.backends import (
    Broker,
    CacheCluster,
    CapacityProvider,
    DBInstance,
    DBProxy,
    KafkaCluster,
    LoadBalancer,
    MountTarget,
    ReplicationGroup,
)
from doctor.model.call import Gap
from doctor.model.function import Function
from doctor.model.network import NatGateway, RouteTable, Vpc
from doctor.model.trace import Traced
from doctor.network.catalogue import LISTED_BY
from doctor.network.needs import traced
from doctor.network.reach import Reach

_BACKENDS = (
    Broker,
    CacheCluster,
    CapacityProvider,
    DBInstance,
    DBProxy,
    KafkaCluster,
    LoadBalancer,
    MountTarget,
    ReplicationGroup,
)
"""What a destination may be, beside the network's own resources."""


class Reachability(Fact):
    """The known destinations of one version in a VPC, with the traces of its packets; of a function in no VPC nothing is told."""

    reads = (
        "ec2:DescribeVpcs",
        "ec2:DescribeVpcAttribute",
        "ec2:DescribeDhcpOptions",
        "ec2:DescribeSubnets",
        "ec2:DescribeRouteTables",
        "ec2:DescribeNetworkAcls",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeInternetGateways",
        "ec2:DescribeEgressOnlyInternetGateways",
        "ec2:DescribeNatGateways",
        "ec2:DescribeVpcEndpoints",
        "ec2:DescribeManagedPrefixLists",
        "ec2:GetManagedPrefixListEntries",
        "ec2:DescribePrefixLists",
        "ec2:DescribeVpcPeeringConnections",
        "ec2:DescribeTransitGatewayAttachments",
        "ec2:DescribeTransitGatewayVpcAttachments",
        "ec2:DescribeVpnGateways",
        "ec2:DescribeVpcBlockPublicAccessOptions",
        "ec2:DescribeVpcBlockPublicAccessExclusions",
    )

    unseen: Gap | None = None
    found: tuple[Traced, ...] = ()
    routes: tuple[RouteTable, ...] = ()
    """The route tables of the function's VPC."""
    nats: tuple[NatGateway, ...] = ()
    """The public NAT gateways of that VPC that work."""

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Follow packets to everything that the version is known to need; what was not read is told when it is asked for."""
        if not subject.vpc_config.subnet_ids:
            return cls()
        vpc = next((one for one in world.all(Vpc) if one.vpc_id == subject.vpc_config.vpc_id), None)
        about = vpc.arn if vpc is not None else ""
        gaps = (world.gap(read, about) for read in cls.reads)
        unseen = next((gap for gap in gaps if gap is not None), None)
        if unseen is not None:
            return cls(unseen=unseen)
        for kind in (*LISTED_BY, *_BACKENDS):  # what a trace may look at
            world.all(kind)
        home = vpc.vpc_id if vpc is not None else ""
        return cls(
            found=traced(_reach(world), subject),
            routes=tuple(one for one in world.all(RouteTable) if one.vpc_id == home),
            nats=tuple(one for one in world.all(NatGateway) if one.vpc_id == home and _works(one)),
        )

    @property
    def known(self) -> tuple[Traced, ...]:
        """The known destinations. Raises ``Unseen`` when a part of the network was not read."""
        if self.unseen is not None:
            raise Unseen(self.unseen)
        return self.found


def _reach(world: World) -> Reach:
    """One for a world: it remembers its answers."""
    key = Reach, ""
    if key not in world.derived:
        world.derived[key] = Reach(world.snapshot.resources, world.snapshot.gaps)
    reach: Reach = world.derived[key]
    return reach


def _works(nat: NatGateway) -> bool:
    return nat.state.lower() == "available" and nat.connectivity_type.lower() == "public"
