"""A team's settings: what is in them holds, and what doctor does not know in them is one line and no check."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from doctor.cli.main import main
from doctor.store.snapshots import save
from doctor.testing.world import feeds, function, queue, snapshot, timed_out

SLOW, FED, SOURCE = function("slow", timeout=3), function("fed", timeout=30), queue(visibility_timeout=10)
SEEN = snapshot(SLOW, FED, SOURCE, feeds(SOURCE, FED), invocations=[timed_out(3, 2.9)])
FOUND = {"handler-slower-than-timeout", "visibility-timeout-too-short"}

Check = Callable[..., tuple[int, str, str]]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Check:
    """Check a snapshot with two findings under these settings: exit code, stdout, stderr."""
    save(SEEN, tmp_path / "seen.json")
    monkeypatch.chdir(tmp_path)

    def run(settings: str, *arguments: str) -> tuple[int, str, str]:
        Path("doctor.toml").write_text(settings)
        capsys.readouterr()
        code = int(main(["check", "-s", "seen.json", *arguments]))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


MISTAKES = {
    "a misspelt key": ('fial-on = "low"', "unknown field `fial-on`; doctor knows fail-on"),
    "an unknown severity": ('fail-on = "bad"', "Invalid enum value 'bad' - at `$.fail-on`"),
    "a suppression without its reason": ('[[suppress]]\nrule = "tmp-full"', "missing required field `reason`"),
    "a suppression of no rule": ('[[suppress]]\nrule = "tmp-fll"\nreason = "r"', "no rule; did you mean tmp-full"),
    "a suppression with a misspelt key": (
        '[[suppress]]\nrule = "tmp-full"\nreason = "r"\nexpire = 2027-01-01',
        "unknown field `expire`",
    ),
    "an age that is none": ('max-age = "1y"', "'1y' is not a length of time"),
    "a baseline that is not there": ('baseline = "none.json"', "no such baseline; make one with --write-baseline"),
    "a baseline that is none": ('baseline = "seen.json"', "seen.json: not a baseline"),
    "a baseline that is a folder": ('baseline = "."', "cannot be read: Is a directory"),
    "a folder of rules that is not there": ('rules = ["none"]', "none: no such folder of rules"),
    "a key of no action": ('[keys]\nnonsense = "x"', "keys: there is no action 'nonsense'"),
    "no TOML": ("x", "doctor.toml: cannot be read: Expected '='"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_line(mistake: str, check: Check) -> None:
    settings, words = MISTAKES[mistake]
    code, out, err = check(settings)

    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert words in err


@pytest.mark.parametrize(
    ("settings", "arguments", "code"),
    [
        ("", [], 1),
        ('fail-on = "critical"', [], 0),
        ('fail-on = "critical"', ["--fail-on", "low"], 1),
        ('ignore = ["handler-slower-than-timeout", "visibility-timeout-too-short"]', [], 0),
        ('select = ["tmp-full"]', [], 0),
        ('min-confidence = "certain"\nfail-on = "critical"', ["--max-age", "1s"], 3),
    ],
)
def test_settings_decide_and_the_command_line_wins(
    settings: str, arguments: list[str], code: int, check: Check
) -> None:
    assert check(settings, "--allow-gaps", *arguments)[0] == code


def test_several_reports_at_once_tell_the_same(check: Check) -> None:
    written = [f"{form}={form}.out" for form in ("text", "json", "sarif", "junit", "github", "markdown")]
    code, out, _ = check("", *(argument for one in written for argument in ("-o", one)), "--format", "json")

    assert code == 1
    assert out == Path("json.out").read_text()
    assert {one["rule"] for one in json.loads(out)["diagnosis"]["findings"]} == FOUND
    for form in ("text", "sarif", "junit", "github", "markdown"):
        assert all(rule in Path(f"{form}.out").read_text() for rule in FOUND)


def test_a_job_summary_is_added_to_and_must_be_writable(
    check: Check, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))

    assert check("", "--format", "github")[0] == 1
    assert summary.read_text().startswith("before\n**2 findings")

    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "none" / "summary.md"))
    code, _, err = check("", "--format", "github")

    assert (code, "summary.md: cannot be written" in err) == (2, True)


def test_what_is_suppressed_is_listed_and_an_expired_one_is_loud(check: Check) -> None:
    waived = '[[suppress]]\nrule = "visibility-timeout-too-short"\nresource = "fed"\nreason = "the queue moves"\n'
    held = check(f"{waived}expires = 2999-01-01")
    expired = check(f"{waived}expires = 2001-01-01")

    assert "the queue moves, until 2999-01-01" in held[1]
    assert "expired on 2001-01-01: the queue moves" in expired[1]
    assert "1 finding " in held[1]
    assert "2 findings" in expired[1]


def test_a_baseline_fails_for_what_is_new(check: Check) -> None:
    check("", "--select", "handler-slower-than-timeout", "--write-baseline", "known.json")
    _, out, _ = check('baseline = "known.json"')

    assert "1 finding in the baseline" in out
    assert "visibility-timeout-too-short" in out
