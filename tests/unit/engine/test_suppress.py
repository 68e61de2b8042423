"""A baseline's entry is stale only where its rule was heard, could look, and found nothing."""

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from doctor.engine.suppress import Known, Waiver, compare, confident, waive
from doctor.model.call import Call, Gap
from doctor.model.finding import Confidence, Crash, Diagnosis, Evidence, Finding, Problem, Severity, Skip

F = "arn:aws:lambda:eu-west-1:123456789012:function:f"
G = "arn:aws:lambda:eu-west-1:123456789012:function:g"
GAP = Gap(reason="denied", call=Call(service="logs", operation="FilterLogEvents"))


def _finding(rule: str, subject: str, confidence: Confidence = Confidence.CERTAIN) -> Finding:
    cited = (Evidence(resource=subject, field="Timeout", value=3, source="lambda:GetFunctionConfiguration"),)
    return Finding(
        rule=rule,
        severity=Severity.HIGH,
        subject=subject,
        affects=(subject,),
        problem=Problem(message="m", evidence=cited, confidence=confidence),
        fingerprint=f"{rule}-{subject}",
    )


KNOWN, GONE, UNSURE = _finding("known", F), _finding("gone", F), _finding("known", G, Confidence.POSSIBLE)
SEEN = Diagnosis(
    taken_at=datetime(2026, 1, 1, tzinfo=UTC), functions=(F, G), rules=("gone", "known"), findings=(KNOWN, UNSURE)
)
ENTRIES = [Known(fingerprint=one.fingerprint, rule=one.rule, subject=one.subject) for one in (KNOWN, GONE)]
STALE = ("1 entry of the baseline is no longer found: write it again",)


def test_what_was_there_before_is_set_apart_and_what_is_gone_is_said() -> None:
    said = compare(SEEN, ENTRIES, SEEN, whole=True)

    assert (said.findings, [one.finding for one in said.suppressed], said.remarks) == ((UNSURE,), [KNOWN], STALE)


NOT_LOOKED = {
    "its rule was not heard": replace(SEEN, rules=("known",)),
    "its rule crashed": replace(SEEN, crashes=(Crash(rule="gone", subject=G, error="KeyError"),)),
    "its rule could not look": replace(
        SEEN, skips=(Skip(rules=("gone",), severity=Severity.HIGH, subject=F, gap=GAP),)
    ),
    "the account could not be listed": replace(
        SEEN, skips=(Skip(rules=("gone",), severity=Severity.HIGH, subject="", gap=GAP),)
    ),
}


@pytest.mark.parametrize("why", NOT_LOOKED)
def test_what_was_not_looked_at_is_not_stale(why: str) -> None:
    seen = NOT_LOOKED[why]

    assert compare(seen, ENTRIES, seen, whole=True).remarks == ()


def test_of_a_few_functions_only_theirs_can_be_stale() -> None:
    of_g = replace(SEEN, functions=(G,), findings=())
    of_f = replace(SEEN, functions=(F,), findings=(KNOWN,))

    assert compare(of_g, ENTRIES, of_g, whole=False).remarks == ()
    assert compare(of_f, ENTRIES, of_f, whole=False).remarks == STALE


def test_what_was_left_out_or_waived_before_is_still_there() -> None:
    waiver = Waiver(rule="known", resource="f", reason="later")
    left = confident(waive(SEEN, [waiver], date(2026, 1, 1)), Confidence.CERTAIN)
    unsure = Known(fingerprint=UNSURE.fingerprint, rule=UNSURE.rule, subject=UNSURE.subject)

    assert left.findings == ()
    assert not any("baseline" in one for one in compare(left, [ENTRIES[0], unsure], SEEN, whole=True).remarks)


def test_an_expired_waiver_holds_no_longer_and_says_so() -> None:
    waiver = Waiver(rule="known", resource="*", reason="until the move", expires=date(2026, 1, 1))
    before, after = (waive(SEEN, [waiver], date(2025, 12, 31)), waive(SEEN, [waiver], date(2026, 1, 1)))

    assert (before.findings, before.remarks) == ((), ())
    assert after.findings == SEEN.findings
    assert after.remarks == ("the suppression of known on * expired on 2026-01-01: until the move",)
