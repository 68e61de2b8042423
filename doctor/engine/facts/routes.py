"""Ways from API Gateway to a function."""

from typing import Self

from doctor.engine.facts.fact import Fact
from doctor.engine.world import World
from doctor.model.function import Function
from doctor.model.sources import Api, Integration


class Routes(Fact):
    """The integrations of APIs that invoke one version, or an alias that leads to it."""

    reads = (
        "apigateway:GetRestApis",
        "apigateway:GetResources",
        "apigatewayv2:GetApis",
        "apigatewayv2:GetIntegrations",
    )
    sure = True

    those: tuple[tuple[Api, Integration], ...]

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find them; raises ``Unseen`` when APIs were not read."""
        for call in cls.reads:
            world.require_whole(call)  # an API whose ways were not read may lead to any function
        return cls(those=tuple(world.integrations(subject)))
