"""The command ``doctor``."""

import os
import signal
import sys
from argparse import Namespace
from collections.abc import Sequence
from importlib import import_module
from types import FrameType

from doctor.cli.exit import MEANING, ExitCode, code_of
from doctor.cli.options import Parser, Verbatim, add_account, target
from doctor.errors import DoctorError
from doctor.version import __version__

COMMANDS = ("check", "why", "reproduce", "fix", "undo", "history", "demo")
"""Each is a module of this package with ``SUMMARY``, ``add`` and ``run``."""


def parser() -> Parser:
    """The whole command line."""
    codes = "\n".join(f"  {code.value:>3}  {words}" for code, words in MEANING.items())
    root = Parser(
        prog="doctor",
        description="Names the root cause of a failing AWS Lambda function, proves it and its fix on this machine, "
        "and only then applies it. Without a command: the terminal UI.",
        epilog=f"exit codes:\n{codes}",
        formatter_class=Verbatim,
    )
    root.add_argument("--version", action="version", version=f"doctor {__version__}")
    root.add_argument("--allow-changes", action="store_true", help="let the terminal UI apply fixes")
    add_account(root)
    commands = root.add_subparsers(metavar="COMMAND", dest="command", parser_class=Parser)
    for name in COMMANDS:
        module = import_module(f"doctor.cli.{name}")
        command = commands.add_parser(name, help=module.SUMMARY, description=module.SUMMARY, prog=f"doctor {name}")
        module.add(command)
        command.set_defaults(run=module.run)
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    signal.signal(signal.SIGTERM, _ended)
    signal.signal(signal.SIGHUP, _ended)
    try:
        parsed = parser().parse_args(arguments)
        return int(_screen(parsed) if parsed.command is None else parsed.run(parsed))
    except DoctorError as error:
        sys.stderr.write(f"doctor: {error}\n")
        return code_of(error)
    except KeyboardInterrupt:
        sys.stderr.write("doctor: interrupted\n")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains when it flushes at exit
        return ExitCode.OK


def _screen(arguments: Namespace) -> int:
    from doctor.cli.screen import open_screen

    return open_screen(target(arguments), allow_changes=arguments.allow_changes)


def _ended(number: int, _: FrameType | None) -> None:
    """End by an exception, so that everything that was started is ended too."""
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
