"""Starts AWS's own runtime client inside the sandbox, with the module search path of Lambda's Python."""

import os
import site
import sys

_RUNTIME = "/var/runtime"


def main() -> None:
    """Run the client for ever, or until it gives up."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    layers = [f"/opt/python/lib/{version}/site-packages", "/opt/python"]
    others = [path for path in sys.path if path != _RUNTIME]
    sys.path[:] = ["/var/task", *layers, *others, _RUNTIME]
    # ``-S`` keeps out what happens to be installed on this machine; ``exit`` and ``help`` come back.
    site.setquit()
    site.sethelper()

    from awslambdaric.__main__ import main as client

    client([sys.argv[0], os.environ["_HANDLER"]])


main()
