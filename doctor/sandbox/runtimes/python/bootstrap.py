"""Starts AWS's own runtime client inside the sandbox, with the module search path of Lambda's Python."""

import os
import site
import sys

_RUNTIME = "/var/runtime"


def _look(handler: str) -> None:
    """Do what doctor asks for beside: measure imports, or put one off. The handler does not see that it was asked."""
    watched, put_off = os.environ.pop("_DOCTOR_IMPORTS", ""), os.environ.pop("_DOCTOR_PUT_OFF", "")
    if watched or put_off:
        import _doctor_startup as startup  # type: ignore[import-not-found]  # it lies beside, in the sandbox alone

        if put_off:
            startup.put_off(put_off)
        if watched:
            startup.watch(handler)


def main() -> None:
    """Run the client for ever, or until it gives up."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    layers = [f"/opt/python/lib/{version}/site-packages", "/opt/python"]
    others = [path for path in sys.path if path != _RUNTIME]
    sys.path[:] = ["/var/task", *layers, *others, _RUNTIME]
    # ``-S`` keeps out what happens to be installed on this machine; ``exit`` and ``help`` come back.
    site.setquit()
    site.sethelper()

    _look(os.environ["_HANDLER"])

    from awslambdaric.__main__ import main as client

    client([sys.argv[0], os.environ["_HANDLER"]])


main()
