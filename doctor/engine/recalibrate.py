"""A diagnosis weighed again by a local run: which findings it confirms, which it refutes, and their new order."""

from collections.abc import Sequence

from msgspec.structs import replace

from doctor.engine.reproduction import compare, failing
from doctor.model.finding import Finding
from doctor.model.measured import Weighed, Weighing
from doctor.model.outcome import HandlerFailed, InitFailed, LocalRun, TimedOut, kind_of
from doctor.model.telemetry import Invocation, SymptomKind

_ORDER = ("confirmed", "open", "untested", "refuted")


def weigh(run: LocalRun, findings: Sequence[Finding], invocations: tuple[Invocation, ...]) -> tuple[Weighed, ...]:
    """The findings of a function in the order that a run of its failing invocation gives them.

    What the run confirms comes first, what it refutes last; among equals the order of before stands. A run that leaned
    on an assumption refutes nothing.

    Args:
        run: The run.
        findings: All that affect the version, worst first.
        invocations: Those of the version that were seen.
    """
    weighed = [_one(run, finding, invocations, place) for place, finding in enumerate(findings, 1)]
    ordered = sorted(weighed, key=lambda one: (_ORDER.index(one.verdict), one.before))
    return tuple(replace(one, after=place) for place, one in enumerate(ordered, 1))


def _one(run: LocalRun, finding: Finding, invocations: tuple[Invocation, ...], place: int) -> Weighed:
    verdict, why = _verdict(run, finding, invocations)
    return Weighed(
        fingerprint=finding.fingerprint,
        rule=finding.rule,
        message=finding.problem.message,
        verdict=verdict,
        why=why,
        before=place,
        after=place,
    )


def _verdict(run: LocalRun, finding: Finding, invocations: tuple[Invocation, ...]) -> tuple[Weighing, str]:
    wanted = finding.problem.expects
    if not wanted:
        return "untested", "the rule says nothing that a run would show"
    made = compare(run, failing(invocations, finding), finding)
    got = kind_of(run.outcome).replace("_", " ")
    if made.verdict == "reproduced":
        other = _other_cause(run, finding)
        return ("open", other) if other else ("confirmed", made.why)
    if made.verdict == "inconclusive":
        return "open", made.why
    return "refuted", f"it expects {wanted.replace('_', ' ')}, and the run {got}"


def _other_cause(run: LocalRun, finding: Finding) -> str:
    """What in the run tells of another cause than the finding's, though it ended in the same way; empty: nothing."""
    kinds = {one.kind for one in finding.problem.explains}
    hung = [one.place for one in run.connections if one.way == "dropped" and one.protocol == "tcp"]
    if isinstance(run.outcome, TimedOut):
        if hung and SymptomKind.UNREACHABLE not in kinds:
            return f"it timed out while {hung[0]} hung, which is not what the rule is about"
        if not hung and kinds == {SymptomKind.UNREACHABLE}:
            return "it timed out, and no connection hung"
    denied = [one.call for one in run.calls if one.verdict == "denied"]
    if isinstance(run.outcome, HandlerFailed | InitFailed) and kinds:
        if denied and SymptomKind.DENIED not in kinds:
            return f"it failed after {denied[0]} was denied, which is not what the rule is about"
        if not denied and kinds == {SymptomKind.DENIED}:
            return "it failed, and no call was denied"
    return ""
