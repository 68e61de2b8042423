"""Pack one function's failing invocation, so that another person can run it."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec.structs import replace

from doctor.engine.closure import closure
from doctor.model.function import Function
from doctor.model.hiding import Hiding
from doctor.model.outcome import Reproduction
from doctor.model.record import Record
from doctor.model.redacted import Redacted
from doctor.pipeline import Case
from doctor.reproducing.run import answers_of, code_of
from doctor.store import bundles, snapshots
from doctor.store.home import redaction_key
from doctor.version import __version__


class Packed(Record):
    """A bundle that was written."""

    path: Path
    manifest: bundles.Manifest
    resources: int


def bundle(
    case: Case, function: Function, made: Reproduction, path: Path, *, with_code: bool, with_event: bool
) -> Packed:
    """Write what a run needs to a zip file: facts, the code's hash, the event's form; code and event when that is asked for.

    Args:
        case: Its world.
        function: The version.
        made: What the run here showed.
        path: The file; it must not be there.
        with_code: Whether the code comes along.
        with_event: Whether the event comes along in clear.

    Raises:
        UsageError: the file cannot be written.
        SandboxError: the code is asked for and cannot be had.
    """
    name = function.function_name
    called = [arn for one in (made.run.calls if made.run else ()) for arn in one.resources]
    facts = closure(case.world, function, called)
    event = case.events[function.arn].event
    hidden = [key for key, value in function.environment.variables.items() if isinstance(value, Redacted)]
    left_out = [f"the values of environment variables: {', '.join(hidden)}"] if hidden else []
    left_out += [] if with_event else ["the texts in the event"]
    answers = answers_of(case, function)
    left_out += ["recorded answers to its calls"] if answers and not with_event else []
    left_out += [] if with_code else ["the code: whoever runs it gives it with --code"]
    told = replace(_told(function, made), code_included=with_code, event_redacted=not with_event)
    told = replace(told, event_source=event.source, left_out=tuple(left_out))
    clear = bytes(event.event)
    shown = clear if with_event else Hiding({}, redaction_key()).form(clear)
    files = {
        bundles.MANIFEST: msgspec.json.format(msgspec.json.encode(told), indent=1),
        "account.json": snapshots.encode(facts),
        f"events/{name}.json": shown,
    }
    if answers and with_event:
        files[f"answers/{name}.json"] = msgspec.json.encode(answers)
    if with_code:
        files |= _code(case, function)
    bundles.pack(files, path)
    return Packed(path=path, manifest=told, resources=len(facts.resources))


def _told(function: Function, made: Reproduction) -> bundles.Manifest:
    """What a bundle says of a function and its run, with nothing in it yet."""
    return bundles.Manifest(
        doctor=__version__,
        function=function.function_name,
        version=function.version,
        code_sha256=function.code_sha256,
        code_included=False,
        event_redacted=True,
        event_source="",
        verdict=made.verdict,
        why=made.why,
        made_at=datetime.now(UTC),
    )


def _code(case: Case, function: Function) -> dict[str, bytes]:
    """The files of the unpacked package, and of its layers."""
    with tempfile.TemporaryDirectory(prefix="doctor-") as place:
        ready = code_of(case, function, Path(place))
        folders = {f"code/{function.function_name}": ready.folder}
        folders |= {f"layers/{number:02d}": layer for number, layer in enumerate(ready.layers)}
        return {
            f"{name}/{one.relative_to(folder)}": one.read_bytes()
            for name, folder in folders.items()
            for one in sorted(folder.rglob("*"))
            if one.is_file()
        }
