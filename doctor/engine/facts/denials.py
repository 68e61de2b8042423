"""What AWS refused to a function's code, in AWS's own words."""

from collections.abc import Iterable
from typing import Self

from doctor.engine.facts.fact import Fact
from doctor.engine.facts.invocations import Invocations
from doctor.engine.world import World
from doctor.iam.layers import carrier
from doctor.iam.messages import find_denial
from doctor.logs.invocations import LONGEST_MESSAGE
from doctor.model.decision import Denial
from doctor.model.function import Function
from doctor.model.record import Record, Shape
from doctor.model.telemetry import Invocation, SymptomKind


class Denied(Record):
    """One action on one resource that was refused, and the invocations that failed by it, oldest first."""

    denial: Denial
    """The latest of them."""
    those: tuple[Invocation, ...]

    @property
    def last(self) -> Invocation:
        """The latest invocation that failed by it."""
        return self.those[-1]


class Denials(Fact):
    """The denials by which invocations of one version failed, each action and resource once."""

    reads = ("logs:FilterLogEvents",)
    after = (Invocations,)
    sure = True

    all: tuple[Denied, ...]

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Take the denials apart; raises ``Unseen`` when the log was not read."""
        ran = world.fact(Invocations, subject)
        found = cls(all=tuple(_grouped(ran.showing(SymptomKind.DENIED))))
        for one in found.all:  # what a rule decides about a denial hangs on the policy of its resource
            world.get(carrier(one.denial.resource), Shape)
        return found


def _grouped(those: Iterable[Invocation]) -> Iterable[Denied]:
    found: dict[tuple[str, str], Denied] = {}
    for one in those:
        denial = find_denial(one.error_message) or _in_lines(one)
        if denial is not None:
            place = (denial.action.lower(), denial.resource)
            before = found[place].those if place in found else ()
            found[place] = Denied(denial=denial, those=(*before, one))
    return found.values()


def _in_lines(one: Invocation) -> Denial | None:
    """The last denial that the code wrote down, for an error whose own message does not tell."""
    told = (find_denial(line.message[:LONGEST_MESSAGE]) for line in reversed(one.own_lines))
    return next((denial for denial in told if denial is not None), None)
