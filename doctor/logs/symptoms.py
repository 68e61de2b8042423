"""Invocations and metrics to symptoms: what was seen, in the closed vocabulary, never why."""

from collections.abc import Iterable

from doctor.model.lazy import pattern
from doctor.model.telemetry import Invocation, MetricSeries, Observation, Symptom, SymptomKind

_BY_ERROR_TYPE = {
    "Runtime.OutOfMemory": SymptomKind.KILLED,
    "Runtime.ExitError": SymptomKind.EXITED,
    "Runtime.ImportModuleError": SymptomKind.IMPORT_FAILED,
    "Runtime.UserCodeSyntaxError": SymptomKind.IMPORT_FAILED,
    "Runtime.HandlerNotFound": SymptomKind.HANDLER_MISSING,
    "Runtime.MalformedHandlerName": SymptomKind.HANDLER_MISSING,
    "Runtime.InvalidEntrypoint": SymptomKind.INIT_FAILED,
}
HEAP_FULL = "JavaScript heap out of memory"
"""What V8 writes before it aborts the process."""
RESOURCE_ERRORS = {
    "ENOSPC": pattern(r"\[Errno 28\]|\bENOSPC\b|No space left on device"),
    "EMFILE": pattern(r"\[Errno 24\]|\bEMFILE\b|Too many open files"),
    "ENOEXEC": pattern(r"\[Errno 8\]|\bENOEXEC\b|[Ee]xec format error"),
    "EROFS": pattern(r"\[Errno 30\]|\bEROFS\b|Read-only file system"),
}
"""The operating system's errors that tell of the environment, not of the code: by name, as each language words them."""
_DENIED = ("AccessDenied", "is not authorized to perform")


def symptom(invocation: Invocation) -> Symptom | None:
    """The symptom that an invocation shows; ``None`` when it succeeded."""
    if invocation.status == "success":
        return None
    if invocation.status == "timeout":
        return Symptom(kind=SymptomKind.TIMED_OUT)
    known = _BY_ERROR_TYPE.get(invocation.error_type)
    if known is SymptomKind.EXITED:
        return _exited(invocation)
    if known is not None:
        return Symptom(kind=known, detail=invocation.error_message)
    if any(mark in invocation.error_type or mark in invocation.error_message for mark in _DENIED):
        return Symptom(kind=SymptomKind.DENIED, detail=invocation.error_message)
    if any(init.status == "error" for init in invocation.inits):
        return Symptom(kind=SymptomKind.INIT_FAILED, detail=invocation.error_type)
    return Symptom(kind=SymptomKind.RAISED, detail=_raised(invocation))


def _exited(invocation: Invocation) -> Symptom:
    """Why the process ended: killed at its memory limit, out of JavaScript heap, or what the service says of its exit."""
    if "signal: killed" in invocation.error_message and _at_limit(invocation):
        return Symptom(kind=SymptomKind.KILLED)
    if any(HEAP_FULL in line.message for line in invocation.lines):
        return Symptom(kind=SymptomKind.EXITED, detail=HEAP_FULL)
    return Symptom(kind=SymptomKind.EXITED, detail=invocation.error_message)


def _raised(invocation: Invocation) -> str:
    """The name of the operating system's error where it is one of the environment's, otherwise the error's class."""
    found = (name for name, words in RESOURCE_ERRORS.items() if words.search(invocation.error_message))
    return next(found, invocation.error_type)


def _at_limit(invocation: Invocation) -> bool:
    """Tell whether the invocation used all of its memory, give or take the megabyte that REPORT rounds away."""
    used, size = invocation.max_memory_used, invocation.memory_size
    return used is not None and size is not None and used >= size - 1


def observe(version_arn: str, invocations: Iterable[Invocation]) -> tuple[Observation, ...]:
    """Count the symptoms of one version's invocations, in the order in which they first appeared."""
    seen: dict[Symptom, list[Invocation]] = {}
    for invocation in invocations:
        found = symptom(invocation)
        if found is not None:
            seen.setdefault(found, []).append(invocation)
    return tuple(
        Observation(
            symptom=found,
            function=version_arn,
            count=len(those),
            first=those[0].at,
            last=those[-1].at,
            example=those[-1].request_id,
        )
        for found, those in seen.items()
    )


def throttled(function_arn: str, metrics: Iterable[MetricSeries]) -> tuple[Observation, ...]:
    """What the ``Throttles`` metric of a function shows: requests that Lambda refused leave no line in a log."""
    for series in metrics:
        if (series.metric_name, series.stat) == ("Throttles", "Sum") and any(series.values):
            when = [at for at, value in zip(series.timestamps, series.values, strict=True) if value]
            seen = Observation(
                symptom=Symptom(kind=SymptomKind.THROTTLED),
                function=function_arn,
                count=round(sum(series.values)),
                first=when[0],
                last=when[-1],
                example=series.metric_name,
            )
            return (seen,)
    return ()
