"""``doctor trace FUNCTION [DESTINATION[:PORT]]``: whether packets get there and back, and every hop that stops them."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from doctor.cli.exit import ExitCode, worst
from doctor.cli.options import add_account, retyped, target

if TYPE_CHECKING:  # msgspec costs four bare interpreters, and help does without
    from doctor.engine.world import World
    from doctor.model.answers import Reaching
    from doctor.model.function import Function

SUMMARY = "follow a function's packets, hop by hop, there and back"
_CODES = {
    "reachable": ExitCode.OK,
    "unreachable": ExitCode.FINDINGS,
    "partial": ExitCode.FINDINGS,
    "unknown": ExitCode.NOT_SEEN,
}


def add(parser: ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("function", metavar="FUNCTION", help="its name")
    parser.add_argument(
        "destination",
        metavar="DESTINATION",
        nargs="?",
        default="",
        help="HOST:PORT, a URL or an ARN (everything that the function is known to need)",
    )
    parser.add_argument("--protocol", choices=("tcp", "udp"), default="tcp", help="what the packets carry (tcp)")
    parser.add_argument("--ipv6", action="store_true", help="let names give IPv6 addresses")
    parser.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="what stdout gets (text); json: paths as AWS Reachability Analyzer tells them",
    )
    add_account(parser)


def run(arguments: Namespace) -> int:
    """Print the traces; 0 when all get there and back, 1 when one does not, 3 when it cannot be told or nothing is known."""
    from doctor.cli.looking import looked
    from doctor.cli.talk import cells, give_json, glyphs, show
    from doctor.pipeline import function_named
    from doctor.report.lines import trace

    where = target(arguments, *(() if arguments.snapshot else (arguments.function,)))
    with looked(where, rules=()) as seen:
        function = function_named(seen.case.world, arguments.function)
        found = _followed(seen.case.world, function, arguments)
        resources = seen.case.world.snapshot.resources
    if arguments.format == "json":
        from doctor.report.path_components import Analyses

        analyses = Analyses(resources)
        give_json([analyses.of(one) for one in found.found])
    else:
        told, name = retyped(arguments), function.function_name
        show(trace.page(name, found.found, cells(), glyphs(), unread=found.unread, where=told))
    return worst(*(_CODES[one.verdict] for one in found.found)) if found.found else ExitCode.NOT_SEEN


def _followed(world: "World", function: "Function", arguments: Namespace) -> "Reaching":
    """The one destination that was asked for, or all that are known."""
    from doctor.engine.questions import followed, reaching
    from doctor.model.answers import Reaching

    if not arguments.destination:
        return reaching(world, function)
    found = followed(world, function, arguments.destination, protocol=arguments.protocol, ipv6=arguments.ipv6)
    return Reaching(found=(found,))
