"""What the recorded worker answers with, made from the samples."""

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from doctor.model.events import Progress
from tests.tui import answers, runs, samples

WORKER = Path(__file__).with_name("recorded_worker.py")


def _json(value: Any) -> Any:
    return json.loads(msgspec.json.encode(value))


def recording(**changes: Any) -> dict[str, Any]:
    """The sample account, with ``die``, ``hang``, ``pause`` or other answers on demand."""
    total = len(samples.ROWS)
    load: list[tuple[str, Any]] = []
    for number, row in enumerate(samples.ROWS, 1):
        load.append(("progress", Progress(what="collecting", done=number, total=total)))
        load.append(("row", row))
    load.append(("calls", answers.CALLS))
    events = [(one.__struct_config__.tag, one) for one in runs.EVENTS]
    settled = {"receipt": runs.RECEIPT, "verification": runs.VERIFICATION}
    told = {
        "load": [*load, ("done", samples.OVERVIEW)],
        "detail": samples.DETAILS,
        "network": [("done", answers.REACHING)],
        "trace": [("done", answers.REACHING.found[0])],
        "permissions": [("done", answers.PERMITTING)],
        "can": [("done", answers.PERMITTING.asked[0])],
        "incidents": [("done", answers.INCIDENTS)],
        "rules": [("done", answers.RULES)],
        "compare": [("done", answers.COMPARISON)],
        "events": [("done", answers.EVENTS)],
        "history": [("done", (runs.RECEIPT, runs.UNDONE_BEFORE))],
        "regions": [("done", answers.REGIONS)],
        "reproduce": [*events, ("done", runs.REPRODUCED)],
        "rehearse": [*events, ("done", runs.PROVED)],
        "apply": [("line", {"event": "line", "text": "lambda:UpdateFunctionConfiguration sent"}), ("done", settled)],
        "undo": [("done", runs.UNDONE)],
    }
    return _json({**told, **changes})


def worker(folder: Path, **changes: Any) -> list[str]:
    """The command of a recorded worker; what it heard is in ``heard(folder)``."""
    path = folder / "recording.json"
    path.write_text(json.dumps(recording(**changes)), encoding="utf-8")
    return [sys.executable, str(WORKER), str(path)]


def heard(folder: Path) -> list[dict[str, Any]]:
    """The commands that workers got, in order."""
    path = folder / "recording.json.heard"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
