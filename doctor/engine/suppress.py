"""What a team decided about findings: which rules it listens to, what it lives with, what was there before."""

from collections.abc import Iterable
from datetime import date
from fnmatch import fnmatchcase

from msgspec.structs import replace

from doctor.model import arns
from doctor.model.finding import Confidence, Diagnosis, Finding, Suppressed
from doctor.model.record import Record


class Waiver(Record):
    """A decision to live with findings of one rule on resources that match."""

    rule: str
    resource: str
    reason: str
    expires: date | None = None

    def covers(self, finding: Finding) -> bool:
        """Whether it is about this finding: by the ARN or the name of its subject or of a function that it affects."""
        if self.rule != finding.rule:
            return False
        named = (finding.subject, *finding.affects)
        return any(fnmatchcase(text, self.resource) for arn in named for text in (arn, arns.name(arn)))


def confident(diagnosis: Diagnosis, least: Confidence) -> Diagnosis:
    """Leave out findings that are less sure than ``least``; how many is remarked."""
    kept = tuple(one for one in diagnosis.findings if one.problem.confidence.rank <= least.rank)
    left = len(diagnosis.findings) - len(kept)
    remark = (f"{left} findings that are less than {least} were left out",) if left else ()
    return replace(diagnosis, findings=kept, remarks=(*diagnosis.remarks, *remark))


def waive(diagnosis: Diagnosis, waivers: Iterable[Waiver], today: date) -> Diagnosis:
    """Set apart what is waived. An expired waiver no longer holds and is remarked, as is one that met nothing."""
    waivers = tuple(waivers)
    holding = [one for one in waivers if one.expires is None or today < one.expires]
    kept: list[Finding] = []
    apart: list[Suppressed] = []
    used: set[Waiver] = set()
    for finding in diagnosis.findings:
        waiver = next((one for one in holding if one.covers(finding)), None)
        if waiver is None:
            kept.append(finding)
        else:
            used.add(waiver)
            apart.append(
                Suppressed(finding=finding, by="configuration", reason=waiver.reason, expires=waiver.expires),
            )
    remarks = [
        f"the suppression of {one.rule} on {one.resource} expired on {one.expires}: {one.reason}"
        for one in waivers
        if one not in holding
    ]
    remarks += [
        f"the suppression of {one.rule} on {one.resource} met nothing: delete it"
        for one in holding
        if one not in used and one.rule in diagnosis.rules
    ]
    return _apart(diagnosis, kept, apart, remarks)


class Known(Record):
    """An entry of a baseline: a finding that was there when it was written."""

    fingerprint: str
    rule: str
    subject: str


def compare(diagnosis: Diagnosis, baseline: Iterable[Known], seen: Diagnosis, *, whole: bool) -> Diagnosis:
    """Set apart what a baseline already had; entries that are no longer found are remarked.

    Args:
        diagnosis: What is left of ``seen``.
        baseline: Its entries.
        seen: What the rules said, before anything of it was set apart or left out.
        whole: Whether every function was looked at.
    """
    entries = {one.fingerprint: one for one in baseline}
    kept = [one for one in diagnosis.findings if one.fingerprint not in entries]
    known = [one for one in diagnosis.findings if one.fingerprint in entries]
    found = {one.fingerprint for one in seen.findings}
    stale = sum(key not in found and _would_be_seen(one, seen, whole=whole) for key, one in entries.items())
    words = "1 entry of the baseline is" if stale == 1 else f"{stale} entries of the baseline are"
    remarks = [f"{words} no longer found: write it again"] if stale else []
    apart = [Suppressed(finding=one, by="baseline", reason="in the baseline") for one in known]
    return _apart(diagnosis, kept, apart, remarks)


def _would_be_seen(entry: Known, seen: Diagnosis, *, whole: bool) -> bool:
    """Whether the rule of an entry was heard and could look: what was not looked at may still be there."""
    if entry.rule not in seen.rules or any(entry.rule == one.rule for one in seen.crashes):
        return False
    looked = {arns.unqualified(arn) for arn in seen.functions}
    about = arns.unqualified(entry.subject)
    if not whole and about not in looked:
        return False
    return not any(entry.rule in one.rules and arns.unqualified(one.subject) in (about, "") for one in seen.skips)


def _apart(
    diagnosis: Diagnosis,
    kept: Iterable[Finding],
    apart: Iterable[Suppressed],
    remarks: Iterable[str],
) -> Diagnosis:
    return replace(
        diagnosis,
        findings=tuple(kept),
        suppressed=(*diagnosis.suppressed, *apart),
        remarks=(*diagnosis.remarks, *remarks),
    )
