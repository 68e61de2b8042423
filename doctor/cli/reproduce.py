"""``doctor reproduce FUNCTION``: run its failing invocation on this machine."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from doctor.cli.exit import ExitCode
from doctor.cli.options import add_account, add_answers, add_event, add_injected, injected, positive, target

if TYPE_CHECKING:  # help does without them
    from doctor.cli.looking import Looked
    from doctor.model.finding import Finding
    from doctor.model.function import Function

SUMMARY = "run the failing invocation of a function locally"


def add(parser: ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("function", metavar="FUNCTION", help="its name")
    add_account(parser)
    add_event(parser)
    parser.add_argument(
        "--event-from",
        metavar="KIND",
        default="",
        help="where else to take it from: dead-letter, destination, logs, test-event, generated, empty; "
        "KIND:NAME chooses among several, such as generated:s3",
    )
    parser.add_argument("--list-events", action="store_true", help="list the events that there are, and run none")
    add_answers(parser)
    add_injected(parser)
    parser.add_argument("--minimize", action="store_true", help="shrink the event to the smallest that still fails")
    parser.add_argument(
        "--max-runs", metavar="N", type=positive, default=100, help="with --minimize: so many runs at most (100)"
    )
    parser.add_argument(
        "--save-event", metavar="FILE", type=Path, help="with --minimize: where the event goes (FUNCTION-event.json)"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="what stdout gets (text)")


def run(arguments: Namespace) -> int:
    """Print the comparison; 1: reproduced, 0: not reproduced or different, 3: inconclusive."""
    from msgspec.structs import replace

    from doctor import pipeline
    from doctor.cli.looking import looked
    from doctor.errors import UsageError

    if arguments.event and arguments.event_from:
        raise UsageError("--event gives the event, --event-from says where to look for it; give one")
    meets = injected(arguments)
    where = target(arguments, *(() if arguments.snapshot else (arguments.function,)))
    with looked(where, arguments.event, answers=arguments.answers) as read:
        seen = replace(read, case=replace(read.case, injected=meets, event_from=arguments.event_from))
        function = pipeline.function_named(seen.case.world, arguments.function)
        finding = _expecting(seen, function)
        if arguments.list_events:
            return _listed(arguments, seen, function, finding)
        return _reproduced(arguments, seen, function, finding)


def _expecting(seen: "Looked", function: "Function") -> "Finding | None":
    """The first finding of a version that says what a local run would show."""
    fitting = (one for one in seen.diagnosis.findings if function.arn in one.affects and one.problem.expects)
    return next(fitting, None)


def _listed(arguments: Namespace, seen: "Looked", function: "Function", finding: "Finding | None") -> int:
    """Print the events that there are, and where none is."""
    from doctor import pipeline
    from doctor.cli.talk import cells, follow, glyphs, show
    from doctor.report.lines import events as lines

    found = follow(pipeline.events_of(seen.case, function, finding), lines=False)
    if arguments.format == "json":
        _printed(lines.listed(found))
    else:
        show(lines.page(found, cells(), glyphs()))
    return ExitCode.OK


def _reproduced(arguments: Namespace, seen: "Looked", function: "Function", finding: "Finding | None") -> int:
    """Run it once, and print what came of it."""
    from doctor import pipeline
    from doctor.cli.talk import cells, follow, glyphs, show
    from doctor.report.lines import run as lines

    findings = seen.diagnosis.findings
    if arguments.minimize:
        from doctor.reproducing.minimize import reproduce_smallest

        path = arguments.save_event or Path(f"{function.function_name}-event.json")
        runs = arguments.max_runs
        made = follow(reproduce_smallest(seen.case, function, finding, findings, runs=runs, path=path))
    else:
        made = follow(pipeline.reproduce(seen.case, function, finding, findings))
    if arguments.format == "json":
        _printed(made)
    else:
        cloud = next((one for one in seen.case.world.invocations(function) if one.request_id == made.cloud), None)
        show(lines.page(made, cells(), glyphs(), cloud=cloud))
    codes = {"reproduced": ExitCode.FINDINGS, "inconclusive": ExitCode.NOT_SEEN}
    return codes.get(made.verdict, ExitCode.OK)


def _printed(value: object) -> None:
    """Print a value as JSON."""
    import msgspec

    print(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
