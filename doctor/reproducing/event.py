"""Which event a case's run gets: the given one, one that came with the snapshot, or one that is found."""

from pathlib import Path

from msgspec.structs import replace

from doctor.engine.reproduction import failing
from doctor.model.events import Job
from doctor.model.finding import Finding
from doctor.model.function import Function
from doctor.model.outcome import Scenario
from doctor.model.sourced import Chosen, FoundEvent
from doctor.model.telemetry import Invocation
from doctor.pipeline import Case
from doctor.scenarios.choose import Search, given, search
from doctor.store.bundles import manifest


def scenario_of(case: Case, function: Function, failed: Invocation | None = None) -> Job[Scenario]:
    """The event to run: the given one, the incident's, the surest that is found, one made for a trigger, or an empty one.

    Raises:
        UsageError: what the user asked for is not there.
    """
    if function.arn not in case.events:
        known = given_event(case, function)
        if known is None:
            aws = case.account.aws if case.account else None
            asked = Search(world=case.world, function=function, aws=aws, failed=failed, wanted=case.event_from)
            case.events[function.arn] = yield from search(asked)
        else:
            case.events[function.arn] = Chosen(event=known)
    one = case.events[function.arn].event
    return Scenario(
        function=function.arn,
        event=one.event,
        source=one.source,
        kind=one.kind,
        note=one.note,
        invocation_type=one.invocation_type,
    )


def events_of(case: Case, function: Function, finding: Finding | None = None) -> Job[Chosen]:
    """Every event that there is for a function, that which would be run first.

    Raises:
        UsageError: what the user gave cannot be read.
    """
    aws = case.account.aws if case.account else None
    failed = failing(case.world.invocations(function), finding)
    asked = Search(world=case.world, function=function, aws=aws, failed=failed, wanted=case.event_from)
    found = yield from search(asked, everything=True)
    known = given_event(case, function)
    return found if known is None else replace(found, event=known, others=(found.event, *found.others))


def given_event(case: Case, function: Function) -> FoundEvent | None:
    """The event that the user gave, or the incident's; ``None``: it must be looked for.

    Raises:
        UsageError: it cannot be read.
    """
    if case.event is not None:
        return given(case.event)
    path = None if case.event_from else shipped(case, "events", function)
    if path is None:
        return None
    found = given(path)
    bundle = None if case.account else manifest(Path(case.target.snapshot))
    if bundle is None:
        return replace(found, kind="incident", source=f"recorded with the incident ({path.name})")
    note = "its texts were redacted when the bundle was made" if bundle.event_redacted else ""
    return replace(found, kind="bundle", source=f"from the bundle: {bundle.event_source}", note=note)


def shipped(case: Case, kind: str, function: Function) -> Path | None:
    """What the incident's folder holds of a kind for a function."""
    incident = case.account.incident if case.account else Path(case.target.snapshot)
    path = None if incident is None else incident / kind / f"{function.function_name}.json"
    return path if path is not None and path.is_file() else None
