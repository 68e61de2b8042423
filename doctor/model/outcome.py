"""A run of a handler on this machine: what was asked, what happened, what was enforced."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from doctor.model.gate import Connection, GatedCall
from doctor.model.measured import Calibration, ColdStart, Import, Minimized, Weighed
from doctor.model.record import Record
from doctor.model.sourced import FAILED, EventKind, InvocationType, Looked
from doctor.model.telemetry import Invocation, LogLine


class Scenario(Record):
    """One invocation to run."""

    function: str
    """ARN of the version."""
    event: msgspec.Raw
    """The event, as JSON text."""
    source: str = ""
    """Where the event came from, in words."""
    kind: EventKind = "given"
    note: str = ""
    """What of the event is not as it was when it failed."""
    invocation_type: InvocationType = "RequestResponse"
    subnet: str = ""

    @property
    def assumption(self) -> str:
        """What a run of it leans on; empty: the event is the one that failed, as far as anybody can tell."""
        if self.kind not in FAILED:
            return f"the event is not one that failed: {self.source}"
        return f"the event is not quite the one that failed: {self.note}" if self.note else ""


class Ran(Record):
    """What every outcome carries. Durations in milliseconds, memory in MB."""

    duration: float
    init_duration: float | None = None
    """``None``: the environment was warm."""
    max_memory_used: int | None = None
    payload: Any = None
    """What the caller of Invoke would get."""
    log: tuple[LogLine, ...] = ()


class Succeeded(Ran, tag_field="outcome", tag="succeeded"):
    """The handler returned."""


class HandlerFailed(Ran, tag_field="outcome", tag="handler_failed"):
    """The handler raised, or its answer could not be used."""

    error_type: str
    error_message: str = ""


class TimedOut(Ran, tag_field="outcome", tag="timed_out"):
    """Killed at its deadline, ``after`` seconds."""

    after: float


class OutOfMemory(Ran, tag_field="outcome", tag="out_of_memory"):
    """Killed for memory."""

    limit: int


class Exited(Ran, tag_field="outcome", tag="exited"):
    """The runtime process ended by itself during the invocation: ``exit status 1``, ``signal: aborted``, no reason."""

    reason: str
    error_type: str = "Runtime.ExitError"


class InitFailed(Ran, tag_field="outcome", tag="init_failed"):
    """The code could not be loaded: ``Runtime.ImportModuleError``, ``Runtime.HandlerNotFound``, an exception at import."""

    error_type: str
    error_message: str = ""


Outcome = Succeeded | HandlerFailed | TimedOut | OutOfMemory | Exited | InitFailed


def kind_of(outcome: Outcome) -> str:
    """The outcome's tag, by which a rule names what it expects: ``timed_out``."""
    return str(outcome.__struct_config__.tag)


class Enforced(Record):
    """What stood behind one dimension of a run: by what it was enforced, or why not."""

    dimension: str
    """``timeout``, ``memory``, ``cpu``, ``files``, ``network``, ``policies``, ``runtime``."""
    by: str
    """``wall clock``, ``cgroup``, …; empty: not enforced."""
    note: str = ""


NETWORK_TRIED = "the handler tried to reach the network, which is not modelled here: how that failed or hung says nothing about the cloud"
"""What a run without a network leans on when its handler wanted one."""


class LocalRun(Record):
    """One run in the sandbox, whole."""

    scenario: Scenario
    outcome: Outcome
    enforced: tuple[Enforced, ...]
    assumptions: tuple[str, ...] = ()
    """What the run leaned on without proof."""
    presumptions: tuple[str, ...] = ()
    """What nobody could prove on a machine of their own: a refutation may not lean on it, a rehearsal may."""
    connections: tuple[Connection, ...] = ()
    """What the handler connected to, or tried to."""
    calls: tuple[GatedCall, ...] = ()
    """Its AWS calls, and who allowed or denied each."""
    imports: Import | None = None
    """The handler's module with what it imports, when that was measured."""
    calibration: Calibration | None = None
    """By the function's own REPORT lines; ``None``: no world was given that could hold any."""
    stopped_in: str = ""
    """Where a handler that was stopped at its limit was last seen, as its interpreter tells once a second; empty: it does not."""


class LiveRun(Record):
    """One invocation in the account, asked for by the user: what was sent, how it ended, and the end of its log."""

    scenario: Scenario
    outcome: Outcome
    invocation: Invocation
    """As the end of its log tells it."""


Verdict = Literal["reproduced", "different", "not_reproduced", "inconclusive"]


class Reproduction(Record):
    """A local run compared with what the cloud logged."""

    verdict: Verdict
    why: str
    """One sentence: what agreed, what differed, or what was missing."""
    expected: str
    """The outcome's tag that the cloud showed; empty: no failing invocation was seen."""
    cloud: str = ""
    """Request id of the invocation it was compared with."""
    run: LocalRun | None = None
    at: datetime | None = None
    looked: tuple[Looked, ...] = ()
    """Where an event was looked for, when none was given."""
    ranking: tuple[Weighed, ...] = ()
    """The function's findings in their new order, by what the run confirmed and refuted."""
    minimized: Minimized | None = None
    cold_start: ColdStart | None = None
