"""Compare a local run with what the cloud logged. Pure: the run itself is handed in."""

from doctor.logs.symptoms import symptom
from doctor.model.finding import Finding
from doctor.model.outcome import HandlerFailed, InitFailed, LocalRun, Reproduction, Succeeded, kind_of
from doctor.model.telemetry import Invocation, SymptomKind

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


def failing(invocations: tuple[Invocation, ...], finding: Finding | None) -> Invocation | None:
    """The latest invocation that failed, of the kind that the finding explains if there is a finding."""
    for one in reversed(invocations):
        seen = symptom(one)
        if seen and (finding is None or any(known.covers(seen) for known in finding.problem.explains)):
            return one
    return None


def expected(invocation: Invocation | None, finding: Finding | None) -> str:
    """The tag of the outcome that a local run should show; empty when nothing failed."""
    if finding is not None and finding.problem.expects:
        return finding.problem.expects
    seen = None if invocation is None else symptom(invocation)
    return "" if seen is None else _OUTCOMES.get(seen.kind, "")


def compare(run: LocalRun, invocation: Invocation | None, finding: Finding | None) -> Reproduction:
    """Judge a local run. One that leaned on an assumption can be inconclusive, never a refutation."""
    wanted, got = expected(invocation, finding), kind_of(run.outcome)
    verdict, why = _judge(run, invocation, wanted, got)
    return Reproduction(
        verdict=verdict,  # type: ignore[arg-type]
        why=why,
        expected=wanted,
        cloud="" if invocation is None else invocation.request_id,
        run=run,
        at=None if invocation is None else invocation.at,
    )


def _judge(run: LocalRun, invocation: Invocation | None, wanted: str, got: str) -> tuple[str, str]:
    words = got.replace("_", " ")
    if not wanted:
        return "inconclusive", f"no failing invocation was seen in the cloud to compare with; locally it {words}"
    dimension = _DIMENSIONS.get(wanted)
    if dimension and not any(one.dimension == dimension and one.by for one in run.enforced):
        return "inconclusive", f"the {dimension} limit was not enforced on this machine"
    if got == wanted:
        return _same_kind(run, invocation, words)
    if run.assumptions:
        return "inconclusive", f"locally it {words}, but the run leaned on: {'; '.join(run.assumptions)}"
    cloud = wanted.replace("_", " ")
    if isinstance(run.outcome, Succeeded):
        return "not_reproduced", f"in the cloud it {cloud}; locally the same invocation succeeded"
    return "different", f"in the cloud it {cloud}; locally it {words}"


def _same_kind(run: LocalRun, invocation: Invocation | None, words: str) -> tuple[str, str]:
    """The same kind of outcome: for errors the class must be the same too."""
    outcome = run.outcome
    if isinstance(outcome, HandlerFailed | InitFailed) and invocation is not None:
        theirs = invocation.error_type
        if theirs and theirs != outcome.error_type:
            verdict = "inconclusive" if run.assumptions else "different"
            return verdict, f"in the cloud {theirs}, locally {outcome.error_type}: {outcome.error_message}"
        return "reproduced", f"locally it {words} with the same {outcome.error_type}"
    return "reproduced", f"locally it {words} as it did in the cloud"
