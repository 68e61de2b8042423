"""``doctor undo [RECEIPT]``: take back what was applied."""

from argparse import ArgumentParser, Namespace

from doctor.cli.exit import ExitCode
from doctor.cli.options import add_account, retyped, target

SUMMARY = "take back what was applied"


def add(parser: ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("receipt", metavar="RECEIPT", nargs="?", default="", help="its id (the latest of this account)")
    parser.add_argument("--yes", action="store_true", help="do not ask first")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="what stdout gets (text)")
    add_account(parser, snapshot=False)


def run(arguments: Namespace) -> int:
    """Take a receipt back, and print it as it now stands."""
    from doctor import changing, pipeline
    from doctor.cli.talk import cells, confirm, follow, give_json, glyphs, show, tell
    from doctor.model import arns
    from doctor.report.lines import receipt as lines

    with pipeline.connected(target(arguments)) as account:
        assert account is not None
        tell(f"account {account.identity.account}, region {account.aws.region}, as {account.identity.arn}")
        found = changing.undoable(arguments.receipt, account)
        if not arguments.yes:
            confirm(arns.name(found.function), f"take back '{found.title}' in account {account.identity.account}")
        receipt = follow(changing.undo(found.id, account))
    if arguments.format == "json":
        give_json(receipt)
    else:
        show(lines.page(receipt, None, cells(), glyphs(), retyped(arguments)))
    return ExitCode.OK if receipt.state == "undone" else ExitCode.NOT_CONFIRMED
