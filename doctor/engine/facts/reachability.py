"""Which of the destinations that a function is known to need its packets reach, and what stops them."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Self

from msgspec.structs import replace

from doctor.engine.facts.fact import Fact
from doctor.engine.facts.foreseen import PACKAGE
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
from doctor.model.finding import Evidence
from doctor.model.function import Function
from doctor.model.network import NatGateway, RouteTable, Vpc, VpcEndpoint
from doctor.model.record import Record
from doctor.model.trace import Blocker, Direction, Needed, Notice, Traced

if TYPE_CHECKING:  # the network's rooms cost a third of a check's start, and functions in no VPC do without
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


_INTERNET = "192.0.2.1:443"
"""An address that is public and nobody's (RFC 5737): every way to the internet treats it as the others."""


class Stopped(Record):
    """A component that stops packets to known destinations, or a part of them."""

    component: str
    """AWS's id, or the name of a resource that has none."""
    resource: Any
    """The resource of that id; ``None``: it was not seen, as a NAT gateway that was deleted long ago."""
    blockers: tuple[Blocker, ...]
    traced: tuple[Traced, ...]
    """The destinations."""

    @classmethod
    def together(cls, those: Sequence["Stopped"]) -> "Stopped":
        """Several components that stop the same, as one: what opens it must open all of them."""
        traced = [one for stopped in those for one in stopped.traced]
        return replace(
            those[0],
            blockers=tuple(one for stopped in those for one in stopped.blockers),
            traced=tuple(one for number, one in enumerate(traced) if one not in traced[:number]),
        )

    @property
    def names(self) -> str:
        """The destinations as ``host:port``, in one line."""
        return ", ".join(dict.fromkeys(_name(one) for one in self.traced))

    @property
    def told(self) -> tuple[Evidence, ...]:
        """The places that name the destinations."""
        return tuple(place for one in self.traced for place in one.needed.told)

    @property
    def detail(self) -> str:
        """What it drops, in the words of the first of its blockers."""
        return self.blockers[0].detail

    @property
    def certain(self) -> bool:
        """Whether nothing that was not seen could change it, and a destination itself is named, not a resource by its ARN."""
        named = any(isinstance(one.value, str) and not one.value.startswith("arn:") for one in self.told)
        return named and all(one.verdict == "drop" for one in self.blockers)


def _name(one: Traced) -> str:
    if not one.needed.told:
        return "the internet"
    there = one.needed.destination
    port = one.trace.port if one.trace is not None else there.port
    return f"{there.host or there.value}:{port}"


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
    parts = (
        PACKAGE,
        "ec2:DescribeTransitGateways",
        "ec2:DescribeTransitGatewayRouteTables",
        "ec2:SearchTransitGatewayRoutes",
        "ec2:DescribeVpnConnections",
        "ec2:DescribeSecurityGroupRules",
        "ec2:DescribeSecurityGroupVpcAssociations",
        "ec2:DescribeVpcEncryptionControls",
        "ec2:DescribeAddresses",
        "route53:ListHostedZonesByVPC",
        "lambda:GetCapacityProvider",
        "rds:DescribeDBInstances",
        "rds:DescribeDBProxies",
        "rds:DescribeDBProxyTargets",
        "elasticache:DescribeCacheClusters",
        "elasticache:DescribeReplicationGroups",
        "efs:DescribeAccessPoints",
        "efs:DescribeFileSystems",
        "efs:DescribeFileSystemPolicy",
        "efs:DescribeMountTargets",
        "efs:DescribeMountTargetSecurityGroups",
        "kafka:ListClustersV2",
        "mq:ListBrokers",
        "mq:DescribeBroker",
        "elbv2:DescribeLoadBalancers",
    )
    sure = True

    unseen: Gap | None = None
    hidden: Gap | None = None
    """Why there may be more that it needs, or what lies at the end of a way is not known: the first of such reads."""
    found: tuple[Traced, ...] = ()
    routes: tuple[RouteTable, ...] = ()
    """The route tables of the function's VPC."""
    nats: tuple[NatGateway, ...] = ()
    """The public NAT gateways of that VPC that work."""
    function: Function | None = None
    """The version that is in a VPC."""
    reach: Any = None
    """What answers further questions about the network; shared by all functions."""

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Follow packets to everything that the version is known to need; what was not read is told when it is asked for."""
        if not subject.vpc_config.subnet_ids:
            return cls()
        vpc = next((one for one in world.all(Vpc) if one.vpc_id == subject.vpc_config.vpc_id), None)
        about = vpc.arn if vpc is not None else ""
        gaps = (world.gap(read, about) for read in world.gapped(cls.reads))
        unseen = next((gap for gap in gaps if gap is not None), None)
        if unseen is not None:
            return cls(unseen=unseen)
        from doctor.network.needs import traced

        look_at_everything(world)
        home = vpc.vpc_id if vpc is not None else ""
        reach = reach_of(world)
        found = traced(reach, subject, (), world.invocations(subject))
        return cls(
            found=found,
            routes=tuple(one for one in world.all(RouteTable) if one.vpc_id == home),
            nats=tuple(one for one in world.all(NatGateway) if one.vpc_id == home and _works(one)),
            function=subject,
            reach=reach,
            hidden=_hidden(world, subject, found),
        )

    def require_all(self) -> None:
        """Raise ``Unseen`` when there may be more that the function needs to reach, or what it reaches was not read."""
        if self.hidden is not None:
            raise Unseen(self.hidden)

    @property
    def known(self) -> tuple[Traced, ...]:
        """The known destinations. Raises ``Unseen`` when a part of the network was not read."""
        if self.unseen is not None:
            raise Unseen(self.unseen)
        return self.found

    @property
    def blocked(self) -> tuple[Traced, ...]:
        """The known destinations that not every packet reaches for certain. Raises ``Unseen`` as ``known`` does."""
        return tuple(one for one in self.known if one.trace is not None and one.verdict != "reachable")

    def stopped(
        self, *codes: str, direction: Direction | None = None, of: Iterable[Traced] | None = None
    ) -> tuple[Stopped, ...]:
        """What stops packets for one of these reasons (codes of explanations), in a direction of its own where it matters.

        ``of``: packets to these destinations, not to all that are known.
        """
        blockers: dict[str, list[Blocker]] = {}
        found: dict[str, list[Traced]] = {}
        for one in self.blocked if of is None else of:
            for blocker in one.trace.blockers if one.trace is not None else ():
                fits = direction in (None, blocker.direction) and {blocker.code, blocker.leg} & {*codes}
                if fits and blocker.verdict in ("drop", "partial"):
                    blockers.setdefault(blocker.component, []).append(blocker)
                    if one not in found.setdefault(blocker.component, []):
                        found[blocker.component].append(one)
        return tuple(
            Stopped(component=name, resource=self.resource(name), blockers=tuple(those), traced=tuple(found[name]))
            for name, those in blockers.items()
        )

    def noticed(self, *codes: str) -> tuple[Stopped, ...]:
        """What does not itself stop packets that are stopped, and could have led them another way."""
        found: dict[str, list[tuple[Traced, Notice]]] = {}
        for one in self.blocked:
            assert one.trace is not None
            for notice in one.trace.notices:
                if notice.code in codes and one.verdict in ("unreachable", "partial"):
                    found.setdefault(notice.component, []).append((one, notice))
        return tuple(
            Stopped(
                component=name,
                resource=self.resource(name),
                blockers=(_as_blocker(those[0][1], those[0][0]),),
                traced=tuple(one for one, _ in those),
            )
            for name, those in found.items()
        )

    @property
    def own_tables(self) -> tuple[RouteTable, ...]:
        """The route tables of the function's own subnets, each once."""
        if self.function is None:
            return ()
        catalogue = self.reach.catalogue
        subnets = (catalogue.subnets.get(one) for one in self.function.vpc_config.subnet_ids)
        found = (catalogue.table_of(one) for one in subnets if one is not None)
        return tuple({one.route_table_id: one for one in found if one is not None}.values())

    def internet(self) -> Traced:
        """Packets to the internet at large, for functions of which nothing is known that they call."""
        needed = _internet()
        return Traced(needed=needed, trace=self.reach.trace(self.function, needed.destination))

    def endpoints(self, traced: Traced) -> tuple[VpcEndpoint, ...]:
        """The endpoints of the function's VPC for the service of a destination, of whatever type and in whatever state."""
        from doctor.engine.openings.terrain import service_name

        home = self.function.vpc_config.vpc_id if self.function is not None else ""
        name = service_name(traced.trace) if traced.trace is not None else ""
        every = self.reach.catalogue.endpoints_of.get(home, []) if name else []
        return tuple(one for one in every if one.service_name == name)

    def endpoint_behind(self, stopped: Stopped) -> VpcEndpoint | None:
        """The interface endpoint that a security group guards, and that answers for the service which is not reached."""
        from doctor.network.destinations import endpoint_hosts

        home = self.function.vpc_config.vpc_id if self.function is not None else ""
        hosts = {one.trace.destination.host for one in stopped.traced if one.trace is not None}
        every: list[VpcEndpoint] = self.reach.catalogue.endpoints_of.get(home, [])
        for one in every:
            guards = any(group.group_id == stopped.component for group in one.groups)
            names = endpoint_hosts(one.service_name)
            if guards and any(host == name or host.endswith(f".{name}") for host in hosts for name in names):
                return one
        return None

    def resource(self, identifier: str) -> Any:
        """The network's resource of AWS's id; ``None``: it was not seen."""
        return self.reach.catalogue.by_id.get(identifier) if self.reach is not None else None


@cache
def _internet() -> Needed:
    from doctor.network.destinations import parse

    return Needed(destination=parse(_INTERNET), told=())


def _hidden(world: World, subject: Function, found: Iterable[Traced]) -> Gap | None:
    """Why its source was not read, which tells what it needs; or, where a way's end is not known, what may lie there."""
    source = world.gap(PACKAGE, subject.arn) if subject.package is None else None
    undecided = any(one.verdict == "unknown" for one in found)
    parts = (part for part in Reachability.parts if part != PACKAGE) if undecided else ()
    return source or next((gap for part in parts if (gap := world.missed(part)) is not None), None)


def _as_blocker(notice: Notice, traced: Traced) -> Blocker:
    subnets = tuple(traced.trace.subnets) if traced.trace is not None else ()
    return Blocker(
        component=notice.component,
        code=notice.code,
        direction="egress",
        stage="forward",
        verdict="drop",
        detail=notice.detail,
        subnets=subnets,
    )


def look_at_everything(world: World) -> None:
    """Note all that a trace may look at."""
    from doctor.network.catalogue import LISTED_BY

    world.look(f"type:{kind.__name__}" for kind in (*LISTED_BY, *_BACKENDS))


def reach_of(world: World) -> "Reach":
    """One for a world: it remembers its answers."""
    from doctor.network.reach import Reach

    key = Reach, ""
    if key not in world.derived:
        world.derived[key] = Reach(world.snapshot.resources, world.snapshot.gaps)
    reach: Reach = world.derived[key]
    return reach


def _works(nat: NatGateway) -> bool:
    return nat.state.lower() == "available" and nat.connectivity_type.lower() == "public"
