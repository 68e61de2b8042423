"""What Lambda holds of a version beside its configuration, for rules of which only a part hangs on it."""

from typing import Any, ClassVar, Self

from doctor.engine.facts.fact import Fact
from doctor.engine.world import Unseen, World
from doctor.model import arns
from doctor.model.call import Gap
from doctor.model.function import Function, PublishedVersion
from doctor.model.invoking import FunctionEventInvokeConfig, RuntimeManagementConfig

_EVENTS, _RECURSION, _RUNTIME, _VERSIONS = (
    "lambda:ListFunctionEventInvokeConfigs",
    "lambda:GetFunctionRecursionConfig",
    "lambda:GetRuntimeManagementConfig",
    "lambda:ListVersionsByFunction",
)


class Settings(Fact):
    """Settings that are read of functions looked at closely; asking for one raises ``Unseen`` where it was not read."""

    reads = ()
    parts: ClassVar[tuple[str, ...]] = (_EVENTS, _RECURSION, _RUNTIME, _VERSIONS)
    sure = True

    function: Function
    unseen: dict[str, Gap]
    """By read, what it left unread of this function."""

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Take them; what was not read is told when it is asked for."""
        name = arns.unqualified(subject.arn)
        everyone = f"{name.rpartition(':')[0]}:*"
        gaps = {read: world.gap(read, name) or world.gap(read, everyone) for read in cls.parts}
        return cls(function=subject, unseen={read: gap for read, gap in gaps.items() if gap is not None})

    @property
    def event_invoke_config(self) -> FunctionEventInvokeConfig | None:
        """How asynchronous events are tried and kept; ``None``: as Lambda does where nothing is said."""
        return self._told(self.function.event_invoke_config, _EVENTS)  # type: ignore[no-any-return]

    @property
    def recursive_loop(self) -> str:
        """What Lambda does with a function that invokes itself: ``Terminate`` or ``Allow``."""
        return self._told(self.function.recursive_loop, _RECURSION)  # type: ignore[no-any-return]

    @property
    def runtime_management_config(self) -> RuntimeManagementConfig | None:
        """When the runtime is updated; ``None``: images have no such setting."""
        return self._told(self.function.runtime_management_config, _RUNTIME)  # type: ignore[no-any-return]

    @property
    def published_versions(self) -> tuple[PublishedVersion, ...]:
        """Every version that was published, the oldest 100 at most."""
        return self._told(self.function.published_versions, _VERSIONS) or ()

    def _told(self, value: Any, read: str) -> Any:
        if not value and read in self.unseen:
            raise Unseen(self.unseen[read])
        return value
