"""``doctor history``: what was applied, newest first."""

from argparse import ArgumentParser, Namespace

from doctor.cli.exit import ExitCode

SUMMARY = "list what was applied and undone"


def add(parser: ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("--demo", action="store_true", help="only of the embedded account")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="what stdout gets (text)")


def run(arguments: Namespace) -> int:
    """Print one line for each receipt."""
    from doctor.aws.embedded.wire import DEFAULT_ACCOUNT
    from doctor.cli.talk import give_json
    from doctor.model import arns
    from doctor.store.journal import history

    receipts = [one for one in history() if not arguments.demo or one.account == DEFAULT_ACCOUNT]
    if arguments.format == "json":
        give_json(receipts)
        return ExitCode.OK
    for receipt in receipts:
        what = f"{arns.name(receipt.function)}: {receipt.title}"
        print(f"{receipt.id}  {receipt.state:<12}  {receipt.account} {receipt.region}  {what}")
    return ExitCode.OK
