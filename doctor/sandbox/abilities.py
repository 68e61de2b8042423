"""What this machine can enforce on a local run, and by what: found out by trying."""

from collections.abc import Iterator
from importlib.util import find_spec

from doctor.errors import SandboxError
from doctor.model.outcome import Enforced
from doctor.sandbox.cell import Cell, Walls
from doctor.sandbox.interpreters import interpreter

_RUNTIMES = ("python3.9", "python3.10", "python3.11", "python3.12", "python3.13", "nodejs20.x", "nodejs22.x")
_SMALL = 1024 * 1024


def abilities() -> tuple[Enforced, ...]:
    """Probe this machine; a dimension that cannot be enforced has an empty ``by`` and a note that says what helps."""
    return (*_isolation(), *_runtimes())


def _isolation() -> Iterator[Enforced]:
    try:
        cell = Cell(Walls(mounts=(), tmp_size=_SMALL, memory_limit=0, interval=1, grace=5, gate=True))
        cell.close()
    except SandboxError as error:
        yield from (
            Enforced(dimension=name, by="", note=str(error))
            for name in ("network", "files", "timeout", "memory", "cpu")
        )
    else:
        yield _network(cell.no_wire)
        yield Enforced(
            dimension="files", by="mount namespace", note="read-only but for /tmp, which has the function's size"
        )
        yield Enforced(dimension="timeout", by="wall clock")
        yield Enforced(dimension="memory", by="polling", note="the largest process is killed when the limit is passed")
        yield Enforced(
            dimension="cpu", by="stopping", note="the share that the memory size gives, of this machine's processors"
        )


def _network(no_wire: str) -> Enforced:
    """By what connections are judged; without it they reach nothing at all."""
    missing = no_wire or (
        ""
        if find_spec("cryptography")
        else "the package cryptography is not installed: pip install 'lambda-doctor[local]'"
    )
    if missing:
        return Enforced(dimension="network", by="", note=f"the handler has no network at all: {missing}")
    return Enforced(
        dimension="network", by="namespace", note="every connection and every AWS call ends at doctor's gate"
    )


def _runtimes() -> Iterator[Enforced]:
    """One entry per runtime: exact, approximate or missing."""
    for runtime in _RUNTIMES:
        try:
            found = interpreter(runtime)
        except SandboxError as error:
            yield Enforced(dimension=runtime, by="", note=str(error))
            continue
        if found.runtime == runtime:
            yield Enforced(dimension=runtime, by="interpreter", note=f"{found.prefix}/{found.executable}")
        else:
            yield Enforced(
                dimension=runtime,
                by="",
                note=f"approximate: {found.runtime} would run instead; install {runtime} for an exact run",
            )
