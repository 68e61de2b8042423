"""One invocation out of many: by a moment or by its request id, and what a function's page says about it alone."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec.structs import replace

from doctor.logs.symptoms import symptom
from doctor.model.finding import Explanation, Finding
from doctor.model.record import Record, Time
from doctor.model.report import FunctionDetail
from doctor.model.telemetry import Invocation


class Span(Record):
    """A moment as precisely as somebody told it: a day, a minute or a second."""

    begin: Time
    end: Time

    def meets(self, one: Invocation) -> bool:
        """Whether an invocation was running then."""
        return one.at < self.end and _end(one) >= self.begin

    def distance(self, one: Invocation) -> timedelta:
        """How far from it an invocation ran."""
        return max(one.at - self.end, self.begin - _end(one))


def _end(one: Invocation) -> datetime:
    told = one.at + timedelta(milliseconds=one.duration or 0.0)
    return max(told, one.lines[-1].at) if one.lines else told


def during(those: Iterable[Invocation], span: Span) -> Invocation | None:
    """The last that failed among those that ran then, else the last that ran then; ``None``: none did."""
    found = [one for one in those if span.meets(one)]
    failed = [one for one in found if symptom(one) is not None]
    return next(reversed(failed or found), None)


def called(those: Iterable[Invocation], request_id: str) -> Invocation | None:
    """The invocation of that request id, or of the only one that begins so; of several attempts the last that failed."""
    found = [one for one in those if one.request_id.startswith(request_id)]
    if len({one.request_id for one in found}) != 1:
        return None
    failed = [one for one in found if symptom(one) is not None]
    return (failed or found)[-1]


def alone(detail: FunctionDetail, one: Invocation) -> FunctionDetail:
    """A function's page with only what explains this invocation, and what no failure has come from."""
    seen = symptom(one)
    mine = tuple(
        _seen_in(explanation, one)
        for explanation in detail.explanations
        if explanation.observation.symptom == seen and _version(explanation.observation.function) == one.version
    )
    told = {fingerprint for explanation in detail.explanations for fingerprint in explanation.findings}
    kept = {fingerprint for explanation in mine for fingerprint in explanation.findings}
    kept |= {cause for finding in detail.findings if finding.fingerprint in kept for cause in finding.causes}
    return replace(
        detail,
        explanations=mine,
        findings=tuple(finding for finding in detail.findings if _is_kept(finding, kept, told)),
        ruled_out=tuple(each for each in detail.ruled_out if each.symptom == seen),
        invocations=(one,),
    )


def _is_kept(finding: Finding, kept: set[str], told: set[str]) -> bool:
    return finding.fingerprint in kept or finding.fingerprint not in told


def _seen_in(explanation: Explanation, one: Invocation) -> Explanation:
    observation = replace(explanation.observation, example=one.request_id, last=one.at)
    return replace(explanation, observation=observation)


def _version(arn: str) -> str:
    return (*arn.split(":"), "$LATEST")[7]
