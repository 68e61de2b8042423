"""Which invocations waited for something that did not come."""

import re
from typing import Self

from doctor.engine.facts.fact import Fact
from doctor.engine.facts.invocations import Invocations
from doctor.engine.world import World
from doctor.model.function import Function
from doctor.model.telemetry import Invocation

_SILENT = 0.25
"""Share of the timeout that the handler must have been silent for when it was stopped: it waited."""
_NOT_CONNECTED = re.compile(
    r"Connect timeout on endpoint URL|ConnectTimeout|connect ETIMEDOUT|[Cc]onnection timed out|connect timed out|i/o timeout"
)
"""What SDKs and drivers write when nobody answered them in time."""


class Waiting(Fact):
    """Invocations of one version that hung until they were stopped, or whose code gave up connecting."""

    reads = ("logs:FilterLogEvents",)
    after = (Invocations,)
    sure = True

    hung: tuple[Invocation, ...]
    """Stopped at the timeout after a long silence."""
    unconnected: tuple[Invocation, ...]
    """Their code says that nobody answered in time."""

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Look for them; raises ``Unseen`` when the log was not read."""
        ran = world.fact(Invocations, subject)
        told = zip(ran.symptoms, ran.texts, strict=True)
        return cls(
            hung=tuple(one for one in ran.timed_out if _waited(subject, one)),
            unconnected=tuple(one for (one, _), text in told if _says_so(text)),
        )

    @property
    def failed(self) -> tuple[Invocation, ...]:
        """Both, oldest first, each once."""
        every = {one.request_id: one for one in (*self.hung, *self.unconnected)}
        return tuple(sorted(every.values(), key=lambda one: one.at))

    @property
    def expects(self) -> str:
        """The outcome that a local run shows as well, by the latest of them; empty: none failed."""
        last = self.failed[-1:]
        return "" if not last else "timed_out" if last[0].status == "timeout" else "handler_failed"


def _says_so(text: str) -> bool:
    told = "onnect" in text or "i/o timeout" in text  # in every match, and fast to look for
    return told and _NOT_CONNECTED.search(text) is not None


def _waited(function: Function, one: Invocation) -> bool:
    """Tell whether the handler itself was stopped, and had been silent for long."""
    limit = function.timeout * 1000
    in_init = any(init.status == "timeout" for init in one.inits)
    return one.started is not None and not in_init and limit - (one.spoke_until or 0.0) >= _SILENT * limit
