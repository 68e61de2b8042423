"""The command ``doctor``."""

import errno
import io
import os
import signal
import sys
from argparse import Namespace
from collections.abc import Sequence
from importlib import import_module
from types import FrameType

from doctor.cli.exit import MEANING, ExitCode, code_of
from doctor.cli.options import Parser, Verbatim, add_account, add_screen, target
from doctor.errors import DoctorError, Ended, UsageError
from doctor.version import __version__

COMMANDS = (
    "check",
    "collect",
    "why",
    "incidents",
    "can",
    "trace",
    "reproduce",
    "invoke",
    "fix",
    "undo",
    "history",
    "diff",
    "rules",
    "policy",
    "env",
    "schema",
    "completion",
    "open",
    "demo",
)
"""Each is a module of this package with ``SUMMARY``, ``add`` and ``run``."""


def parser(names: Sequence[str] = COMMANDS) -> Parser:
    """The command line, with the commands of these names: whoever types one needs not wait for the others."""
    codes = "\n".join(f"  {code.value:>3}  {words}" for code, words in MEANING.items())
    root = Parser(
        prog="doctor",
        description="Names the root cause of a failing AWS Lambda function, proves it and its fix on this machine, "
        "and only then applies it. Without a command: the terminal UI.",
        epilog=f"exit codes:\n{codes}",
        formatter_class=Verbatim,
    )
    root.add_argument("--version", action="version", version=f"doctor {__version__}")
    add_screen(root)
    add_account(root)
    commands = root.add_subparsers(metavar="COMMAND", dest="command", parser_class=Parser)
    for name in names:
        module = import_module(f"doctor.cli.{name}")
        command = commands.add_parser(name, help=module.SUMMARY, description=module.SUMMARY, prog=f"doctor {name}")
        module.add(command)
        command.set_defaults(run=module.run, parser=command)
    root.set_defaults(parser=root)
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    signal.signal(signal.SIGTERM, _ended)
    signal.signal(signal.SIGHUP, _ended)
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 -- closed by whoever started us
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 -- the same
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a sign that a terminal lacks ends no command
    try:
        given = list(sys.argv[1:] if arguments is None else arguments)
        function = _function(given)
        if function:
            return _open_function(function, given[1:])
        parsed, unknown = parser([given[0]] if given and given[0] in COMMANDS else COMMANDS).parse_known_args(given)
        if unknown:
            parsed.parser.error(f"unrecognized arguments: {' '.join(unknown)}")
        return int(_screen(parsed) if parsed.command is None else parsed.run(parsed))
    except DoctorError as error:
        sys.stderr.write(f"doctor: {error}\n")
        return code_of(error)
    except KeyboardInterrupt:
        sys.stderr.write("doctor: interrupted\n")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains when it flushes at exit
        return ExitCode.PIPE
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EIO, errno.EBADF):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is still buffered must not be tried again at exit
        sys.stderr.write(f"doctor: what was to be written could not be: {error.strerror}\n")
        return ExitCode.USAGE


def _function(given: list[str]) -> str:
    """The function in ``doctor FUNCTION``: a first word that is no command, and not nearly one."""
    if not given or given[0].startswith("-") or given[0] in COMMANDS:
        return ""
    from difflib import get_close_matches

    near = get_close_matches(given[0], COMMANDS, n=1, cutoff=0.8)
    if near:
        raise UsageError(f"no command '{given[0]}'; did you mean 'doctor {near[0]}'?")
    if not (sys.stdin.isatty() and sys.stdout.isatty()) and not {"-h", "--help"} & set(given):
        alike = get_close_matches(given[0], COMMANDS, n=1, cutoff=0.4)
        which = f"the nearest is 'doctor {alike[0]}'" if alike else "see 'doctor --help'"
        raise UsageError(
            f"no command '{given[0]}' ({which}); if it is a function, its page needs a terminal: without one, use 'doctor why {given[0]}'"
        )
    return given[0]


def _open_function(name: str, rest: list[str]) -> int:
    """The terminal UI on one function."""
    from doctor.cli.screen import open_screen

    options = Parser(prog=f"doctor {name}", description="open the terminal UI on this function")
    add_screen(options)
    add_account(options)
    parsed = options.parse_args(rest)
    return open_screen(target(parsed), function=name, allow_changes=parsed.allow_changes, ascii_only=parsed.ascii)


def _screen(arguments: Namespace) -> int:
    from doctor.cli.screen import open_screen

    return open_screen(target(arguments), allow_changes=arguments.allow_changes, ascii_only=arguments.ascii)


def _ended(number: int, _: FrameType | None) -> None:
    """End by an exception, so that everything that was started is ended too."""
    raise Ended(128 + number)
