"""``doctor fix FUNCTION``: rehearse its fix; with ``--apply``, send it and verify."""

import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from doctor.cli.exit import ExitCode
from doctor.cli.options import add_account, add_event, target
from doctor.errors import UsageError

if TYPE_CHECKING:
    from doctor.cli.looking import Looked
    from doctor.model.finding import Finding
    from doctor.model.plan import Proved

SUMMARY = "prove a fix locally; with --apply, send it and verify"


def add(parser: ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("function", metavar="FUNCTION", help="its name")
    add_account(parser)
    add_event(parser)
    parser.add_argument("--finding", metavar="RULE", default="", help="which finding, by its rule (the first)")
    parser.add_argument("--apply", action="store_true", help="send the proved fix to the account")
    parser.add_argument("--yes", action="store_true", help="with --apply: do not ask for the function's name")


def run(arguments: Namespace) -> int:
    """Print the rehearsed plan, and what was applied."""
    from doctor import pipeline
    from doctor.cli.looking import looked
    from doctor.cli.talk import cells, follow, glyphs, show
    from doctor.model.plan import Proved
    from doctor.report.lines import fix

    if arguments.apply and arguments.snapshot:
        raise UsageError("a snapshot cannot be changed: --apply needs the account")
    if arguments.apply and not arguments.yes and not (sys.stdin and sys.stdin.isatty()):
        raise UsageError("--apply asks for a confirmation, and stdin is no terminal: add --yes")
    where = target(arguments, *(() if arguments.snapshot else (arguments.function,)))
    with looked(where, arguments.event) as seen:
        finding = _finding(seen, arguments.function, arguments.finding)
        rehearsal = follow(pipeline.fix(seen.case, finding))
        chosen = finding.problem.fixes.index(rehearsal.plan.fix)
        show(fix.page(finding, chosen, rehearsal, cells(), glyphs()))
        if not isinstance(rehearsal, Proved):
            return ExitCode.FINDINGS
        return _apply(seen, rehearsal, arguments) if arguments.apply else ExitCode.OK


def _finding(seen: "Looked", name: str, rule: str) -> "Finding":
    """The finding to fix: the named one, otherwise the first of the function."""
    from doctor.model import arns
    from doctor.pipeline import function_named

    function = function_named(seen.case.world, name)
    mine = [
        finding
        for finding in seen.diagnosis.findings
        if arns.unqualified(function.arn) in map(arns.unqualified, finding.affects) and rule in ("", finding.rule)
    ]
    if not mine:
        what = f"no finding '{rule}'" if rule else "nothing was found that could be fixed"
        raise UsageError(f"{function.function_name}: {what}; see 'doctor why {function.function_name}'")
    return mine[0]


def _apply(seen: "Looked", proved: "Proved", arguments: Namespace) -> ExitCode:
    """Send a proved plan, and look at what came of it."""
    from doctor import pipeline
    from doctor.cli.talk import cells, confirm, follow, glyphs, show
    from doctor.report.lines import receipt as lines

    account = seen.case.account
    assert account is not None
    if not arguments.yes:
        confirm(arguments.function, f"apply it to account {account.identity.account}")
    receipt = follow(pipeline.apply(proved, account))
    verification = follow(pipeline.verify(receipt, account, seen.case.target, seen.case.rules))
    show(lines.page(receipt, verification, cells(), glyphs()))
    return ExitCode.OK if verification.confirmed else ExitCode.NOT_CONFIRMED
