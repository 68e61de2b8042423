"""``doctor why FUNCTION``: one function, root cause first, with what to type next."""

from argparse import ArgumentParser, Namespace

from doctor.cli.gate import Gate
from doctor.cli.options import add_account, retyped, target

SUMMARY = "explain why one function fails"


def add(parser: ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("function", metavar="FUNCTION", help="its name")
    add_account(parser)


def run(arguments: Namespace) -> int:
    """Print the page of a function; end like a check of it."""
    from msgspec.structs import replace

    from doctor.cli.looking import looked
    from doctor.cli.talk import cells, glyphs, show
    from doctor.engine.report import detail
    from doctor.model.finding import Severity
    from doctor.pipeline import function_named
    from doctor.report.lines import why

    where = target(arguments, *(() if arguments.snapshot else (arguments.function,)))
    with looked(where) as seen:
        function = function_named(seen.case.world, arguments.function)
        page = detail(seen.case.world, seen.diagnosis, seen.case.rules, function.function_name)
        assert page is not None
        show(why.page(page, cells(), glyphs(), where=retyped(arguments)))
    mine = replace(seen.diagnosis, findings=page.findings, skips=page.skips, crashes=page.crashes)
    return Gate(fail_on=Severity.HIGH).verdict(mine)
