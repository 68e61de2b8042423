"""``doctor check``: diagnose every function, for people and for CI."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from doctor.cli.exit import ExitCode, worst
from doctor.cli.options import add_account, target

if TYPE_CHECKING:
    from doctor.model.finding import Diagnosis, Severity

SEVERITIES = ("critical", "high", "medium", "low", "info")
"""The words of ``doctor.model.finding.Severity``, which is not imported for help."""
SUMMARY = "diagnose functions; the exit code tells CI"


def add(parser: ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument(
        "functions", nargs="*", metavar="FUNCTION", help="names; without any, all functions of the region"
    )
    add_account(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="what stdout gets (text)")
    parser.add_argument(
        "--fail-on",
        choices=SEVERITIES,
        default="high",
        metavar="SEVERITY",
        help="the least severity that fails the check: critical, high, medium, low, info (high)",
    )


def run(arguments: Namespace) -> int:
    """Print the report; end with 1 when something at or above ``--fail-on`` was found."""
    from doctor.cli.looking import looked
    from doctor.cli.talk import cells, glyphs, show
    from doctor.engine.report import report
    from doctor.model.finding import Severity
    from doctor.report.json_report import render
    from doctor.report.lines import check

    with looked(target(arguments, *arguments.functions)) as seen:
        made = report(seen.case.world, seen.diagnosis, seen.case.rules)
        if arguments.format == "json":
            print(render(made), end="")
        else:
            show(check.page(made, cells(), glyphs()))
    return verdict(seen.diagnosis, Severity(arguments.fail_on))


def verdict(diagnosis: "Diagnosis", fail_on: "Severity") -> ExitCode:
    """The exit code of a diagnosis."""
    codes = [ExitCode.OK]
    if diagnosis.crashes:
        codes.append(ExitCode.CRASHED)
    if any(finding.severity.rank <= fail_on.rank for finding in diagnosis.findings):
        codes.append(ExitCode.FINDINGS)
    if any(skip.severity.rank <= fail_on.rank and skip.gap.reason != "unsupported" for skip in diagnosis.skips):
        codes.append(ExitCode.NOT_SEEN)
    return worst(*codes)
