"""An exception left the handler.

The runtime logs it and the invocation fails; the environment lives on. This rule names the exception and the line of the function's own
code that it came from. It speaks last: what the log shows to be something else (no memory, a full /tmp, a file that cannot be written,
a missing module, an answer that cannot be encoded) is another rule's, and named here as ruled out. Behind an exception there can be
a cause outside the code, such as a host that is not reached; the rule for that explains the same invocations from further down.

Covers: py-exception-unhandled
Fix: at the line that is named.
Proof: the failing invocation is run locally; it must raise the same exception.
See: https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
"""

import re
from collections.abc import Iterator

from doctor.rules_api import (
    NO_ANSWER,
    RESOURCE_ERRORS,
    Applicability,
    Confidence,
    EventShapes,
    Evidence,
    Fix,
    Function,
    Imports,
    Invocation,
    Invocations,
    NotThis,
    Problem,
    Severity,
    Symptom,
    SymptomKind,
    cite_log,
    in_line,
    rule,
    symptom,
    times,
    told,
    told_of_host,
    told_otherwise,
    unset_variable,
    wrong_signature,
)

FRAME = re.compile(r"/var/task/(?P<file>[^\s\"\\:)]+)(?:\\*\", line |:)(?P<line>\d+)")
"""As Python and Node.js write it, also inside JSON."""
INSTALLED = ("site-packages/", "node_modules/")
PLATFORM = ("Runtime.", "Function.", "Extension.", "Sandbox.")
"""Error types that do not come from the handler's code."""
OTHERS = {
    **dict.fromkeys(RESOURCE_ERRORS, "the operating system refused what the code asked for"),
    "MemoryError": "there was no memory left",
    "Runtime.MarshalError": "the handler returned; its answer could not be encoded",
    "Function.ResponseSizeTooLarge": "the handler returned; its answer was too large",
}

ASK_THE_WAY = Fix(
    title="find what keeps the answer away, before the code is changed",
    applicability=Applicability.MANUAL,
    note="doctor trace FUNCTION HOST:PORT follows the packets; a host that is reached may itself be slow or down",
)
"""Of an exception that only tells that nobody answered: the code is where it shows, and seldom where it comes from."""


@rule(Severity.HIGH)
def unhandled_exception(
    function: Function, invocations: Invocations, imports: Imports, shapes: EventShapes
) -> Iterator[Problem | NotThis]:
    missing = {one.request_id for failed in imports.failed for one in failed.those}
    found: dict[Symptom, list[Invocation]] = {}
    for one in invocations.showing(SymptomKind.RAISED):
        seen = symptom(one)
        if seen is not None and not _ended(one):
            found.setdefault(seen, []).append(one)
    for seen, met in found.items():
        why = OTHERS.get(seen.detail) or ("a module is missing" if met[-1].request_id in missing else "")
        why = why or ("an environment variable is not set" if unset_variable(function, met[-1]) else "")
        why = why or told_of_host(met[-1]) or told_otherwise(function, met[-1]) or _signature(function, met[-1])
        why = why or ("its trigger sends events of another form" if shapes.blames(met[-1]) else "")
        if why:
            yield NotThis(symptom=seen, why=why)
        elif seen.detail and not seen.detail.startswith(PLATFORM):
            yield _problem(function, seen, met)


def _signature(function: Function, one: Invocation) -> str:
    return "the handler takes other arguments than it is given" if wrong_signature(function, one) else ""


def _ended(one: Invocation) -> bool:
    """Tell whether nobody waited for what failed, so that it ended the process."""
    return any(
        "Unhandled Promise Rejection" in line.message or "Uncaught Exception" in line.message for line in one.lines
    )


def _problem(function: Function, seen: Symptom, met: list[Invocation]) -> Problem:
    last = met[-1]
    frame = _own_frame(function, last)
    where = f" at {frame['file']} line {frame['line']}" if frame else ""
    text = f": {in_line(last.error_message)}" if last.error_message else ""
    waited = NO_ANSWER.search(f"{last.error_type}: {last.error_message}") is not None
    what = ", for nobody answered in time" if waited else ""
    known = Confidence.CERTAIN if frame else Confidence.LIKELY
    return Problem(
        message=f"{seen.detail}{text} left the handler{where}{what}, {times(met)}",
        evidence=tuple(_evidence(function, seen, last, frame)),
        fixes=(ASK_THE_WAY if waited else _correct(where),),
        confidence=Confidence.POSSIBLE if waited else known,
        explains=(seen,),
        expects="handler_failed",
    )


def _correct(where: str) -> Fix:
    return Fix(
        title=f"correct or catch it{where}",
        applicability=Applicability.MANUAL,
        note="the traceback in the log shows how the code came there; run the event locally to see its values",
    )


def _evidence(function: Function, seen: Symptom, last: Invocation, frame: re.Match[str] | None) -> Iterator[Evidence]:
    yield cite_log(function, seen.detail, last.error_message, last.at)
    if frame:
        yield cite_log(function, f"{seen.detail}, last own frame", f"{frame['file']} line {frame['line']}", last.at)


def _own_frame(function: Function, one: Invocation) -> re.Match[str] | None:
    """The innermost frame of the function's own code: Python names it last, Node.js first."""
    for line in one.lines:
        frames = [match for match in FRAME.finditer(line.message) if _is_own(function, match["file"])]
        if frames:
            return frames[0] if told(lambda: function.runtime or "", "").startswith("nodejs") else frames[-1]
    return None


def _is_own(function: Function, file: str) -> bool:
    own = function.package.source.files if function.package else ()
    return file in own if own else not any(place in file for place in INSTALLED)
