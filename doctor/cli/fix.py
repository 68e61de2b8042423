"""``doctor fix FUNCTION``: rehearse its fix; with ``--apply``, send it and verify."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from doctor.cli import standing
from doctor.cli.choosing import chosen
from doctor.cli.exit import ExitCode
from doctor.cli.options import add_account, add_answers, add_event, add_tier, retyped, seconds, target
from doctor.errors import UsageError

if TYPE_CHECKING:
    from doctor.cli.looking import Looked
    from doctor.engine.world import World
    from doctor.model.outcome import LiveRun
    from doctor.model.plan import Receipt, Rehearsal, Sent

SUMMARY = "prove a fix locally; with --apply, send it and verify"


def add(parser: ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("function", metavar="FUNCTION", nargs="?", default="", help="its name; none with --incident")
    add_account(parser)
    add_event(parser)
    add_answers(parser)
    add_tier(parser)
    which = parser.add_argument_group("what to fix, and how")
    which.add_argument(
        "--finding",
        metavar="RULE",
        action="append",
        default=[],
        help="which finding, by its rule (the first); again for more",
    )
    which.add_argument(
        "--all", action="store_true", help="every finding of the function that doctor can mend, in one plan"
    )
    which.add_argument("--incident", action="store_true", help="the root that most functions suffer from, in one plan")
    which.add_argument(
        "--way", metavar="LETTER", default="", help="which way out: A, B, ... (the first that is proved)"
    )
    which.add_argument(
        "--template", metavar="FILE", type=Path, help="the template that owns it: the patch is then a diff of this file"
    )
    sending = parser.add_argument_group("sending it")
    sending.add_argument("--apply", action="store_true", help="send the proved fix to the account")
    sending.add_argument("--yes", action="store_true", help="with --apply: do not ask for the function's name")
    sending.add_argument(
        "--wait", metavar="TIME", default="", help="with --apply: wait so long for the next invocations"
    )
    sending.add_argument("--invoke", action="store_true", help="with --apply: invoke it once, for real, to confirm")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="what stdout gets (text)")


def run(arguments: Namespace) -> int:
    """Print the rehearsed plan, and what was applied."""
    from msgspec.structs import replace

    from doctor import changing
    from doctor.cli.looking import looked
    from doctor.cli.talk import cells, follow, glyphs, show, tell
    from doctor.report.lines import fix, receipt

    _check(arguments)
    template = None if arguments.template is None else _text(arguments.template)
    where = target(arguments, *(() if arguments.snapshot or arguments.incident else (arguments.function,)))
    with looked(where, arguments.event, answers=arguments.answers) as read:
        seen = replace(read, case=replace(read.case, tier=arguments.tier))
        standing.told(seen.case.account, retyped(arguments), arguments.function)
        findings, left = chosen(seen, arguments)
        if left:
            tell(f"left alone: {', '.join(left)}; add --all to plan for those too that doctor can mend")
        rehearsal = follow(changing.fix(seen.case, findings, _way(arguments.way)))
        if template is not None:
            rehearsal = _patched(rehearsal, seen.case.world, arguments.template, template)
        if arguments.format == "text":
            plan = rehearsal.plan
            way = plan.finding.problem.fixes.index(plan.fix)
            show(fix.page(plan.finding, way, rehearsal, cells(), glyphs()))
        code, sent = _apply(seen, rehearsal, arguments)
    if arguments.format == "json":
        _print_json(rehearsal, sent)
    elif sent is not None:
        show(receipt.page(sent.receipt, sent.verification, cells(), glyphs(), retyped(arguments)))
    return code


def _text(path: Path) -> str:
    """The text of a template.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not a template: byte {error.start} is no UTF-8") from error


def _patched(rehearsal: "Rehearsal", world: "World", path: Path, text: str) -> "Rehearsal":
    """The same with a diff of the given template in place of a snippet."""
    from msgspec.structs import replace

    from doctor.engine.template import patched

    return replace(rehearsal, plan=patched(rehearsal.plan, world, _from_here(path), text))


def _from_here(path: Path) -> str:
    """A file as a diff that is applied in this folder names it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:  # it lies elsewhere
        return str(path)


def _check(arguments: Namespace) -> None:
    """Refuse what cannot be meant, before anything is read."""
    if bool(arguments.function) == arguments.incident:
        raise UsageError("give the name of a function, or --incident for the root that most functions suffer from")
    if arguments.way and (arguments.all or len(arguments.finding) > 1):
        raise UsageError("--way chooses for one finding; name it with --finding")
    if arguments.apply and arguments.snapshot:
        raise UsageError("a snapshot cannot be changed: --apply needs the account")
    if (arguments.wait or arguments.invoke) and not arguments.apply:
        raise UsageError("--wait and --invoke look at what was applied; add --apply")
    if arguments.wait:
        seconds(arguments.wait)
    if arguments.yes and not arguments.apply:
        raise UsageError("--yes answers what --apply asks; add --apply")
    if arguments.apply and not arguments.yes and not (sys.stdin and sys.stdin.isatty()):
        raise UsageError("--apply asks for a confirmation, and stdin is no terminal: add --yes")


def _way(letter: str) -> int | None:
    """The number of a way out, from 0."""
    if not letter:
        return None
    if len(letter) != 1 or not "A" <= letter.upper() <= "Z":
        raise UsageError(f"'{letter}' is no way out: write A, B, ...")
    return ord(letter.upper()) - ord("A")


def _print_json(rehearsal: "Rehearsal", sent: "Sent | None") -> None:

    told = {"rehearsal": rehearsal} | (
        {} if sent is None else {"receipt": sent.receipt, "verification": sent.verification}
    )
    from doctor.cli.talk import give_json

    give_json(told)


def _apply(seen: "Looked", rehearsal: "Rehearsal", arguments: Namespace) -> "tuple[ExitCode, Sent | None]":
    """Send a proved plan, and look at what came of it. What was sent is told before anything is waited for."""
    from doctor import changing
    from doctor.cli.interrupting import stoppable
    from doctor.cli.talk import confirm, follow, tell
    from doctor.model import arns
    from doctor.model.plan import Proved, Sent
    from doctor.store.served import running

    account = seen.case.account
    if not arguments.apply or not isinstance(rehearsal, Proved) or account is None:
        return (ExitCode.OK if isinstance(rehearsal, Proved) else ExitCode.FINDINGS), None
    if arguments.demo and not running():
        tell("the embedded account ends with this command; 'doctor demo --serve' keeps one up, to undo in")
    if not arguments.yes:
        confirm(
            arguments.function or arns.name(rehearsal.plan.finding.subject),
            f"apply it to account {account.identity.account}",
        )
    with stoppable() as stopped:
        receipt = follow(changing.apply(rehearsal, account, stopped))
    undo = " ".join(("doctor undo", receipt.id, *filter(None, (retyped(arguments),))))
    tell(f"{receipt.state}: take it back with '{undo}'")
    ran = _invoked(seen, receipt) if arguments.invoke and receipt.state == "applied" else ()
    wait = seconds(arguments.wait) if arguments.wait else 0
    looked = changing.verify(receipt, account, seen.case.target, seen.case.rules, wait=wait, ran=ran)
    verification = follow(looked)
    code = ExitCode.OK if verification.confirmed else ExitCode.NOT_CONFIRMED
    return code, Sent(receipt=receipt, verification=verification)


def _invoked(seen: "Looked", receipt: "Receipt") -> "tuple[LiveRun, ...]":
    """One live invocation of each affected function; that one was refused is told, and confirms nothing."""
    from doctor import changing, pipeline
    from doctor.cli.talk import follow, tell
    from doctor.engine.verify import affected
    from doctor.errors import DoctorError
    from doctor.model import arns

    ran = []
    for arn in affected(receipt):
        function = pipeline.function_named(seen.case.world, arns.name(arn))
        try:
            ran.append(follow(changing.invoke(seen.case, function)))
        except DoctorError as error:
            tell(f"not invoked: {error}")
    return tuple(ran)
