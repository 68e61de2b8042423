"""``doctor reproduce FUNCTION``: run its failing invocation on this machine."""

from argparse import ArgumentParser, Namespace

from doctor.cli.exit import ExitCode
from doctor.cli.options import add_account, add_answers, add_event, add_injected, injected, target

SUMMARY = "run the failing invocation of a function locally"


def add(parser: ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("function", metavar="FUNCTION", help="its name")
    add_account(parser)
    add_event(parser)
    add_answers(parser)
    add_injected(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="what stdout gets (text)")


def run(arguments: Namespace) -> int:
    """Print the comparison; 1: reproduced, 0: not reproduced or different, 3: inconclusive."""
    import msgspec
    from msgspec.structs import replace

    from doctor import pipeline
    from doctor.cli.looking import looked
    from doctor.cli.talk import cells, follow, glyphs, show
    from doctor.report.lines import run as lines

    meets = injected(arguments)
    where = target(arguments, *(() if arguments.snapshot else (arguments.function,)))
    with looked(where, arguments.event, answers=arguments.answers) as seen:
        function = pipeline.function_named(seen.case.world, arguments.function)
        findings = [one for one in seen.diagnosis.findings if function.arn in one.affects and one.problem.expects]
        finding = findings[0] if findings else None
        case = replace(seen.case, injected=meets)
        reproduction = follow(pipeline.reproduce(case, function, finding))
    cloud = next((one for one in seen.case.world.invocations(function) if one.request_id == reproduction.cloud), None)
    if arguments.format == "json":
        print(msgspec.json.format(msgspec.json.encode(reproduction), indent=2).decode())
    else:
        show(lines.page(reproduction, cells(), glyphs(), cloud=cloud))
    codes = {"reproduced": ExitCode.FINDINGS, "inconclusive": ExitCode.NOT_SEEN}
    return codes.get(reproduction.verdict, ExitCode.OK)
