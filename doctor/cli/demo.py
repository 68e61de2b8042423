"""``doctor demo``: the terminal UI on the embedded account; ``--serve`` keeps the account up for other commands."""

import shlex
import signal
import subprocess
import sys
from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator
from contextlib import contextmanager

from doctor.cli.exit import ExitCode
from doctor.cli.options import add_screen

SUMMARY = "the embedded AWS account: in the terminal UI, or served for other commands"

_LAST_PORT = 65_535


def add(parser: ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("--serve", action="store_true", help="keep the account up on loopback until interrupted")
    parser.add_argument("--with-parent", action="store_true", help=SUPPRESS)
    parser.add_argument("--port", type=_port, default=0, metavar="N", help="with --serve: the port (any free one)")
    add_screen(parser, changes="let the terminal UI apply fixes to the embedded account")


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > _LAST_PORT:
        raise ArgumentTypeError(f"'{text}' is no port: write 0 to {_LAST_PORT}")
    return int(text)


def run(arguments: Namespace) -> int:
    """Serve, or open the terminal UI."""
    if arguments.serve:
        return _serve(arguments.port, with_parent=arguments.with_parent)
    from doctor.cli.screen import open_screen
    from doctor.model.target import Target
    from doctor.store.served import running

    if running():  # two accounts at once: the next command would not know which one is meant
        return open_screen(Target(demo=True), allow_changes=arguments.allow_changes, ascii_only=arguments.ascii)
    with _serving() as server:
        return open_screen(
            Target(demo=True, server=server), allow_changes=arguments.allow_changes, ascii_only=arguments.ascii
        )


@contextmanager
def _serving() -> Iterator[int]:
    """A process that brings the embedded account to life behind the screen, and ends with this one."""
    command = [sys.executable, "-m", "doctor", "demo", "--serve", "--with-parent"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            yield server.pid
        finally:
            server.terminate()


def _serve(port: int, *, with_parent: bool) -> int:
    """Keep the embedded account up, and tell how to use it."""
    import os

    from doctor.aws.embedded.opened import started
    from doctor.cli.talk import tell
    from doctor.store.served import Served, announce

    with started(port) as (embedded, incident):
        place = announce(
            Served(endpoint=embedded.endpoint, token=embedded.token, pid=os.getpid(), incident=incident.name),
        )
        try:
            for name, value in embedded.environment().items():
                print(f"export {name}={shlex.quote(value)}", flush=True)
            tell(
                f"# account {embedded.account} in {embedded.region} until Ctrl+C; put the lines above into another shell"
            )
            if with_parent:
                sys.stdin.buffer.read()  # ends when the parent does, however it does
            else:
                signal.pause()
        finally:
            place.unlink(missing_ok=True)
    return ExitCode.OK
