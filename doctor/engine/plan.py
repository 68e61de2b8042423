"""From a finding's fix to the steps that carry it out, complete: what depends on a step is added, what forbids it is said."""

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from doctor.engine import surroundings
from doctor.engine.merge import merged
from doctor.engine.operations import lambda_, operation, sqs
from doctor.engine.ownership import owner
from doctor.engine.world import Unseen, World
from doctor.model import arns
from doctor.model.call import OWN, Call, Ref
from doctor.model.finding import Finding, Fix, Step, Touched
from doctor.model.function import Function
from doctor.model.plan import Choice, Plan
from doctor.model.record import Record
from doctor.model.snapshot import Snapshot

_SHIPPED = (
    "CodeSha256", "Runtime", "Handler", "Environment", "Layers", "VpcConfig", "Role", "MemorySize", "Timeout",
    "Architectures", "EphemeralStorage", "DeadLetterConfig", "TracingConfig", "LoggingConfig", "KMSKeyArn",
    "FileSystemConfigs",
)  # fmt: skip
_SHIPPED_EXTRA = ("ImageConfigResponse",)
"""In these $LATEST must equal a version before it is published in its place: anything else would ship too."""

_DESCRIPTION = 256
"""Characters of a version's description."""


def plan(world: World, finding: Finding, fix: Fix, *also: tuple[Finding, Fix]) -> Plan:
    """Expand one fix of a finding into steps that can be sent, with what each touches, how it settles and its undo.

    Args:
        world: What it is planned on.
        finding: What is to be healed.
        fix: By which of its fixes.
        also: Further findings with their fixes, to be healed by the same plan.
    """
    choices = tuple(Choice(finding=one, fix=way) for one, way in also)
    every = (Choice(finding=finding, fix=fix), *choices)
    title = "; ".join(dict.fromkeys(one.fix.title for one in every))
    notes: list[str] = []
    obstacles = ["nothing doctor could send: this fix is made by hand" for one in every if not one.fix.steps]
    asked = merged((step for one in every for step in one.fix.steps), obstacles)
    expansion = _Expansion(
        world=world, title=title, notes=notes, obstacles=obstacles, several=len(_functions(world, asked)) > 1
    )
    wanted = [new for step in (*_first(world, asked, obstacles), *asked) for new in expansion.of(step)]
    steps, touches = _complete(world, merged(wanted, obstacles), obstacles)
    mine = {arn for one in every for arn in (one.finding.subject, *one.finding.affects)}
    reaches, unseen = surroundings.shared(world, steps, mine)
    permitted, unknown = surroundings.permitted(world, steps) if steps else ((), "")
    return Plan(
        finding=finding,
        fix=fix,
        also=choices,
        steps=tuple(steps),
        touches=tuple(touches),
        notes=tuple(dict.fromkeys((*notes, *reaches))),
        cost=tuple(dict.fromkeys(surroundings.cost(world, steps))),
        permitted=permitted,
        not_seen=tuple(dict.fromkeys((*unseen, *filter(None, (unknown,))))),
        owner=owner(world, steps),
        obstacles=tuple(dict.fromkeys(obstacles)),
    )


def _functions(world: World, steps: Iterable[Step]) -> set[str]:
    """The functions whose configuration the steps change."""
    named = (str(step.call.parameters.get("FunctionName", "")) for step in steps)
    return {arns.unqualified(one) for one in named if world.get(one, Function) is not None}


def _first(world: World, steps: Iterable[Step], obstacles: list[str]) -> Iterable[Step]:
    """Steps that must go before a step: a longer timeout needs queues that hide their messages for longer.

    AWS asks for six times the timeout and the batching window: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    They go first, and are taken back last, so that no message reappears in between.
    """
    for step in steps:
        seconds = step.call.parameters.get("Timeout")
        function = world.get(str(step.call.parameters.get("FunctionName", "")), Function)
        if seconds is None or function is None:
            continue
        windows: dict[str, int] = {}
        for mapping in world.mappings(function):
            if ":sqs:" in mapping.event_source_arn:
                window = windows.setdefault(mapping.event_source_arn, 0)
                windows[mapping.event_source_arn] = max(window, mapping.maximum_batching_window_in_seconds)
        for source, window in windows.items():
            enough = 6 * seconds + window
            try:
                queue = world.queue(source)
            except Unseen:
                obstacles.append(f"queue {arns.name(source)} was not seen: it must hide its messages for {enough} s")
                continue
            if queue is not None and queue.visibility_timeout < enough:
                yield sqs.set_visibility_timeout(queue, enough)


class _Expansion(Record):
    """Turns a change of a published version, which is immutable, into change, publish, and move what leads to it."""

    world: World
    title: str
    notes: list[str]
    obstacles: list[str]
    several: bool
    """Whether more functions than one are changed: their steps then carry their names."""

    def of(self, step: Step) -> Iterable[Step]:
        """The steps that a step needs."""
        function = self.world.get(str(step.call.parameters.get("FunctionName", "")), Function)
        if step.call.operation != "UpdateFunctionConfiguration" or function is None or function.version == "$LATEST":
            yield step
            return
        latest = self.world.get(arns.unqualified(function.arn), Function)
        if latest is None:
            self.obstacles.append(f"$LATEST of {function.function_name} was not seen")
            return
        self.obstacles.extend(_differences(function, latest))
        yield replace(step, call=replace(step.call, parameters={**step.call.parameters, "FunctionName": latest.arn}))
        of = f" {function.function_name}" if self.several else ""
        published = lambda_.publish_version(latest, f"doctor: {self.title}"[:_DESCRIPTION])
        yield replace(published, name=published.name + of)
        for alias in self.world.routes_to(function):
            if alias.routing_config.additional_version_weights:
                self.obstacles.append(
                    f"alias {alias.name} splits its traffic between versions: finish or undo that first"
                )
            self.notes.append(f"alias {alias.name}{of} moves from version {function.version} to the new one")
            moved = lambda_.move_alias(alias, Ref(step=published.name + of, path="Version"))
            yield replace(moved, name=moved.name + of)


def _differences(version: Function, latest: Function) -> Iterable[str]:
    """Why $LATEST cannot be published in place of ``version``."""
    theirs = dict(zip(version.__struct_encode_fields__, version.__struct_fields__, strict=True))
    fields = [name for name in _SHIPPED if getattr(version, theirs[name]) != getattr(latest, theirs[name])]
    extra = [name for name in _SHIPPED_EXTRA if version.extra.get(name) != latest.extra.get(name)]
    for name in (*fields, *extra):
        yield f"publishing would also ship another {name}: $LATEST is no longer version {version.version}"


def _complete(world: World, wanted: list[Step], obstacles: list[str]) -> tuple[list[Step], list[Touched]]:
    """Fill in each step from the world as it stands before that step, and collect what the account must still show."""
    steps: list[Step] = []
    touches: dict[tuple[str, str], Touched] = {}
    answers: dict[str, dict[str, object]] = {}
    set_already: dict[tuple[str, str], object] = {}
    now = world
    for step in wanted:
        known = operation(step.call)
        if known is None:
            obstacles.append(f"doctor has no model of {step.call.name}: what it would change is not known")
            steps.append(step)
            continue
        sent = resolve(step.call, answers)
        before = known.touches(now, sent)
        for one in before:
            touches.setdefault((one.resource, one.field), one)
        snapshot, answers[step.name] = known.effect(now.snapshot, sent)
        then = World(snapshot)
        writes = known.writes(now, then, sent)
        for set_ in writes:
            if set_already.setdefault((set_.resource, set_.field), set_.after) != set_.after:
                where = f"{set_.field} of {arns.name(set_.resource)}"
                obstacles.append(f"{step.name}: another step sets {where} to something else")
        if known.undo(now, sent) is None and writes:
            obstacles.append(f"{step.name}: it could not be taken back: {known.undo_note}")
        if known.undo(now, sent) is not None and not writes and not known.makes:
            obstacles.append(f"{step.name}: nothing would change, or what changes is not known")
        steps.append(
            replace(
                step,
                expects_before=before,
                writes=writes,
                settled=known.settled(step.call),
                undo=_named(known.undo(now, sent), step.name),
                undo_note=known.undo_note,
                actions=known.actions,
                as_code=known.as_code(sent) if known.as_code else None,
            ),
        )
        now = then
    return steps, list(touches.values())


def carry_out(snapshot: Snapshot, steps: Iterable[Step]) -> Snapshot:
    """The snapshot as it would be after the steps.

    Raises:
        LookupError: a step names something that is not in the snapshot, or has no modelled effect.
    """
    answers: dict[str, dict[str, object]] = {}
    for step in steps:
        known = operation(step.call)
        if known is None:
            raise LookupError(f"doctor has no model of {step.call.name}")
        snapshot, answers[step.name] = known.effect(snapshot, resolve(step.call, answers))
    return snapshot


def take_back(snapshot: Snapshot, steps: Iterable[Step]) -> Snapshot:
    """The snapshot after the undo of ``steps`` that were carried out, last first."""
    carried_out = list(steps)
    answers: dict[str, dict[str, object]] = {}
    for step in carried_out:  # what a step makes has an id that follows from its call alone
        known = operation(step.call)
        if known is not None and step.undo is not None and step.name in referred(step.undo):
            answers[step.name] = known.effect(snapshot, resolve(step.call, answers))[1]
    for step in reversed(carried_out):
        known = None if step.undo is None else operation(step.undo)
        if known is not None and step.undo is not None:
            snapshot, _ = known.effect(snapshot, resolve(step.undo, answers))
    return snapshot


def _named(undo: Call | None, step: str) -> Call | None:
    """An undo that needs what its own step made, with the step's name."""
    return undo if undo is None else replace(undo, parameters=_renamed(undo.parameters, step))


def _renamed(value: Any, step: str) -> Any:
    if isinstance(value, Ref):
        return replace(value, step=step) if value.step == OWN else value
    if isinstance(value, dict):
        return {key: _renamed(one, step) for key, one in value.items()}
    return [_renamed(one, step) for one in value] if isinstance(value, list) else value


def referred(call: Call) -> dict[str, set[str]]:
    """The steps whose answers a call needs, with the first names of what it takes from them."""
    found: dict[str, set[str]] = {}
    waiting: list[object] = [call.parameters]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Ref):
            found.setdefault(one.step, set()).add(one.path.split(".")[0])
        elif isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list | tuple):
            waiting.extend(one)
    return found


def resolve(call: Call, answers: dict[str, dict[str, object]]) -> Call:
    """Put earlier answers in place of the ``Ref`` values of a call."""
    return replace(call, parameters={key: _resolved(value, answers) for key, value in call.parameters.items()})


def _resolved(value: object, answers: dict[str, dict[str, object]]) -> object:
    if isinstance(value, Ref):
        found: object = answers[value.step]
        for part in value.path.split("."):
            found = found[part]  # type: ignore[index]
        return found
    if isinstance(value, dict):
        return {key: _resolved(one, answers) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_resolved(one, answers) for one in value]
    return value
