"""What the log and the metrics of a version tell at a glance."""

from collections.abc import Hashable
from operator import add
from typing import Any

from doctor.engine.facts import (
    Batches,
    Denials,
    EventShapes,
    Imports,
    Invocations,
    Metrics,
    Refusals,
    UnjudgedDenials,
    UnreasonedDenials,
    Waiting,
)
from doctor.engine.glance import Known
from doctor.engine.standin import NotTold, Some
from doctor.engine.world import World
from doctor.model.function import Function
from doctor.model.telemetry import SymptomKind


def failures(world: World, function: Function) -> Hashable:
    """Whether anything ran, and the kinds of symptoms that its log shows."""
    ran = world.fact(Invocations, function)
    if not ran.symptoms:
        return bool(ran.all), _NONE
    return True, frozenset(seen.kind for _, seen in ran.symptoms)


_NONE: frozenset[SymptomKind] = frozenset()


def by_failures(seen: tuple[bool, frozenset[SymptomKind]]) -> Known:
    """Facts that are empty where no failure of their kind was seen."""
    ran, kinds = seen

    def showing(kind: SymptomKind, _detail: str = "") -> tuple[()]:
        if kind in kinds:
            raise NotTold
        return ()

    invocations: dict[str, Any] = {"showing": showing}
    known: dict[type, Any] = {Invocations: invocations}
    if SymptomKind.TIMED_OUT not in kinds:
        invocations["timed_out"] = ()
        known |= {Batches: Batches(), Waiting: {"hung": ()}}
    if SymptomKind.DENIED not in kinds:
        known |= {Denials: Denials(all=()), Refusals: {"all": (), "foreign": ()}, UnjudgedDenials: UnjudgedDenials()}
    if not kinds:
        invocations |= {"symptoms": (), "texts": (), "said": ""}
        if not ran:
            invocations["all"] = ()
        known |= {
            EventShapes: EventShapes(),
            Imports: {"failed": ()},
            UnreasonedDenials: {"those": ()},
            Waiting: Waiting(hung=(), unconnected=()),
        }
    return known


_MARKS = ('"platform.logsDropped"', "RESTORE_REPORT")
"""What a line of the service says that is rarely written."""
_PROMPT = 1000.0
"""Milliseconds: most invocations are done, and most environments started, within this time."""
_HALF = 500
"""Milliseconds in half a second."""
_FEW = 20
"""Invocations of which no environment's memory can be said to leak."""


def log(world: World, function: Function) -> Hashable:
    """What of all that rarely happens where nothing fails is in the log."""
    ran = world.fact(Invocations, function).all
    begun, lasted = [one.init_duration or 0.0 for one in ran], [one.duration or 0.0 for one in ran]
    started, took = max(begun, default=0.0), max(lasted, default=0.0)
    waited = max(map(add, begun, lasted), default=0.0)
    said = world.spoken(function)
    return (
        bool(ran),
        tuple([mark for mark in _MARKS if mark in said]),
        any(one.inits for one in ran),
        started >= _PROMPT,
        waited > _PROMPT,
        took > _HALF * function.timeout,
        len(ran) < _FEW,
    )


def by_log(seen: tuple[Any, ...]) -> Known:
    """What ``Invocations`` answers where nothing rare was seen."""
    ran, marks, inits, slow_start, slow, hurried, few = seen

    def telling(text: str) -> tuple[()]:
        return _none_if(text in _MARKS and text not in marks)

    invocations: dict[str, Any] = {
        "are_there": ran,
        "telling": telling,
        "started_in": lambda milliseconds: _none_if(not slow_start and milliseconds >= _PROMPT),
        "kept_waiting": lambda milliseconds: _none_if(not slow and milliseconds >= _PROMPT),
        "hurried": lambda timeout: _none_if(not hurried and type(timeout) is Some),
        "leaking": lambda: _none_if(few),
    }
    return {Invocations: invocations if inits else {**invocations, "reporting_inits": ()}}


def _none_if(known: bool) -> tuple[()]:
    if not known:
        raise NotTold
    return ()


_COUNTERS = frozenset(
    {
        "Errors",
        "Throttles",
        "DeadLetterErrors",
        "DestinationDeliveryFailures",
        "AsyncEventsReceived",
        "AsyncEventsDropped",
        "RecursiveInvocationsDropped",
        "CPUThrottles",
        "MemoryThrottles",
        "DiskThrottles",
        "ConcurrencyThrottles",
        "OversizedRecordCount",
        "DurableExecutionFailed",
        "DurableExecutionTimedOut",
    }
)
_GAUGES = frozenset({"IteratorAge", "AsyncEventAge", "PostRuntimeExtensionsDuration"})


def counted(world: World, function: Function) -> Hashable:
    """Which of the counters that count trouble did, and which of the rarer gauges were read off."""
    world.require("cloudwatch:GetMetricData")
    return frozenset(
        [
            one.metric_name
            for one in world.metrics(function.arn)
            if (one.metric_name in _COUNTERS and one.stat == "Sum" and any(one.values))
            or (one.metric_name in _GAUGES and one.values)
        ]
    )


def by_counted(seen: frozenset[str]) -> Known:
    """What ``Metrics`` answers of counters that did not count."""

    def total(name: str) -> float | Some:
        return 0.0 if name in _COUNTERS and name not in seen else Some()

    def values(name: str, _stat: str) -> tuple[()]:
        if name not in _GAUGES or name in seen:
            raise NotTold
        return ()

    return {Metrics: {"total": total, "values": values}}
