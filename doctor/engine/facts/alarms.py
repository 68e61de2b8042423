"""Who is told when a function fails."""

from typing import Self

from doctor.engine.facts.fact import Fact
from doctor.engine.world import World
from doctor.model.alarms import Alarm
from doctor.model.function import Function


class Alarms(Fact):
    """CloudWatch's alarms on one metric of the function; those on expressions over several are not read."""

    reads = ("cloudwatch:DescribeAlarms",)
    sure = True

    those: tuple[Alarm, ...]

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find them; raises ``Unseen`` when alarms were not read, or not all."""
        world.require_whole("cloudwatch:DescribeAlarms")
        every, key = world.all(Alarm), (cls, "by function")
        if key not in world.derived:
            found: dict[str, list[Alarm]] = {}
            for one in every:
                for name in {of.value for of in one.dimensions if of.name == "FunctionName"}:
                    found.setdefault(name, []).append(one)
            world.derived[key] = found
        known: dict[str, list[Alarm]] = world.derived[key]
        return cls(those=tuple(known.get(subject.function_name, ())))
