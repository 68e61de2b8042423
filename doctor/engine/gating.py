"""A function's world as its calls and packets meet it: what the gate of a local run asks, on one snapshot, as it is or as a plan makes it."""

from collections.abc import Sequence

from msgspec.structs import replace

from doctor.engine.world import Unseen, World
from doctor.model import arns
from doctor.model.call import Call, Gap
from doctor.model.decision import Decision
from doctor.model.function import Function
from doctor.model.trace import Destination, Trace

_ANYWHERE = Destination(kind="address", value="2001:db8::1", port=443)
"""An IPv6 address of nobody."""


class FunctionView:
    """What the policies and the network of a world say to one function.

    Args:
        world: The snapshot, or what a plan makes of it.
        function: The version that runs.
        subnet: The one of its subnets that its environment is in; empty: the first.
    """

    def __init__(self, world: World, function: Function, subnet: str = "") -> None:
        # doctor.iam and doctor.network: only a run pays for them
        from doctor.engine.facts.permissions import Permissions
        from doctor.engine.facts.reachability import reach_of
        from doctor.engine.facts.refusals import Refusals

        self._permissions = Permissions.of(world, function)
        try:
            self._refused = Refusals.of(world, function).all
        except Unseen:
            self._refused = ()
        self._reach = reach_of(world)
        subnets = function.vpc_config.subnet_ids
        chosen = (subnet,) if subnet else subnets[:1]
        self._placed = replace(function, vpc_config=replace(function.vpc_config, subnet_ids=chosen))

    def warm(self) -> None:
        """Do now what is done once, for while a handler runs its clock does too: compile policies, build routing tables."""
        from doctor.iam import models
        from doctor.network.destinations import service_endpoint

        models.by_signing_name()
        self.decide(Call(service="sts", operation="GetCallerIdentity"))
        self.trace(service_endpoint("sts", arns.region(self._placed.arn)))

    def decide(self, call: Call) -> Sequence[Decision]:
        """Whether the function's role may make a call; a role that was not read leaves it open."""
        unseen = self._permissions.unseen
        if unseen is None:
            return tuple(self._settled(one) for one in self._permissions.decide(call))
        return (
            Decision(
                principal=self._permissions.session,
                action=call.name,
                resource="*",
                result="depends",
                assumptions=(f"the role, which was not read: {_gap(unseen)}",),
            ),
        )

    def _settled(self, decision: Decision) -> Decision:
        """A decision that hangs on what was not read, settled by AWS's own denial of the same request where it left one.

        It counts only while the model still lacks an Allow in the layer that AWS named: a plan may have added one.
        """
        if decision.result != "depends":
            return decision
        for one in self._refused:
            same = (one.decision.action, one.decision.resource) == (decision.action, decision.resource)
            if same and not one.differs and one.denial.layer in decision.blockers:
                word = f"AWS denied the same request in {one.denied.last.request_id}; what was not read did not allow it then"
                return replace(decision, result="denied", assumptions=(word,))
        return decision

    def trace(self, destination: Destination) -> Trace:
        """What becomes of packets to a destination, from the subnet that the run is in.

        Raises:
            NotADestination: It cannot be read, or no port is told.
        """
        return self._reach.trace(self._placed, destination)

    def trace6(self, destination: Destination) -> Trace:
        """The same of a name's IPv6 address."""
        return self._reach.trace(self._placed, destination, family="ipv6")

    @property
    def ipv6(self) -> bool:
        """Whether the function sends IPv6 packets at all."""
        return self.trace(_ANYWHERE).symptom != "network_unreachable"


def subnets_that_differ(world: World, function: Function) -> tuple[str, ...]:
    """One subnet for each way in which the function's subnets differ for what it is known to need: the first of each.

    An environment is in one of them, which nobody chooses: what fails in one subnet only fails now and then.
    """
    from doctor.engine.facts.reachability import reach_of  # doctor.network: only a run pays for it
    from doctor.network.needs import traced

    if not function.vpc_config.subnet_ids:
        return ()
    traces = [one.trace for one in traced(reach_of(world), function) if one.trace is not None]
    ways: dict[tuple[str, ...], str] = {}
    for subnet in function.vpc_config.subnet_ids:
        ways.setdefault(tuple(trace.subnets.get(subnet, "unknown") for trace in traces), subnet)
    return tuple(ways.values())


def _gap(gap: Gap) -> str:
    return f"{gap.call.name}: {gap.reason.replace('_', ' ')}"
