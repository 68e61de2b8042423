"""``doctor history``: what was applied, newest first."""

from argparse import ArgumentParser, Namespace

from doctor.cli.exit import ExitCode

SUMMARY = "list what was applied and undone"


def add(parser: ArgumentParser) -> None:
    """Describe the command line: it takes nothing."""
    del parser


def run(_: Namespace) -> int:
    """Print one line for each receipt."""
    from doctor.model import arns
    from doctor.store.journal import history

    for receipt in history():
        what = f"{arns.name(receipt.function)}: {receipt.title}"
        print(f"{receipt.id}  {receipt.state:<12}  {receipt.account} {receipt.region}  {what}")
    return ExitCode.OK
