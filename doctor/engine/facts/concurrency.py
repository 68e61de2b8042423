"""How many invocations may run at once."""

from typing import Self

from doctor.engine.facts.fact import Fact
from doctor.engine.world import World
from doctor.model import arns
from doctor.model.function import Function


class Concurrency(Fact):
    """The function's share of the account's concurrency."""

    reads = ("lambda:GetFunctionConcurrency", "lambda:GetAccountSettings")
    sure = True

    owner: Function
    """``$LATEST``, with which the reservation is told."""
    reserved: int | None
    """Reserved for the function alone; ``None``: it shares what nobody reserved."""
    account: int
    """The account's limit in the region."""
    unreserved: int
    """What is left of it for functions without a reservation."""

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Take both limits; raises ``Unseen`` when either was not read."""
        world.require("lambda:GetFunctionConcurrency", arns.unqualified(subject.arn))
        world.require("lambda:GetAccountSettings")
        owner = world.get(arns.unqualified(subject.arn), Function) or subject
        limit = world.account_limit
        account = limit.concurrent_executions if limit else 1000
        return cls(
            owner=owner,
            reserved=owner.reserved_concurrent_executions,
            account=account,
            unreserved=limit.unreserved_concurrent_executions if limit else account,
        )
