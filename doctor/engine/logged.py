"""What a version's REPORT lines tell of it on Lambda: the anchors by which a local run is calibrated."""

from collections.abc import Iterable
from statistics import median

from doctor.logs.symptoms import symptom
from doctor.model.measured import Logged
from doctor.model.telemetry import Invocation, SymptomKind


def logged(invocations: Iterable[Invocation]) -> Logged:
    """The figures of those that succeeded, and whether another was killed for memory."""
    every = tuple(invocations)
    healthy = [one for one in every if one.succeeded and one.max_memory_used is not None]
    durations = [one.duration for one in healthy if one.duration is not None]
    inits = [one.init_duration for one in healthy if one.init_duration is not None]
    used = [one.max_memory_used for one in healthy if one.max_memory_used is not None]
    seen = (symptom(one) for one in every)
    return Logged(
        lines=len(healthy),
        least=min(used, default=None),
        most=max(used, default=None),
        full=any(one is not None and one.kind is SymptomKind.KILLED for one in seen),
        duration=median(durations) if durations else None,
        init=median(inits) if inits else None,
    )
