"""What decides a check: the settings of a team and of the command line, applied to a diagnosis."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from doctor.cli.exit import ExitCode, worst
from doctor.cli.options import seconds

if TYPE_CHECKING:  # help does without them
    from doctor.config import Settings
    from doctor.engine.rule import Rule
    from doctor.model.finding import Diagnosis, Severity

SEVERITIES = ("critical", "high", "medium", "low", "info")
"""The words of ``doctor.model.finding.Severity``, which is not imported for help."""
CONFIDENCES = ("certain", "likely", "possible")
EXCUSED = ("unsupported", "not_asked")
"""What no read could have brought, and what was left unread on purpose, because the function shows no trouble."""
ASSUMED = ("organizations:",)
"""Reads that a member account cannot make: everyone must assume something about them."""


def add(parser: ArgumentParser) -> None:
    """Describe the options that decide."""
    group = parser.add_argument_group("what fails the check")
    group.add_argument(
        "--fail-on", choices=SEVERITIES, metavar="SEVERITY", help=f"the least severity: {', '.join(SEVERITIES)} (high)"
    )
    group.add_argument(
        "--min-confidence",
        choices=CONFIDENCES,
        metavar="LEVEL",
        help=f"leave out less sure findings: {', '.join(CONFIDENCES)}",
    )
    group.add_argument(
        "--select", action="append", default=[], metavar="RULE", help="only these rules (repeat, or separate by commas)"
    )
    group.add_argument("--ignore", action="append", default=[], metavar="RULE", help="not these rules")
    group.add_argument("--rules", action="append", default=[], metavar="DIR", help="a folder of rules of your own")
    group.add_argument("--advice", action="store_true", help="also what could be better, not only what is wrong")
    group.add_argument("--baseline", metavar="FILE", help="do not fail for findings that were there before")
    group.add_argument("--write-baseline", metavar="FILE", help="write what is found now, for --baseline")
    group.add_argument(
        "--max-age", metavar="TIME", help="say so and end with 3 when the snapshot is older: 30m, 3h, 1d"
    )
    group.add_argument("--strict", action="store_true", help="every check that could not look counts")
    group.add_argument("--allow-gaps", action="store_true", help="no check that could not look counts")
    group.add_argument("--config", metavar="FILE", help="settings (doctor.toml or pyproject.toml in this folder)")


class Gate(NamedTuple):
    """What was decided."""

    fail_on: "Severity"
    strict: bool = False
    allow_gaps: bool = False

    def verdict(self, diagnosis: "Diagnosis") -> ExitCode:
        """The exit code of a diagnosis."""
        codes = [ExitCode.OK]
        if diagnosis.crashes:
            codes.append(ExitCode.CRASHED)
        if any(finding.severity.rank <= self.fail_on.rank for finding in diagnosis.findings):
            codes.append(ExitCode.FINDINGS)
        kinds = {(skip.severity, id(skip.gap)): skip for skip in diagnosis.skips}.values()
        if not self.allow_gaps and any(
            self._counts(skip.severity, skip.gap.reason, skip.gap.call.name) for skip in kinds
        ):
            codes.append(ExitCode.NOT_SEEN)
        return worst(*codes)

    def _counts(self, severity: "Severity", reason: str, call: str) -> bool:
        """Whether a check that could not look makes "nothing found" mean less."""
        if self.strict:
            return True
        excused = reason in EXCUSED or call.startswith(ASSUMED)
        return severity.rank <= self.fail_on.rank and not excused


def chosen(
    rules: "Iterable[Rule]", select: Iterable[str], ignore: Iterable[str], *, advice: bool
) -> "tuple[tuple[Rule, ...], dict[str, int]]":
    """The rules that are listened to, and how many are not, by why; one that advises is heard when it is asked for.

    Raises:
        ConfigError: a name is no rule's.
    """
    from doctor.errors import ConfigError
    from doctor.model.near import near

    every = {rule.name: rule for rule in rules}
    wanted, unwanted = set(_split(select)), set(_split(ignore))
    unknown = sorted((wanted | unwanted) - every.keys())
    if unknown:
        hint = near(unknown[0], every) or "; see 'doctor rules list'"
        raise ConfigError(f"no rule '{unknown[0]}'{hint}")
    named = [rule for name, rule in every.items() if (not wanted or name in wanted) and name not in unwanted]
    heard = tuple(rule for rule in named if advice or not rule.advice or rule.name in wanted)
    unheard = {
        "advise: --advice": len(named) - len(heard),
        "left out by --select or --ignore": len(every) - len(named),
    }
    return heard, {why: number for why, number in unheard.items() if number}


def check_names(settings: "Settings", rules: "Iterable[Rule]") -> None:
    """Make sure that every suppression names a rule, and every key of the terminal UI an action: a misspelt one would do nothing.

    Raises:
        ConfigError: one does not.
    """
    from doctor.errors import ConfigError
    from doctor.model.near import near

    known = {rule.name for rule in rules}
    for one in settings.suppress:
        if one.rule not in known:
            hint = near(one.rule, known) or "; see 'doctor rules list'"
            raise ConfigError(f"a suppression names '{one.rule}', which is no rule{hint}")
    if settings.keys:
        from doctor.tui.keys import rebind

        rebind(settings.keys)


def _split(names: Iterable[str]) -> list[str]:
    return [name.strip() for given in names for name in given.split(",") if name.strip()]


def age_remark(taken_at: datetime, most: str) -> str:
    """What is said of a snapshot that is too old; empty when it is not."""
    if not most:
        return ""
    age = datetime.now(UTC) - taken_at
    if age <= timedelta(seconds=seconds(most)):
        return ""
    return f"the snapshot is of {taken_at:%Y-%m-%d %H:%M} UTC: older than {most}"


def decided(diagnosis: "Diagnosis", arguments: Namespace, settings: object) -> "Diagnosis":
    """Apply confidence, suppressions and baseline to a diagnosis.

    Raises:
        ConfigError: the baseline cannot be read.
    """
    from doctor.config import Settings
    from doctor.engine.suppress import Waiver, compare, confident, waive
    from doctor.model.finding import Confidence

    assert isinstance(settings, Settings)
    seen = diagnosis
    least = arguments.min_confidence or settings.min_confidence
    if least:
        diagnosis = confident(diagnosis, Confidence(least))
    waivers = [
        Waiver(rule=one.rule, resource=one.resource, reason=one.reason, expires=one.expires)
        for one in settings.suppress
    ]
    diagnosis = waive(diagnosis, waivers, date.today())  # noqa: DTZ011 -- a day in a team's file is a day where they are
    baseline = arguments.baseline or settings.baseline
    if not baseline:
        return diagnosis
    from doctor.store.baseline import read

    return compare(diagnosis, read(Path(baseline)), seen, whole=not arguments.functions)
