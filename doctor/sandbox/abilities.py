"""What this machine can enforce on a local run, and by what: found out by trying."""

import contextlib
import sys
from collections.abc import Iterator
from importlib.util import find_spec

from doctor.errors import SandboxError
from doctor.model.outcome import Enforced
from doctor.sandbox.cell import Cell, Walls
from doctor.sandbox.interpreters import interpreter
from doctor.sandbox.launcher import cgroups
from doctor.sandbox.opening import candidates, files
from doctor.sandbox.outside import Outside
from doctor.sandbox.prepare import HAS_PROC
from doctor.sandbox.tiers import NO_BOUNDARY, TIERS, WORDS, Tier, untested

_RUNTIMES = ("python3.9", "python3.10", "python3.11", "python3.12", "python3.13", "nodejs20.x", "nodejs22.x")
_SMALL = 1024 * 1024


def abilities() -> tuple[Enforced, ...]:
    """Probe this machine; a dimension that cannot be enforced has an empty ``by`` and a note that says what helps."""
    return (*_isolation(), *_runtimes())


def _isolation() -> Iterator[Enforced]:
    """Each tier by trying, then what the strongest of them enforces."""
    refusals = {tier: _refusal(tier) for tier in TIERS}
    for tier, why in refusals.items():
        place = TIERS.index(tier) + 1
        yield Enforced(dimension=f"tier {place}", by="" if why else tier, note=why and f"{tier}: {why}")
    yield Enforced(
        dimension="safety",
        by="dummy credentials and no way out",
        note="; ".join(filter(None, (NO_BOUNDARY, untested()))),
    )
    try:
        best = next(tier for tier in candidates(None) if not refusals[tier])
    except StopIteration:
        why = refusals[candidates(None)[0]]
        yield from (
            Enforced(dimension=name, by="", note=why) for name in ("network", "files", "timeout", "memory", "cpu")
        )
        return
    yield _network(best)
    yield files(best)
    yield Enforced(dimension="timeout", by="wall clock")
    yield _memory()
    if HAS_PROC:
        told = "the share that the memory size gives, of this machine's processors"
        yield Enforced(dimension="cpu", by="stopping", note=told)
    else:
        yield Enforced(dimension="cpu", by="", note="this system does not tell what a process uses at little cost")


def _refusal(tier: Tier) -> str:
    """Why this machine does not do a tier; empty: it does."""
    walls = Walls(tier=tier, mounts=(), tmp_size=_SMALL, memory_limit=0, interval=1, grace=5, gate=True)
    try:
        with contextlib.closing(Cell(walls)) as cell:
            if tier != "namespaces":
                Outside(cell, None).close()
            return cell.no_wire and f"the handler has no network at all: {cell.no_wire}"
    except SandboxError as error:
        return str(error)


def _memory() -> Enforced:
    """By a group of the kernel's, tried with a process of ours, or by looking."""
    told = "the largest process is killed when the limit is passed"
    if sys.platform != "linux":
        return Enforced(dimension="memory", by="polling", note=told)
    why = cgroups.refusal()
    note = f"{told}; a control group is not to be had: {why}" if why else told
    return Enforced(dimension="memory", by="polling" if why else "cgroup", note=note)


def _network(tier: Tier) -> Enforced:
    """By what connections are judged; without it they reach nothing at all."""
    if find_spec("cryptography"):
        return Enforced(dimension="network", by=WORDS[tier].network, note=WORDS[tier].network_note)
    missing = "the package cryptography is not installed: pip install 'lambda-doctor[local]'"
    return Enforced(dimension="network", by="", note=f"the handler has no network at all: {missing}")


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
