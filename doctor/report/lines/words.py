"""Values in words: durations, times, ages, settings, symptoms, severities and healths."""

import re
import shlex
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from doctor.model import arns
from doctor.model.call import Call, Ref
from doctor.model.finding import Health, Severity
from doctor.model.outcome import Exited, HandlerFailed, InitFailed, Outcome, OutOfMemory, Succeeded, TimedOut
from doctor.model.redacted import Redacted
from doctor.model.report import FunctionRow
from doctor.model.telemetry import Invocation, Observation, Symptom, SymptomKind
from doctor.report.lines.glyphs import Glyphs
from doctor.report.lines.spans import Role, Span

_SECOND = 1000.0
_LONG = 100 * _SECOND
_LONGEST = 600
"""Characters of a value or a message that are shown: a line of a log may have a million. The JSON report has them all."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

SEVERITY_WORDS: dict[Severity, str] = {
    Severity.CRITICAL: "CRIT",
    Severity.HIGH: "HIGH",
    Severity.MEDIUM: "WARN",
    Severity.LOW: "low",
    Severity.INFO: "info",
}
SEVERITY_ROLES: dict[Severity, Role] = {
    Severity.CRITICAL: "critical",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "warning",
    Severity.LOW: "info",
    Severity.INFO: "dim",
}
HEALTH_ROLES: dict[Health, Role] = {
    "critical": "critical",
    "warning": "warning",
    "unexplained": "warning",
    "partial": "unknown",
    "ok": "ok",
}
_SYMPTOMS: dict[SymptomKind, str] = {
    SymptomKind.TIMED_OUT: "timed out",
    SymptomKind.KILLED: "killed by Lambda",
    SymptomKind.EXITED: "the runtime process exited",
    SymptomKind.DENIED: "access denied",
    SymptomKind.UNREACHABLE: "destination not reached",
    SymptomKind.THROTTLED: "invocations throttled",
    SymptomKind.IMPORT_FAILED: "the handler's module could not be imported",
    SymptomKind.HANDLER_MISSING: "the handler was not found in its module",
    SymptomKind.INIT_SLOW: "slow initialisation",
    SymptomKind.INIT_FAILED: "initialisation failed",
    SymptomKind.RAISED: "the handler raised an exception",
}


def severity_glyph(severity: Severity, glyphs: Glyphs) -> str:
    """The sign of a severity."""
    role = SEVERITY_ROLES[severity]
    return {"critical": glyphs.critical, "warning": glyphs.warning}.get(role, glyphs.info)


def severity(severity: Severity, glyphs: Glyphs) -> Span:
    """Sign and word: ``✖ CRIT``."""
    return f"{severity_glyph(severity, glyphs)} {SEVERITY_WORDS[severity]}", SEVERITY_ROLES[severity]


def health(row: FunctionRow, glyphs: Glyphs) -> Span:
    """Sign, and the number of findings or a word: ``✖ 1``, ``? part``, ``● ok``."""
    signs: dict[Health, str] = {
        "critical": f"{glyphs.critical} {row.findings}",
        "warning": f"{glyphs.warning} {row.findings}",
        "unexplained": f"{glyphs.warning} why?",
        "partial": f"{glyphs.unknown} part",
        "ok": f"{glyphs.ok} ok",
    }
    return signs[row.health], HEALTH_ROLES[row.health]


def duration(milliseconds: float) -> str:
    """``412 ms``, ``30.03 s``, ``901 s``."""
    if milliseconds < _SECOND:
        return f"{milliseconds:.0f} ms"
    decimals = 2 if milliseconds < _LONG else 0
    return f"{milliseconds / _SECOND:.{decimals}f} s"


def short_duration(milliseconds: float | None) -> str:
    """For a narrow column: ``30.0s``, below a tenth of a second ``42ms``; ``?`` when not observed."""
    if milliseconds is None:
        return "?"
    return f"{milliseconds:.0f}ms" if 0 < milliseconds < _SECOND / 10 else f"{milliseconds / _SECOND:.1f}s"


def rate(per_hour: float | None) -> str:
    """Errors per hour for a narrow column; ``?`` when not observed."""
    if per_hour is None:
        return "?"
    return f"{per_hour:.1f}" if 0 < per_hour < 1 else f"{per_hour:.0f}"


def clock(at: datetime) -> str:
    """Time of day: ``10:41:52``."""
    return f"{at:%H:%M:%S}"


def minute(at: datetime) -> str:
    """Time of day without seconds: ``10:42``."""
    return f"{at:%H:%M}"


def moment(at: datetime) -> str:
    """Day and time: ``23 Nov 10:41:52``."""
    return f"{at.day} {_MONTHS[at.month - 1]} {clock(at)}"


def age(passed: timedelta) -> str:
    """How long ago, in the one unit that fits: ``3 min``, ``2 h``, ``5 d``."""
    minutes = int(passed.total_seconds() // 60)
    if minutes < 1:
        return "now"
    if minutes < 120:  # noqa: PLR2004 -- from two hours on, minutes say nothing
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} d"  # noqa: PLR2004 -- from two days on, hours say nothing


def count(number: int, noun: str, plural: str = "") -> str:
    """``1 function``, ``14 functions``, ``1,204 functions``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def shown(value: Any) -> Any:
    """``value`` as built-in types, with every ``Redacted`` and ``Ref`` in it replaced by its words."""
    match value:
        case Redacted():
            return str(value)
        case Ref(step=step, path=path):
            return f"<{path} of step {step}>"
        case {"redacted": "redacted", **rest}:
            return str(msgspec.convert(rest, Redacted, strict=False))
        case {"ref": "ref", "step": step, "path": path}:
            return f"<{path} of step {step}>"
        case Mapping():
            return {str(key): shown(one) for key, one in value.items()}
        case list() | tuple():
            return [shown(one) for one in value]
        case msgspec.Struct():
            return shown(msgspec.to_builtins(value))
    return value


def value(value: Any) -> str:
    """A setting's value on one line: JSON, with a redacted value as its words."""
    simple = shown(value)
    if isinstance(simple, str) and simple.startswith("<redacted "):
        return simple
    return brief(msgspec.json.encode(simple).decode())


def brief(text: str) -> str:
    """A text, cut where nobody would read on."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} … and {len(text) - _LONGEST:,} characters more"


def symptom(symptom: Symptom) -> str:
    """What was seen, in words."""
    words = _SYMPTOMS[symptom.kind]
    return f"{words}: {brief(symptom.detail)}" if symptom.detail else words


def observation(seen: Observation, invocations: tuple[Invocation, ...]) -> str:
    """What was seen, in the words of the invocation that is the example, where there are any."""
    example = next((one for one in invocations if one.request_id == seen.example), None)
    if example and example.error_message:
        return brief(" ".join(example.error_message.split()))
    return observed(seen, example)


def observed(seen: Observation, example: Invocation | None) -> str:
    """What was seen, in doctor's words."""
    if example and example.duration and seen.symptom.kind is SymptomKind.TIMED_OUT:
        return f"timed out after {duration(example.duration)}"
    return symptom(seen.symptom)


def resource(arn: str) -> str:
    """A resource by its name, with its qualifier where it has one: ``orders:7``."""
    qualifier = arns.qualifier(arn) if ":function:" in arn else "$LATEST"
    return arns.name(arn) if qualifier == "$LATEST" else f"{arns.name(arn)}:{qualifier}"


_ARN = re.compile(
    r"arn:[\w-]+:[\w-]*:(?P<region>[\w-]*):(?P<account>\w*):(?P<name>[^\s,;'\"()\[\]{}]*[^\s,;:.'\"()\[\]{}])"
)


def local(text: str, arn: str) -> str:
    """A sentence about the resource ``arn``: ARNs of its own account and region by what is theirs alone, ``table/orders``.

    An ARN of elsewhere stays whole: that it is of elsewhere may be the point.
    """
    if "arn:" not in text or arn.count(":") < 5:  # noqa: PLR2004 -- six parts make an ARN
        return text
    region, account = arn.split(":")[3:5]

    def told(found: re.Match[str]) -> str:
        own = found["region"] in ("", region) and found["account"] in ("", "aws", account)
        return found["name"].removeprefix("function:") if own else found[0]

    return _ARN.sub(told, text)


def outcome(result: Outcome) -> str:
    """How a local run ended, in words."""
    match result:
        case Succeeded():
            return f"returned after {duration(result.duration)}"
        case TimedOut(after=after):
            return f"timed out after {after:g} s"
        case OutOfMemory(limit=limit):
            return f"killed for memory at {limit} MB"
        case Exited(reason=reason):
            return f"the process ended: {reason}" if reason else "the process ended by itself"
        case HandlerFailed() | InitFailed():
            where = "failed" if isinstance(result, HandlerFailed) else "failed to load"
            message = f": {result.error_message}" if result.error_message else ""
            return f"{where}: {result.error_type}{message}"


_OUTCOMES = {
    "succeeded": "returned",
    "handler_failed": "handler failed",
    "timed_out": "timed out",
    "out_of_memory": "out of memory",
    "exited": "process ended",
    "init_failed": "failed to load",
}


def outcome_kind(tag: str) -> str:
    """An outcome's tag in words: ``timed out``."""
    return _OUTCOMES.get(tag, tag.replace("_", " "))


def parts(name: str) -> list[str]:
    """The words of one of AWS's names: ``UpdateFunctionConfiguration``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name).split(" ")


def _option(name: str) -> str:
    return "-".join(parts(name)).lower()


def command_line(call: Call) -> list[str]:
    """A call as an AWS CLI command, one option in each part; for reading, since a redacted value stays redacted."""
    parts = [f"aws {call.service} {_option(call.operation)}"]
    for name, given in call.parameters.items():
        simple = shown(given)
        if isinstance(simple, bool):
            parts.append(f"--{'' if simple else 'no-'}{_option(name)}")
        else:
            text = simple if isinstance(simple, str) else msgspec.json.encode(simple).decode()
            parts.append(f"--{_option(name)} {shlex.quote(text)}")
    return [*parts, f"--region {call.region}"] if call.region else parts
