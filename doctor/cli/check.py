"""``doctor check``: diagnose every function, for people and for CI."""

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from doctor.cli import gate, standing
from doctor.cli.exit import ExitCode, worst
from doctor.cli.options import add_account, has_code, retyped, target
from doctor.cli.outputs import ready
from doctor.errors import UsageError

if TYPE_CHECKING:
    from doctor.cli.looking import Looked
    from doctor.model.report import Report

FORMATS = ("text", "json", "sarif", "junit", "github", "markdown")
SUMMARY = "diagnose functions; the exit code tells CI"


def add(parser: ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument(
        "functions", nargs="*", metavar="FUNCTION", help="names; without any, all functions of the region"
    )
    add_account(parser)
    parser.add_argument("--format", choices=FORMATS, default="text", help="what stdout gets (text)")
    parser.add_argument(
        "-o",
        "--output",
        action="append",
        default=[],
        metavar="FORMAT=FILE",
        help="also write a report: sarif=doctor.sarif (repeat for several)",
    )
    parser.add_argument(
        "--full", action="store_true", help="read everything again, also functions that did not change a moment ago"
    )
    gate.add(parser)


def run(arguments: Namespace) -> int:
    """Print the report; end with 1 when something at or above ``--fail-on`` was found."""
    from msgspec.structs import replace

    from doctor import config
    from doctor.cli.looking import looked
    from doctor.engine.report import report
    from doctor.model.finding import Severity
    from doctor.shelf import all_rules
    from doctor.store import baseline

    outputs = [_output(given) for given in arguments.output]
    settings = config.load(Path(arguments.config) if arguments.config else None)
    lost: list[str] = []
    every = all_rules([*settings.rules, *arguments.rules], advice=True, lost=lost)
    gate.check_names(settings, every)
    rules, unheard = gate.chosen(
        every,
        [*settings.select, *arguments.select],
        [*settings.ignore, *arguments.ignore],
        advice=arguments.advice,
    )
    door = gate.Gate(
        fail_on=Severity(arguments.fail_on or settings.fail_on or "high"),
        strict=arguments.strict,
        allow_gaps=arguments.allow_gaps,
    )
    if arguments.write_baseline:
        arguments.baseline, settings = None, replace(settings, baseline="")
    where = target(arguments, *arguments.functions)
    ready(*(path for _, path in outputs), *([Path(arguments.write_baseline)] if arguments.write_baseline else []))
    with looked(where, rules=rules, full=arguments.full, early=True) as seen:
        if not (arguments.select or arguments.ignore or settings.select or settings.ignore):
            _keep(seen)
        standing.told(seen.case.account, retyped(arguments))
        diagnosis = gate.decided(seen.diagnosis, arguments, settings)
        empty = _remark_on_nothing(seen)
        stale = gate.age_remark(diagnosis.taken_at, arguments.max_age or settings.max_age)
        diagnosis = replace(diagnosis, remarks=(*diagnosis.remarks, *filter(None, (empty, stale))))
        if arguments.write_baseline:
            count = baseline.save(Path(arguments.write_baseline), diagnosis)
            sys.stderr.write(f"{arguments.write_baseline}: {count} findings written\n")
        made = report(seen.case.world, diagnosis, rules, unheard, door.fail_on)
        _publish(made, arguments.format, outputs, arguments)
    broken = ExitCode.CRASHED if lost else ExitCode.OK
    return worst(door.verdict(diagnosis), broken, ExitCode.NOT_SEEN if stale else ExitCode.OK)


def _remark_on_nothing(seen: "Looked") -> str:
    """What every report says of an empty region: that nothing was found in it says little, and it may be the wrong one."""
    scope, account = seen.case.world.snapshot.scope, seen.case.account
    if account is None or seen.diagnosis.functions or seen.diagnosis.skips:
        return ""
    return f"account {scope.account} has no function in {scope.region}: is it the region that you mean?"


def _keep(seen: "Looked") -> None:
    """Let the next check, and the screen, begin with what this one read of a live account; a file is kept by whoever has it."""
    from doctor.cli.talk import tell
    from doctor.engine.report import rows
    from doctor.pipeline import shelve

    case = seen.case
    if case.account is None or case.account.incident is not None:
        return
    try:
        shelve(case.target, case.account, case.world, rows(case.world, seen.diagnosis))
    except UsageError as error:  # a check is worth no less for it
        tell(f"what was read is not kept for the next time: {error}")


def _output(given: str) -> tuple[str, Path]:
    """A report to write: its format and its file."""
    form, equals, name = given.partition("=")
    if not equals or name in ("", "-") or form not in FORMATS:
        raise UsageError(
            f"--output {given}: write FORMAT=FILE, with a format of {', '.join(FORMATS)}; --format is for stdout"
        )
    return form, Path(name)


def _publish(made: "Report", shown: str, outputs: Iterable[tuple[str, Path]], arguments: Namespace) -> None:
    """Write every report; in a GitHub job, the job's summary too."""
    from doctor.cli.talk import cells, give, glyphs, show
    from doctor.report.lines import check

    if shown == "text":
        where, runs = retyped(arguments), has_code(arguments)
        show(check.page(made, cells(), glyphs(), where=where, runs=runs))
    else:
        give(_renderer(shown)(made))
    for form, path in outputs:
        _write(path, _renderer(form)(made))
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if shown == "github" and summary:
        _write(Path(summary), _renderer("markdown")(made), mode="a")


def _write(path: Path, text: str, mode: str = "w") -> None:
    """Write a report where the user said: a file as anybody may read it, or whatever else lies there (a pipe, a device)."""
    try:
        with path.open(mode, encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror})") from error


def _renderer(form: str) -> "Callable[[Report], str]":
    """The function that renders a format, imported when it is wanted."""
    from importlib import import_module

    from doctor.cli.talk import PIPED
    from doctor.report.lines import check
    from doctor.report.lines.glyphs import UNICODE
    from doctor.report.lines.spans import plain

    if form == "text":
        return lambda made: plain(check.page(made, PIPED, UNICODE))
    name = "json_report" if form == "json" else form
    render: Callable[[Report], str] = import_module(f"doctor.report.{name}").render
    return render
