"""``doctor open FILE``: a colleague's snapshot in the terminal UI, offline."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from doctor.cli.options import add_screen
from doctor.errors import UsageError

SUMMARY = "open a snapshot in the terminal UI"


def add(parser: ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("path", metavar="PATH", help="a snapshot file or folder")
    add_screen(parser, changes="")


def run(arguments: Namespace) -> int:
    """Run the terminal UI until it is left."""
    from doctor.cli.screen import open_screen
    from doctor.model.target import Target

    if not Path(arguments.path).exists():
        raise UsageError(f"{arguments.path}: no such snapshot")
    return open_screen(Target(snapshot=arguments.path), ascii_only=arguments.ascii)
