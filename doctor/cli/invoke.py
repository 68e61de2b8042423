"""``doctor invoke FUNCTION``: one live invocation, asked first, with the end of its log."""

from argparse import ArgumentParser, Namespace

from doctor.cli.exit import ExitCode
from doctor.cli.options import add_account, add_event, target

SUMMARY = "invoke a function in the account, once, and show its log"


def add(parser: ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("function", metavar="FUNCTION", help="its name")
    add_account(parser, snapshot=False)
    add_event(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask first")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="what stdout gets (text)")


def run(arguments: Namespace) -> int:
    """Print how it ended and what it wrote; 0: it went through, 1: it failed."""
    from doctor import changing, pipeline
    from doctor.cli.looking import looked
    from doctor.cli.talk import cells, confirm, follow, give_json, glyphs, show
    from doctor.model.outcome import Succeeded
    from doctor.report.lines import run as lines

    with looked(target(arguments, arguments.function), arguments.event) as seen:
        function = pipeline.function_named(seen.case.world, arguments.function)
        changing.event_for(seen.case, function)
        if not arguments.yes:
            confirm(function.function_name, f"run it in account {seen.case.world.snapshot.scope.account}, for real")
        made = follow(changing.invoke(seen.case, function))
    if arguments.format == "json":
        give_json(made)
    else:
        show(lines.live_page(made, cells(), glyphs()))
    return ExitCode.OK if isinstance(made.outcome, Succeeded) else ExitCode.FINDINGS
