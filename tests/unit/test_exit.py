"""One table of exit codes: every error has its code, and of several true codes one wins."""

import itertools
from collections.abc import Iterator

import pytest

from doctor.aws.session import AwsError
from doctor.cli.exit import MEANING, PRECEDENCE, ExitCode, code_of, worst
from doctor.cli.gate import Gate
from doctor.errors import (
    ApplyError,
    AwsUnavailable,
    ConfigError,
    DoctorError,
    EmbeddedError,
    RuleError,
    SandboxError,
    SnapshotError,
    UnknownFunction,
    UsageError,
    WorldChanged,
)
from doctor.model.call import Call, Reason
from doctor.model.finding import Crash, Diagnosis, Finding, Problem, Severity, Skip
from doctor.testing.world import NOW, gap

ERRORS: dict[type[DoctorError], int] = {
    UsageError: 2,
    ConfigError: 2,
    SnapshotError: 2,
    RuleError: 2,
    UnknownFunction: 2,
    EmbeddedError: 2,
    SandboxError: 2,
    AwsUnavailable: 4,
    ApplyError: 6,
    WorldChanged: 1,
    DoctorError: 4,
}


def _tree(kind: type[DoctorError]) -> Iterator[type[DoctorError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _tree(below)


def test_every_error_has_a_code() -> None:
    ours = {kind for kind in _tree(DoctorError) if kind.__module__ == "doctor.errors"}

    assert ours == set(ERRORS)


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_an_error_ends_a_command_with_its_code(kind: type[DoctorError]) -> None:
    assert code_of(kind("words")) == ERRORS[kind]


def test_a_call_that_a_command_cannot_do_without_is_an_unreachable_aws() -> None:
    assert code_of(AwsError(Call(service="s", operation="O"), "X", "words", "denied")) == ExitCode.AWS


def test_every_code_has_a_meaning_of_one_line() -> None:
    assert set(MEANING) == set(ExitCode)
    assert all(words and "\n" not in words for words in MEANING.values())


def test_the_codes_are_those_that_are_documented() -> None:
    assert [int(code) for code in ExitCode] == [0, 1, 2, 3, 4, 5, 6, 129, 130, 141, 143]
    assert [int(code) for code in PRECEDENCE] == [2, 4, 5, 6, 1, 3, 0]


def test_of_two_codes_the_first_in_precedence_wins_in_either_order() -> None:
    for first, second in itertools.combinations(PRECEDENCE, 2):
        assert worst(first, second) is worst(second, first) is first

    assert worst() is ExitCode.OK


def finding(severity: Severity) -> Finding:
    problem = Problem(message="m", evidence=())
    return Finding(rule="r", severity=severity, subject="s", affects=(), problem=problem, fingerprint="f")


def skip(severity: Severity, reason: Reason = "denied") -> Skip:
    return Skip(rules=("r",), severity=severity, subject="s", gap=gap("lambda:GetPolicy", reason=reason))


CRASH = Crash(rule="r", subject="s", error="KeyError: 'x'")
HIGH, LOW, CRITICAL = Severity.HIGH, Severity.LOW, Severity.CRITICAL


@pytest.mark.parametrize(
    ("findings", "skips", "crashes", "fail_on", "code"),
    [
        ((), (), (), HIGH, 0),
        ((finding(HIGH),), (), (), HIGH, 1),
        ((finding(CRITICAL),), (), (), HIGH, 1),
        ((finding(LOW),), (), (), HIGH, 0),
        ((finding(LOW),), (), (), LOW, 1),
        ((finding(HIGH),), (), (), CRITICAL, 0),
        ((), (skip(HIGH),), (), HIGH, 3),
        ((), (skip(LOW),), (), HIGH, 0),
        ((), (skip(HIGH, "throttled"),), (), HIGH, 3),
        ((), (skip(HIGH, "not_asked"),), (), HIGH, 0),
        ((), (skip(HIGH, "unsupported"),), (), HIGH, 0),
        ((finding(HIGH),), (skip(HIGH),), (), HIGH, 1),
        ((), (), (CRASH,), HIGH, 5),
        ((finding(HIGH),), (skip(HIGH),), (CRASH,), HIGH, 5),
    ],
)
def test_a_diagnosis_ends_a_check_with_a_code(
    findings: tuple[Finding, ...], skips: tuple[Skip, ...], crashes: tuple[Crash, ...], fail_on: Severity, code: int
) -> None:
    said = Diagnosis(taken_at=NOW, functions=(), rules=("r",), findings=findings, skips=skips, crashes=crashes)

    assert Gate(fail_on=fail_on).verdict(said) == code


@pytest.mark.parametrize(
    ("seen", "strict", "allow_gaps"),
    [
        (skip(HIGH), 3, 0),
        (skip(LOW), 3, 0),
        (skip(HIGH, "unsupported"), 3, 0),
        (Skip(rules=("r",), severity=HIGH, subject="s", gap=gap("organizations:DescribePolicy")), 3, 0),
    ],
)
def test_strict_counts_every_gap_and_allow_gaps_none(seen: Skip, strict: int, allow_gaps: int) -> None:
    said = Diagnosis(taken_at=NOW, functions=(), rules=("r",), skips=(seen,))

    assert Gate(fail_on=HIGH, strict=True).verdict(said) == strict
    assert Gate(fail_on=HIGH, allow_gaps=True).verdict(said) == allow_gaps


def test_what_everyone_must_assume_is_no_gap() -> None:
    unread = Skip(rules=("r",), severity=HIGH, subject="s", gap=gap("organizations:DescribePolicy"))

    assert Gate(fail_on=HIGH).verdict(Diagnosis(taken_at=NOW, functions=(), rules=("r",), skips=(unread,))) == 0
