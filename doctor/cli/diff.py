"""``doctor diff OLD NEW``: what changed between two snapshots."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from doctor.cli.exit import ExitCode
from doctor.errors import UsageError

SUMMARY = "tell what changed between two snapshots"


def add(parser: ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("old", type=Path, metavar="OLD", help="a snapshot file or folder")
    parser.add_argument("new", type=Path, metavar="NEW", help="a later one of the same account")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="what stdout gets (text)")


def run(arguments: Namespace) -> int:
    """Print the differences; 1 when there are any."""
    from doctor.cli.talk import cells, give_json, glyphs, show, tell
    from doctor.engine.differences import compared
    from doctor.report.lines import difference
    from doctor.store.snapshots import read

    old, new = read(arguments.old), read(arguments.new)
    if (old.scope.account, old.scope.region) != (new.scope.account, new.scope.region):
        raise UsageError(
            f"{arguments.old} is of {old.scope.account} {old.scope.region}, {arguments.new} of {new.scope.account} {new.scope.region}",
        )
    found, unread = compared(old, new)
    if arguments.format == "json":
        give_json(found)
        for one in unread:
            tell(difference.not_read(one))
    else:
        show(difference.page(found, unread, cells(), glyphs()))
    return ExitCode.FINDINGS if found else ExitCode.OK
