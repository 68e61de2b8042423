"""Whether the instances that run a function can send its lines to CloudWatch Logs."""

from typing import Self

from doctor.engine.facts.fact import Fact
from doctor.engine.facts.reachability import look_at_everything, reach_of
from doctor.engine.world import Unseen, World
from doctor.model import arns
from doctor.model.backends import CapacityProvider
from doctor.model.call import Gap
from doctor.model.function import Function
from doctor.model.trace import Trace

_MANAGED = "LambdaManagedInstancesCapacityProviderConfig"


class LogShipping(Fact):
    """Packets to CloudWatch Logs from the capacity provider of one version; Lambda itself ships the lines of all others."""

    reads = (
        "lambda:GetCapacityProvider",
        "ec2:DescribeVpcs",
        "ec2:DescribeSubnets",
        "ec2:DescribeRouteTables",
        "ec2:DescribeNetworkAcls",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeNatGateways",
        "ec2:DescribeInternetGateways",
        "ec2:DescribeVpcEndpoints",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeDhcpOptions",
        "ec2:DescribeVpcBlockPublicAccessOptions",
    )

    unseen: Gap | None = None
    provider: CapacityProvider | None = None
    followed: Trace | None = None

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Follow them; what was not read is told when it is asked for."""
        config = subject.extra.get("CapacityProviderConfig")
        arn = config.get(_MANAGED, {}).get("CapacityProviderArn", "") if isinstance(config, dict) else ""
        if not arn:
            return cls()
        gaps = (world.gap(read, arn if read.startswith("lambda:") else "") for read in cls.reads)
        unseen = next((gap for gap in gaps if gap is not None), None)
        provider = world.get(arn, CapacityProvider)
        if unseen is not None or provider is None:
            return cls(unseen=unseen)
        from doctor.network.destinations import service_endpoint

        look_at_everything(world)
        trace = reach_of(world).trace(subject, service_endpoint("logs", arns.region(subject.arn)))
        return cls(provider=provider, followed=trace)

    @property
    def trace(self) -> Trace | None:
        """What became of the packets; ``None``: none are sent. Raises ``Unseen`` when a part of the network was not read."""
        if self.unseen is not None:
            raise Unseen(self.unseen)
        return self.followed
