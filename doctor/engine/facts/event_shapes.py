"""What the code asked an event for, held against what sends events to the function."""

import re
from collections.abc import Iterator
from typing import ClassVar, Literal, Self

from doctor.engine.event_forms import FORMS, JUDGED, Form, form_of_way
from doctor.engine.facts.callers import callers
from doctor.engine.facts.fact import Fact
from doctor.engine.facts.invocations import Invocations
from doctor.engine.facts.push import PushTriggers
from doctor.engine.world import Unseen, World
from doctor.model import arns
from doctor.model.balancing import TargetGroup
from doctor.model.call import Gap
from doctor.model.function import Alias, EventSourceMapping, Function
from doctor.model.record import Record
from doctor.model.sources import Api, Bucket, Schedule, Topic
from doctor.model.telemetry import Invocation
from doctor.model.triggers import EventRule

Lack = Literal["missing", "null", "text"]
_KEY = re.compile(r"'(?P<key>[\w-]+)'")
_TAKEN = re.compile(r"""\[["'](?P<key>[\w-]+)["']\](?:\[|\.)""")
"""In a line of the source, as a traceback shows it: something is taken from what an event holds under a key."""
_OF_NOTHING = ("'NoneType' object is not subscriptable", "'NoneType' object has no attribute")
_OF_TEXT = ("string indices must be integers", "'str' object has no attribute")


class Sender(Record):
    """What sends events to a version, or to an alias that leads to it."""

    what: str
    """In words: ``the rule hourly``."""
    source: EventRule | Topic | Bucket | Api | TargetGroup | EventSourceMapping | Schedule | Function | Alias
    field: str
    """Where it says so: the field's name in Python."""
    form: str
    """A name of ``FORMS``; empty: its owner makes the events, or doctor does not know them."""

    @property
    def own_input(self) -> bool:
        """Whether it may send what its owner wrote in place of its event: what a rule's target is given is not read."""
        return self.form in ("", "events")


class Asked(Record):
    """A field that the code asked an event for in vain."""

    key: str
    lack: Lack
    """It was not there, was null, or was text that the code took for an object."""
    those: tuple[Invocation, ...]
    """The invocations that met it, oldest first."""
    senders: tuple[Sender, ...]
    """What sends events in which that is so; empty where ``why_not`` says why that is no cause."""
    why_not: str = ""


class EventShapes(Fact):
    """What the Python code of one version asked events for in vain, by its log, and which of its triggers are to blame."""

    reads = ("logs:FilterLogEvents",)
    after = (Invocations,)
    sure = True
    parts: ClassVar[tuple[str, ...]] = (
        "lambda:GetPolicy",
        "lambda:ListEventSourceMappings",
        "lambda:ListFunctionUrlConfigs",
        "scheduler:ListSchedules",
        *PushTriggers.parts,
    )

    asked: tuple[Asked, ...] = ()
    unseen: Gap | None = None

    @classmethod
    def of(cls, world: World, subject: Function) -> Self:
        """Find them; raises ``Unseen`` when the log was not read."""
        found: dict[tuple[str, Lack], list[Invocation]] = {}
        for one in world.fact(Invocations, subject).failed:
            what = _asked(one)
            if what is not None:
                found.setdefault(what, []).append(one)
        if not found:
            return cls()
        try:
            senders = tuple(_senders(world, subject))
            own = (
                world.gap(part, arns.unqualified(subject.arn)) for part in cls.parts if part not in PushTriggers.parts
            )
            unseen = world.fact(PushTriggers, subject).unseen or next((gap for gap in own if gap is not None), None)
        except Unseen as error:
            return cls(unseen=error.gap)
        if unseen is not None:
            return cls(unseen=unseen)
        return cls(asked=tuple(_judged(key, lack, tuple(those), senders) for (key, lack), those in found.items()))

    def require_all(self) -> None:
        """Raise ``Unseen`` when the code asked in vain, and what sends events was not read."""
        if self.unseen is not None:
            raise Unseen(self.unseen)

    def blames(self, one: Invocation) -> bool:
        """Whether an invocation failed because what sends events sends others than the code expects."""
        return any(asked.senders and one in asked.those for asked in self.asked)


def _asked(one: Invocation) -> tuple[str, Lack] | None:
    """The field that an invocation failed for want of, and how; ``None``: it failed by something else."""
    if one.error_type == "KeyError":
        found = _KEY.fullmatch(one.error_message.strip())
        return (found["key"], "missing") if found and found["key"] in JUDGED else None
    if one.error_type not in ("TypeError", "AttributeError"):
        return None
    lack: Lack | None = (
        "null"
        if one.error_message.startswith(_OF_NOTHING)
        else "text"
        if one.error_message.startswith(_OF_TEXT)
        else None
    )
    taken = [match["key"] for line in one.lines for match in _TAKEN.finditer(line.message)]
    return (taken[-1], lack) if lack and taken and taken[-1] in JUDGED else None


def _judged(key: str, lack: Lack, those: tuple[Invocation, ...], senders: tuple[Sender, ...]) -> Asked:
    unknown = next((one for one in senders if not one.form), None)
    fits = next((one for one in senders if one.form and not _lacks(FORMS[one.form], key, lack)), None)
    why = ""
    if not senders:
        why = "nothing was found that sends it events: whoever invoked it chose the event"
    elif unknown is not None:
        why = f"{unknown.what} may send anything"
    elif fits is not None:
        why = f"{fits.what} sends such events: another event was sent"
    return Asked(key=key, lack=lack, those=those, senders=() if why else senders, why_not=why)


def _lacks(form: Form, key: str, lack: Lack) -> bool:
    """Whether code that asks events of a form for a field fails like this."""
    match lack:
        case "missing":
            return key not in form.always
        case "null":
            return key in form.empty
        case "text":
            return key in form.text


def _senders(world: World, subject: Function) -> Iterator[Sender]:
    """What sends events to a version; raises ``Unseen`` when policies were not read."""
    found = [*_pollers(world, subject), *_pushing(world, subject), *_by_url(world, subject)]
    yield from found
    owners: list[Function | Alias] = [subject, *world.routes_to(subject)]
    targets = {owner.arn for owner in owners}
    for schedule in world.all(Schedule):
        if schedule.target is not None and schedule.target.arn in targets:
            yield Sender(what=f"the schedule {schedule.name}", source=schedule, field="target", form="")
    seen = {"apigateway" if isinstance(one.source, Api) else one.form for one in found}
    for owner in owners:
        for caller in callers(owner):
            if caller.service not in seen:
                yield Sender(what=caller.service, source=owner, field="policy", form="")


def _pollers(world: World, subject: Function) -> Iterator[Sender]:
    for mapping in world.mappings(subject):
        if mapping.state == "Enabled":
            service = arns.service(mapping.event_source_arn)
            yield Sender(
                what=f"the poller of {arns.name(mapping.event_source_arn) or 'its source'}",
                source=mapping,
                field="event_source_arn",
                form=service if service in FORMS else "",
            )


def _pushing(world: World, subject: Function) -> Iterator[Sender]:
    """Rules by whichever role, APIs by each way, and the rest by what pushes."""
    for rule in world.event_rules(subject):
        if rule.state == "ENABLED":
            yield Sender(what=f"the rule {rule.name}", source=rule, field="targets", form="events")
    for api, way in world.integrations(subject):
        what = f"the API {api.name or api.api_id} ({way.route})"
        form = form_of_way(api, way)
        yield Sender(what=what, source=api, field="integrations", form=form if form in FORMS else "")
    for push in world.fact(PushTriggers, subject).those:
        if isinstance(push.source, Topic | Bucket | TargetGroup):
            service = push.principal.partition(".")[0]
            yield Sender(what=push.what, source=push.source, field=push.field, form=service)


def _by_url(world: World, subject: Function) -> Iterator[Sender]:
    owners: list[Function | Alias] = [subject, *world.routes_to(subject)]
    for owner in owners:
        if owner.function_url_config is not None:
            yield Sender(what="the function URL", source=owner, field="function_url_config", form="payload 2.0")
