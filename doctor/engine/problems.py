"""What invocations that failed show, made a problem: how often, in which words, and what it explains."""

from collections.abc import Iterable, Sequence, Sized
from re import Match, Pattern

from msgspec.structs import replace

from doctor.engine.citing import cite_log
from doctor.logs.symptoms import symptom
from doctor.model.finding import Confidence, Evidence, Fix, Problem
from doctor.model.function import Function
from doctor.model.telemetry import Invocation, Symptom

_LONGEST = 160
"""Characters of a log's text that a message repeats."""


def found_in(one: Invocation, pattern: Pattern[str]) -> Match[str]:
    """Where an invocation says what ``Invocations.matching`` found it by: in its error message, or in its first such line."""
    texts = (one.error_message, *(line.message for line in one.lines))
    return next(match for text in texts if (match := pattern.search(text)) is not None)


def shown(those: Iterable[Invocation]) -> tuple[Symptom, ...]:
    """The symptoms that these invocations show, each once: what a problem found in them explains."""
    return tuple(dict.fromkeys(seen for one in those if (seen := symptom(one)) is not None))


def failed_by_type(
    function: Function, met: Sequence[Invocation], message: str, fix: Fix, *, expects: str = ""
) -> Problem:
    """What invocations show that failed with an error type of its own; ``expects``: where it is not as the last one ended."""
    last = met[-1]
    text = f": {in_line(last.error_message)}" if last.error_message else ""
    return _failed(function, met, f"{message}{text}", ("errorType", last.error_type), fix, expects=expects)


def failed_by_words(
    function: Function,
    met: Sequence[Invocation],
    found: Match[str],
    message: str,
    fix: Fix,
    *,
    expects: str = "",
    confidence: Confidence = Confidence.CERTAIN,
    more: Iterable[Evidence] = (),
) -> Problem:
    """The same of words that were found in the last one."""
    problem = _failed(function, met, message, (met[-1].error_type or "log", found[0]), fix, expects=expects)
    return replace(problem, confidence=confidence, evidence=(*problem.evidence, *more))


def _failed(
    function: Function, met: Sequence[Invocation], message: str, cited: tuple[str, str], fix: Fix, *, expects: str
) -> Problem:
    last = met[-1]
    return Problem(
        message=f"{message}, {times(met)}",
        evidence=(cite_log(function, *cited, last.at),),
        fixes=(fix,),
        explains=shown(met),
        expects=expects or ("init_failed" if last.inits else "handler_failed"),
    )


def in_line(text: str) -> str:
    """A text of the log on one line, and cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def times(those: Sized) -> str:
    """How often, in words: ``once``, ``7 times``."""
    return "once" if len(those) == 1 else f"{len(those)} times"
