"""``doctor history``: what was applied, newest first."""

from argparse import ArgumentParser, Namespace

from doctor.cli.exit import ExitCode

SUMMARY = "list what was applied and undone"


def add(parser: ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("--demo", action="store_true", help="only of the embedded account")


def run(arguments: Namespace) -> int:
    """Print one line for each receipt."""
    from doctor.aws.embedded.wire import DEFAULT_ACCOUNT
    from doctor.model import arns
    from doctor.store.journal import history

    for receipt in history():
        if arguments.demo and receipt.account != DEFAULT_ACCOUNT:
            continue
        what = f"{arns.name(receipt.function)}: {receipt.title}"
        print(f"{receipt.id}  {receipt.state:<12}  {receipt.account} {receipt.region}  {what}")
    return ExitCode.OK
