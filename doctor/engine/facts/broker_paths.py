"""Whether the pollers of brokers in a VPC reach what they need."""

from typing import Any, Self

from doctor.engine.facts.fact import Fact
from doctor.engine.facts.reachability import Reachability, look_at_everything, reach_of
from doctor.engine.world import Unseen, World
from doctor.model.call import Gap
from doctor.model.function import EventSourceMapping, Function
from doctor.model.record import Record
from doctor.model.trace import Trace

_SERVICES = (":kafka:", ":mq:", ":rds:")
"""In the ARNs of event sources whose pollers stand in the brokers' own subnets; one's own Kafka has no ARN."""


class BrokerPath(Record):
    """A poller with what becomes of its packets: to the brokers, and to the services that it calls."""

    mapping: EventSourceMapping
    trace: Trace


class BrokerPaths(Fact):
    """The pollers of one version that stand in a VPC: with the brokers' subnets and security groups, not the function's."""

    reads = ("lambda:ListEventSourceMappings", *Reachability.reads)

    unseen: Gap | None = None
    found: tuple[BrokerPath, ...] = ()
    resources: tuple[tuple[str, Any], ...] = ()
    """What stops packets, by AWS's id."""

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Follow their packets; raises ``Unseen`` when the mappings were not read."""
        world.require("lambda:ListEventSourceMappings")
        mappings = [one for one in world.mappings(subject) if _of_brokers(one)]
        if not mappings:
            return cls()
        unseen = next((gap for read in Reachability.reads if (gap := world.gap(read)) is not None), None)
        if unseen is not None:
            return cls(unseen=unseen)
        look_at_everything(world)
        reach = reach_of(world)
        found = tuple(BrokerPath(mapping=one, trace=reach.pollers(one)) for one in mappings)
        components = {blocker.component for one in found for blocker in one.trace.blockers}
        known = reach.catalogue.by_id
        return cls(found=found, resources=tuple((one, known[one]) for one in sorted(components) if one in known))

    @property
    def all(self) -> tuple[BrokerPath, ...]:
        """The pollers. Raises ``Unseen`` when a part of the network was not read."""
        if self.unseen is not None:
            raise Unseen(self.unseen)
        return self.found


def _of_brokers(mapping: EventSourceMapping) -> bool:
    source = mapping.event_source_arn
    return not source or any(mark in source for mark in _SERVICES)
