"""``doctor incidents``: root causes, each with the functions that it concerns."""

from argparse import ArgumentParser, Namespace

from doctor.cli.options import add_account, target

SUMMARY = "group what is wrong by root cause: fix it once"


def add(parser: ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("--format", choices=("text", "json"), default="text", help="what stdout gets (text)")
    add_account(parser)


def run(arguments: Namespace) -> int:
    """Print the incidents, the worst first; the code is that of ``doctor check``."""
    from doctor.cli.gate import Gate
    from doctor.cli.looking import looked
    from doctor.cli.talk import cells, give_json, glyphs, show
    from doctor.engine.incidents import incidents
    from doctor.engine.report import rows
    from doctor.model.finding import Severity
    from doctor.report.lines.incidents import table

    with looked(target(arguments)) as seen:
        world = seen.case.world
        found = incidents(seen.diagnosis, rows(world, seen.diagnosis))
    if arguments.format == "json":
        give_json(found)
    else:
        show(table(found, cells(), glyphs()))
    return Gate(fail_on=Severity.HIGH).verdict(seen.diagnosis)
