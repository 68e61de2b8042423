"""The child process: moto on loopback, until its standard input ends.

``python -m doctor.aws.embedded.server`` prints one JSON line, ``{"port": ..., "token": ...}``, as soon as its socket listens, and imports
moto afterwards: clients wait in the socket's queue while the parent goes on.
"""

import argparse
import json
import os
import secrets
import signal
import socket
import sys
import threading
from typing import Any

from doctor.aws.embedded.wire import DEFAULT_ACCOUNT, LOOPBACK

_BACKLOG = 256  # connections that wait while moto is being imported


def main() -> None:
    """Serve until the parent closes our standard input or dies."""
    parser = argparse.ArgumentParser(prog="python -m doctor.aws.embedded.server", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--region", required=True)
    parser.add_argument("--bare", action="store_true", help="plain moto, without additions")
    arguments = parser.parse_args()
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl+C reaches the whole foreground group; when we end is our parent's decision
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.addaudithook(_stay_on_loopback)
    listener = _listen(arguments.port)
    token = secrets.token_urlsafe()
    _announce({"port": listener.getsockname()[1], "token": token})
    _serve(listener, token, region=arguments.region, bare=arguments.bare)


def _end_with_parent() -> None:
    """End this process at the end of standard input, which comes even when the parent was killed."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os._exit(0)


def _stay_on_loopback(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse every connection that would leave this machine: moto delivers to whatever HTTP endpoint is subscribed to a topic."""
    if event == "socket.connect":
        address = arguments[1]
        if isinstance(address, tuple) and not address[0].startswith("127."):
            raise ConnectionRefusedError(f"the embedded account connects to nothing but loopback, not to {address[0]}")
    if event == "socket.getaddrinfo" and arguments[0] not in {LOOPBACK, "localhost", None}:
        raise socket.gaierror(f"the embedded account looks up no names, not even {arguments[0]}")


def _listen(port: int) -> socket.socket:
    try:
        listener = socket.create_server((LOOPBACK, port), backlog=_BACKLOG)
    except OSError as error:
        sys.exit(f"cannot listen on {LOOPBACK}:{port}: {error.strerror}")
    return listener


def _announce(line: dict[str, object]) -> None:
    """Print the one line, then send what moto prints nowhere: nobody reads our standard output any more."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _serve(listener: socket.socket, token: str, *, region: str, bare: bool) -> None:
    os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"  # 0.2 s and 20 MB for images that nobody asks for
    account = os.environ.setdefault("MOTO_ACCOUNT_ID", DEFAULT_ACCOUNT)
    from werkzeug.serving import make_server

    from doctor.aws.embedded.application import Application, QuietRequestHandler

    host, port = listener.getsockname()
    application = Application(f"http://{host}:{port}", token, account, region, bare=bare)
    server = make_server(
        host, port, application, threaded=True, request_handler=QuietRequestHandler, fd=listener.detach()
    )
    if not bare:
        threading.Thread(target=_warm_up, args=(account, region), daemon=True).start()
    server.serve_forever()


def _warm_up(account: str, region: str) -> None:
    """Load what a restore needs while the parent still reads its snapshot: 1 s, most of it EC2's tables and service model."""
    from doctor.aws.embedded.additions import all_additions

    all_additions()
    from moto.core.utils import get_service_model
    from moto.ec2.models import ec2_backends

    get_service_model("ec2")
    ec2_backends[account][region].get_default_vpc()


if __name__ == "__main__":
    main()
