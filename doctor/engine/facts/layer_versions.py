"""The layers of a function."""

from typing import Self

from doctor.engine.facts.fact import Fact
from doctor.engine.world import World
from doctor.model.function import Function
from doctor.model.invoking import LayerVersion


class LayerVersions(Fact):
    """The layer versions of one version of a function, as far as they were read."""

    reads = ("lambda:GetLayerVersionByArn",)
    sure = True

    those: tuple[LayerVersion, ...]

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find them; raises ``Unseen`` when one was not read."""
        for layer in subject.layers:
            world.require("lambda:GetLayerVersionByArn", layer.arn)
        if not subject.layers:
            return cls(those=())
        found = [world.get(layer.arn, LayerVersion) for layer in subject.layers]
        return cls(those=tuple(one for one in found if one is not None))
