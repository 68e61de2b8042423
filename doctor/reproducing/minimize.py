"""Shrink the event of a failing invocation to the smallest that still fails in the same way."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from doctor.engine.reproduction import compare, failing
from doctor.errors import UsageError
from doctor.model.events import Job, Line, Progress
from doctor.model.finding import Finding
from doctor.model.function import Function
from doctor.model.measured import Minimized
from doctor.model.outcome import HandlerFailed, InitFailed, LocalRun, Reproduction, Scenario, Succeeded, kind_of
from doctor.model.record import Record
from doctor.pipeline import Case
from doctor.reproducing.event import scenario_of
from doctor.reproducing.run import reproduce, run_once
from doctor.sandbox.events.shrink import shrink

_FRAME = re.compile(r'/var/task/([^"\s:()]+)(?:", line |:)(\d+)')
"""A place in the handler's code, as Python and as Node.js name it."""


def reproduce_smallest(
    case: Case,
    function: Function,
    finding: Finding | None,
    findings: Sequence[Finding],
    *,
    runs: int,
    path: Path,
) -> Job[Reproduction]:
    """Reproduce the failing invocation, shrink its event, and keep the smallest that fails in the same way in a file.

    Raises:
        UsageError: the event does not fail here, or the file is there already.
        SandboxError: this machine cannot run it.
    """
    if path.exists():
        raise UsageError(f"{path}: is there already; name another file with --save-event")
    whole = yield from reproduce(case, function, finding, findings)
    if whole.run is None:
        return whole
    scenario = yield from scenario_of(case, function)
    small = yield from minimize(case, function, replace(scenario, subnet=whole.run.scenario.subnet), runs)
    save(small.scenario.event, path)
    invocation = failing(case.world.invocations(function), finding)
    told = compare(small.run, invocation, finding)
    minimized = replace(small.minimized, saved=str(path))
    return replace(told, minimized=minimized, ranking=whole.ranking, looked=whole.looked)


def save(event: msgspec.Raw, path: Path) -> None:
    """Write an event, in clear, for nobody else to read.

    Raises:
        UsageError: the file is there already, or cannot be written.
    """
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(msgspec.json.format(bytes(event), indent=2) + b"\n")
    except FileExistsError:
        raise UsageError(f"{path}: is there already; name another file with --save-event") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error


class Smallest(Record):
    """The smallest event that still fails, and what it was shrunk from."""

    scenario: Scenario
    """With the event in clear."""
    run: LocalRun
    minimized: Minimized


def minimize(case: Case, function: Function, scenario: Scenario, runs: int) -> Job[Smallest]:
    """Run smaller and smaller events, as long as they fail in the same way.

    Args:
        case: Whose world it runs in.
        function: The version.
        scenario: The event that fails.
        runs: So many runs at most.

    Raises:
        UsageError: the event does not fail here, so that nothing smaller can fail in the same way.
    """
    whole = replace(scenario, invocation_type="RequestResponse")  # of an asynchronous one nothing is told
    first = yield from run_once(case, case.world, function, whole)
    if isinstance(first.outcome, Succeeded):
        raise UsageError("--minimize: the event does not fail here; there is nothing to shrink")
    same = signature(first)
    best, before = msgspec.json.decode(scenario.event), len(_encoded(msgspec.json.decode(scenario.event)))
    tried: dict[bytes, LocalRun | None] = {_encoded(best): first}
    made, last = 1, first
    shrinking = shrink(best)
    candidate = next(shrinking, None)
    finished = False
    while made < runs:
        event = _encoded(candidate)
        if event not in tried:
            made += 1
            yield Progress(what=f"run {made} of at most {runs}: {len(event)} of {before} bytes")
            run = yield from _quiet(run_once(case, case.world, function, replace(whole, event=msgspec.Raw(event))))
            tried[event] = run if signature(run) == same else None
        found = tried[event]
        if found is not None and len(event) <= len(_encoded(best)):
            best, last = candidate, found
        try:
            candidate = shrinking.send(found is not None)
        except StopIteration:
            finished = True
            break
    after = len(_encoded(best))
    words = words_of(same)
    yield Line(text=f"smallest event that still {words}: {after} of {before} bytes, after {made} runs")
    told = Minimized(before=before, after=after, runs=made, finished=finished, same=words)
    smallest = replace(scenario, event=msgspec.Raw(_encoded(best)), source=f"{scenario.source}, shrunk")
    return Smallest(
        scenario=smallest, run=replace(last, scenario=replace(last.scenario, source=smallest.source)), minimized=told
    )


def _quiet(job: Job[Any]) -> Job[Any]:
    """A run without what it says: only that there are runs is of interest."""
    try:
        while True:
            next(job)
    except StopIteration as end:
        return end.value
        yield  # a job is a generator, also one that says nothing


def _encoded(event: Any) -> bytes:
    return msgspec.json.encode(event)


Signature = tuple[str, str, str, tuple[str, ...], tuple[str, ...]]


def signature(run: LocalRun) -> Signature:
    """How a run ended: its outcome, the error's class and place in the code, the calls that were denied, the ways that hung."""
    outcome = run.outcome
    error = outcome.error_type if isinstance(outcome, HandlerFailed | InitFailed) else ""
    denied = tuple(sorted({one.call for one in run.calls if one.verdict == "denied"}))
    hung = tuple(sorted({one.place for one in run.connections if one.way != "open"}))
    return kind_of(outcome), error, _place(outcome.payload), denied, hung


def _place(payload: Any) -> str:
    """Where in the handler's own code it was raised; empty: it is not told."""
    if not isinstance(payload, dict):
        return ""
    frames = payload.get("stackTrace") or payload.get("trace") or ()
    places = [f"{match[1]}:{match[2]}" for frame in frames if (match := _FRAME.search(str(frame)))]
    if not places:
        return ""
    return places[-1] if payload.get("stackTrace") else places[0]  # Python tells the innermost last, Node.js first


def words_of(same: Signature) -> str:
    """What runs have in common, in words."""
    kind, error, place, denied, hung = same
    words = {"handler_failed": "failed", "init_failed": "failed to load", "out_of_memory": "ran out of memory"}
    told = words.get(kind, kind.replace("_", " "))
    told += f" with {error}" if error else ""
    told += f" at {place}" if place else ""
    told += f", {', '.join(denied)} denied" if denied else ""
    return told + (f", {', '.join(hung)} not reached" if hung else "")
