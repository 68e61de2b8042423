"""Invocations to symptoms: what was seen, in the closed vocabulary, never why."""

from collections.abc import Iterable

from doctor.model.telemetry import Invocation, Observation, Symptom, SymptomKind

_BY_ERROR_TYPE = {
    "Runtime.OutOfMemory": SymptomKind.KILLED,
    "Runtime.ExitError": SymptomKind.EXITED,
    "Runtime.ImportModuleError": SymptomKind.IMPORT_FAILED,
    "Runtime.UserCodeSyntaxError": SymptomKind.IMPORT_FAILED,
    "Runtime.HandlerNotFound": SymptomKind.HANDLER_MISSING,
    "Runtime.MalformedHandlerName": SymptomKind.HANDLER_MISSING,
}
_DENIED = ("AccessDenied", "is not authorized to perform")


def symptom(invocation: Invocation) -> Symptom | None:
    """The symptom that an invocation shows; ``None`` when it succeeded."""
    if invocation.status == "success":
        return None
    if invocation.status == "timeout":
        return Symptom(kind=SymptomKind.TIMED_OUT)
    known = _BY_ERROR_TYPE.get(invocation.error_type)
    if known is SymptomKind.EXITED and "signal: killed" in invocation.error_message and _at_limit(invocation):
        return Symptom(kind=SymptomKind.KILLED)
    if known is not None:
        return Symptom(kind=known, detail=invocation.error_message)
    if any(mark in invocation.error_type or mark in invocation.error_message for mark in _DENIED):
        return Symptom(kind=SymptomKind.DENIED, detail=invocation.error_message)
    return Symptom(kind=SymptomKind.RAISED, detail=invocation.error_type)


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
