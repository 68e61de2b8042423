"""Starts the runtime client inside the sandbox, AWS's own where it has one for this system, with the module search path of Lambda's Python."""

import faulthandler
import os
import site
import sys

_TASK, _RUNTIME = os.environ["LAMBDA_TASK_ROOT"], os.environ["LAMBDA_RUNTIME_DIR"]
_OPT = _TASK[: -len("var/task")] + "opt"


def _look(handler: str) -> None:
    """Do what doctor asks for beside: measure imports, or put one off. The handler does not see that it was asked."""
    watched, put_off = os.environ.pop("_DOCTOR_IMPORTS", ""), os.environ.pop("_DOCTOR_PUT_OFF", "")
    if watched or put_off:
        import _doctor_startup as startup  # type: ignore[import-not-found]  # it lies beside, in the sandbox alone

        if put_off:
            startup.put_off(put_off)
        if watched:
            startup.watch(handler)


def _show_stack() -> None:
    """Tell once a second where the handler is, from a thread that no Python code sees and that waits for no lock."""
    if fd := int(os.environ.pop("_DOCTOR_STACK_FD", "0")):
        os.set_inheritable(fd, False)
        faulthandler.dump_traceback_later(1.0, repeat=True, file=fd)


def main() -> None:
    """Run the client for ever, or until it gives up."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    layers = [f"{_OPT}/python/lib/{version}/site-packages", f"{_OPT}/python"]
    others = [path for path in sys.path if path != _RUNTIME]
    sys.path[:] = [_TASK, *layers, *others, _RUNTIME]
    # ``-S`` keeps out what happens to be installed on this machine; ``exit`` and ``help`` come back.
    site.setquit()
    site.sethelper()

    if "_DOCTOR_DESK" in os.environ:
        import _doctor_hooks  # type: ignore[import-not-found]  # it lies beside this file there

        _doctor_hooks.install(os.environ["_DOCTOR_DESK"])

    _show_stack()
    _look(os.environ["_HANDLER"])

    if os.path.exists(f"{_RUNTIME}/_doctor_client.py"):  # noqa: PTH110  pathlib is not loaded yet
        import _doctor_client  # type: ignore[import-not-found]  # it lies beside this file there

        _doctor_client.main(os.environ["_HANDLER"])

    from awslambdaric.__main__ import main as client

    client([sys.argv[0], os.environ["_HANDLER"]])


main()
