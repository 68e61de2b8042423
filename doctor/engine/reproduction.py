"""Compare a local run with what the cloud logged. Pure: the run itself is handed in."""

from collections.abc import Sequence

from doctor.engine.wording import same_end, same_words
from doctor.logs.symptoms import symptom
from doctor.model.decision import Decision, Denial
from doctor.model.finding import Finding
from doctor.model.outcome import (
    NETWORK_TRIED,
    Exited,
    HandlerFailed,
    InitFailed,
    LocalRun,
    OutOfMemory,
    Reproduction,
    Succeeded,
    TimedOut,
    kind_of,
)
from doctor.model.telemetry import Invocation, Symptom, SymptomKind

_OUTCOMES = {
    SymptomKind.TIMED_OUT: "timed_out",
    SymptomKind.KILLED: "out_of_memory",
    SymptomKind.EXITED: "exited",
    SymptomKind.DENIED: "handler_failed",
    SymptomKind.RAISED: "handler_failed",
    SymptomKind.IMPORT_FAILED: "init_failed",
    SymptomKind.HANDLER_MISSING: "init_failed",
    SymptomKind.INIT_FAILED: "init_failed",
}
_DIMENSIONS = {"timed_out": "timeout", "out_of_memory": "memory"}
"""The dimension that must have been enforced for such an outcome to mean anything."""
_UNSEEN = "no failing invocation was seen in the cloud"
_WORDS = {"handler_failed": "failed", "init_failed": "failed to load", "out_of_memory": "ran out of memory"}


def failing(invocations: tuple[Invocation, ...], finding: Finding | None) -> Invocation | None:
    """The latest invocation that failed, of the kind that the finding explains if there is a finding."""
    for one in reversed(invocations):
        seen = symptom(one)
        if seen and (finding is None or _explains(finding, seen)):
            return one
    return None


def _explains(finding: Finding, seen: Symptom) -> bool:
    """Whether a finding explains a symptom; what cannot be reached shows as the outcome that the finding expects."""
    known = finding.problem.explains
    unreachable = any(one.kind is SymptomKind.UNREACHABLE for one in known)
    shown = unreachable and _OUTCOMES.get(seen.kind) == finding.problem.expects
    return shown or any(one.covers(seen) for one in known)


def expected(invocation: Invocation | None, finding: Finding | None) -> str:
    """The tag of the outcome that a local run should show; empty when nothing failed."""
    if finding is not None and finding.problem.expects:
        return finding.problem.expects
    seen = None if invocation is None else symptom(invocation)
    return "" if seen is None else _OUTCOMES.get(seen.kind, "")


def compare(run: LocalRun, invocation: Invocation | None, finding: Finding | None) -> Reproduction:
    """Judge a local run. One that leaned on an assumption can be inconclusive, never a refutation."""
    wanted, got = expected(invocation, finding), kind_of(run.outcome)
    lacking = _lacking(run, invocation, finding, wanted)
    verdict, why = ("inconclusive", lacking) if wanted and lacking else _judge(run, invocation, wanted, got)
    return Reproduction(
        verdict=verdict,  # type: ignore[arg-type]
        why=why,
        expected=wanted,
        cloud="" if invocation is None else invocation.request_id,
        run=run,
        at=None if invocation is None else invocation.at,
    )


_TELLING = ("reproduced", "inconclusive", "different", "not_reproduced")
"""Of several runs of one invocation: that it fails in one place is enough; that it does not must be true of all."""


def telling(made: Sequence[Reproduction]) -> Reproduction:
    """Of runs in several places the one that tells."""
    return min(made, key=lambda one: _TELLING.index(one.verdict))


def _lacking(run: LocalRun, invocation: Invocation | None, finding: Finding | None, wanted: str) -> str:
    """What was not enforced on this machine, without which such an outcome means nothing; empty: all that it takes was."""
    dimension = _DIMENSIONS.get(wanted)
    if dimension and not _enforced(run, dimension):
        return f"the {dimension} limit was not enforced on this machine"
    if _was_denied(invocation) and not _enforced(run, "policies"):
        return "AWS denied a call, and the function's policies were not enforced on this machine"
    explained = {one.kind for one in finding.problem.explains} if finding is not None else set()
    unheld = {one.dimension: one.note for one in run.enforced if not one.by}
    if explained == {SymptomKind.DENIED} and "policies" in unheld:
        return "it is about a denied call, and the function's policies were not enforced on this machine"
    if explained == {SymptomKind.UNREACHABLE} and "network" in unheld:
        return "it is about the function's network, which was not enforced on this machine"
    if "network" in unheld and NETWORK_TRIED in run.assumptions:
        return NETWORK_TRIED
    if wanted == "init_failed" and "runtime" in unheld:
        return f"whether code loads hangs on the runtime, which is {unheld['runtime']}"
    return ""


def _judge(run: LocalRun, invocation: Invocation | None, wanted: str, got: str) -> tuple[str, str]:
    words = _words(got)
    if not wanted:
        return "inconclusive", f"{_UNSEEN} to compare with; locally it {words}"
    if got == wanted:
        return _same_kind(run, invocation, words)
    leaned = (*run.assumptions, *run.presumptions)
    if leaned:
        return "inconclusive", f"locally it {words}, but the run leaned on: {'; '.join(leaned)}"
    cloud = (
        f"the finding expects that it {_words(wanted)}" if invocation is None else f"in the cloud it {_words(wanted)}"
    )
    if isinstance(run.outcome, Succeeded):
        same = "it" if invocation is None else "the same invocation"
        return "not_reproduced", f"{cloud}; locally {same} succeeded"
    return "different", f"{cloud}; locally it {words}"


def _words(tag: str) -> str:
    return _WORDS.get(tag, tag.replace("_", " "))


def _enforced(run: LocalRun, dimension: str) -> str:
    """By what a dimension was enforced; empty: it was not."""
    return next((one.by for one in run.enforced if one.dimension == dimension), "")


def _leaning(run: LocalRun) -> str:
    """What a run leaned on, as the end of a sentence."""
    leaned = (*run.assumptions, *run.presumptions)
    return f"; the run leaned on: {'; '.join(leaned)}" if leaned else ""


def _some_denial(run: LocalRun) -> bool:
    return any(one.result == "denied" for call in run.calls for one in call.decisions)


def _was_denied(invocation: Invocation | None) -> bool:
    seen = None if invocation is None else symptom(invocation)
    return seen is not None and seen.kind is SymptomKind.DENIED


def _same_kind(run: LocalRun, invocation: Invocation | None, words: str) -> tuple[str, str]:
    """The same kind of outcome: for errors the class and its words must be the same too, for a denial the request."""
    outcome = run.outcome
    if invocation is None:
        return _unseen(run, words)
    if isinstance(outcome, HandlerFailed | InitFailed):
        return _same_error(run, invocation, outcome, words)
    if isinstance(outcome, Exited) and not same_end(invocation.error_message, outcome.reason):
        verdict = "inconclusive" if run.assumptions or run.presumptions else "different"
        return verdict, f"in the cloud {invocation.error_message}, locally {outcome.reason}{_leaning(run)}"
    if hung := _hung(run):
        return "reproduced", f"locally it {words} as it did in the cloud; {hung}"
    known = run.calibration if isinstance(outcome, OutOfMemory) else None
    held = known is not None and known.limit is not None
    calibrated = f" with {known.limit} MB here, calibrated by {known.lines} REPORT lines" if known and held else ""
    return _unless_doubtful(run, f"locally it {words} as it did in the cloud{calibrated}")


def _unseen(run: LocalRun, words: str) -> tuple[str, str]:
    """The outcome that a finding expects, of a function that was not seen to fail."""
    outcome, hung = run.outcome, _hung(run)
    if isinstance(outcome, HandlerFailed) and run.assumptions and not _some_denial(run):
        told = f"{_UNSEEN}; locally it {words}: {outcome.error_type}: {outcome.error_message}"
        return "inconclusive", f"{told}{_leaning(run)}"
    why = f"locally it {words}, as the finding expects; {_UNSEEN}"
    return ("reproduced", f"{why}; {hung}") if hung else _unless_doubtful(run, why)


def _same_error(
    run: LocalRun, invocation: Invocation, outcome: HandlerFailed | InitFailed, words: str
) -> tuple[str, str]:
    theirs = invocation.error_type
    if _was_denied(invocation) and _some_denial(run):
        return _same_denial(run, invocation, outcome)  # its class is the SDK's, which another version names otherwise
    if theirs and theirs != outcome.error_type:
        verdict = "inconclusive" if run.assumptions or run.presumptions else "different"
        return verdict, f"in the cloud {theirs}, locally {outcome.error_type}: {outcome.error_message}"
    if _was_denied(invocation):
        return _same_denial(run, invocation, outcome)
    if not same_words(invocation.error_message, outcome.error_message):
        told = f"in the cloud {outcome.error_type}: {invocation.error_message}, locally: {outcome.error_message}"
        return "inconclusive", f"{told}{_leaning(run)}"
    return _unless_doubtful(run, f"locally it {words} with the same {outcome.error_type}")


def _hung(run: LocalRun) -> str:
    """The connection that a run which timed out hung at, and why; empty: none did."""
    dropped = next((one for one in run.connections if one.way == "dropped" and one.protocol == "tcp"), None)
    if dropped is None or not isinstance(run.outcome, TimedOut):
        return ""
    return f"{dropped.place} hung (network: {_enforced(run, 'network')}): {dropped.why}"


def _unless_doubtful(run: LocalRun, why: str) -> tuple[str, str]:
    """Reproduced, unless something that doctor could not answer may be what failed."""
    silent = [one.place for one in run.connections if not one.answered]
    silent += [one.call for one in run.calls if one.doubtful]
    if silent:
        return "inconclusive", f"{why}, but {', '.join(dict.fromkeys(silent))} was not answered as AWS would"
    return "reproduced", why


def _same_denial(run: LocalRun, invocation: Invocation, outcome: HandlerFailed | InitFailed) -> tuple[str, str]:
    """Whether the same request was denied here as in the cloud, by what the gate saw: a message may be redacted."""
    from doctor.iam.messages import find_denial  # doctor.iam: only a denial pays for it

    theirs = find_denial(invocation.error_message)
    denied = [(call, one) for call in run.calls for one in call.decisions if one.result == "denied"]
    if not denied:
        return "inconclusive", f"locally it failed with the same {outcome.error_type}, but no call was denied here"
    same = [pair for pair in denied if theirs is None or _is_of(theirs, pair[1])]
    if theirs is not None and not same:
        action, resource = denied[0][1].action, denied[0][1].resource
        return (
            "different",
            f"in the cloud {theirs.action} on {theirs.resource} was denied, locally {action} on {resource}",
        )
    call, decision = same[0]
    return "reproduced", f"{call.call} was denied here too, {_by(decision)} (policies: {_enforced(run, 'policies')})"


def _is_of(denial: Denial, decision: Decision) -> bool:
    """Whether AWS's text is about the request that was decided."""
    same = denial.action.lower() in ("", decision.action.lower())
    return same and denial.resource in ("", decision.resource)


def _by(decision: Decision) -> str:
    """Who denied a request, in words."""
    certain = (one.statement for one in decision.denies if one.certain)
    if decision.explicit and (statement := next(certain, None)) is not None:
        return f"by a Deny of {statement.policy}"
    return f"for want of an Allow in the {next(iter(decision.blockers), 'identity')} layer"
