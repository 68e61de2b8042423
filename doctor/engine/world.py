"""A snapshot with what is derived from it, built lazily."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar
from weakref import ref

from doctor.engine.targets import INVOKING, targets
from doctor.iam.authority import Authority
from doctor.iam.messages import find_denial
from doctor.logs.symptoms import observe, throttled
from doctor.model import arns
from doctor.model.call import Call, Gap
from doctor.model.function import Alias, EventSourceMapping, Function
from doctor.model.record import Shape
from doctor.model.snapshot import AccountLimit, Resource, Snapshot
from doctor.model.sources import Api, Integration
from doctor.model.telemetry import Invocation, MetricSeries, Observation
from doctor.model.triggers import EventRule, Queue

R = TypeVar("R")
F = TypeVar("F")
Key = str
"""What was looked at: a resource's ARN, ``type:<name>`` for all of a kind, ``aliases:``, ``versions:`` or ``mappings:`` of an ARN."""
LIMIT: Key = "account limit"


class Unseen(Exception):
    """What was asked for lies behind a gap."""

    def __init__(self, gap: Gap) -> None:
        super().__init__(gap)
        self.gap = gap


class Facts(dict[type, Any]):
    """The facts of one subject, each made when it is first asked for. Asking for one raises ``Unseen`` when it lies behind a gap."""

    def __init__(self, world: "World", subject: Shape | None, *, noting: bool) -> None:
        super().__init__()
        self._world = ref(world)  # whose facts these are holds them: no cycle, which a collector would have to find
        self.subject = subject
        self.noting = noting
        self.keys_of: dict[type, AbstractSet[Key]] = {}
        """The keys of what each was made from, where that is noted."""
        self.unseen: dict[type, Gap] = {}
        """Why those cannot be made that were asked for and lie behind a gap."""
        if subject is not None:
            self[kind(subject)] = subject

    def __missing__(self, need: Any) -> Any:
        """Make a fact."""
        gap = self.gap(need)
        if gap is not None:
            raise Unseen(gap)
        return self[need]

    def gap(self, need: Any) -> Gap | None:
        """Why a fact cannot be made; ``None``: it is."""
        if need in self:
            return None
        if need not in self.unseen:
            self._make(need)
        return self.unseen.get(need)

    def _make(self, need: Any) -> None:
        for first in need.after:
            gap = self.gap(first)
            if gap is not None:
                self.unseen[need] = gap
                self.keys_of[need] = self.keys_of.get(first, frozenset())
                return
        world = self._world()
        assert world is not None  # it is asked
        try:
            if self.noting:
                with world.noting() as keys:
                    self.keys_of[need] = keys
                    self[need] = need.of(world, self.subject)
            else:
                self[need] = need.of(world, self.subject)
        except Unseen as unseen:
            self.unseen[need] = unseen.gap


class World:
    """Everything that rules, plans and rehearsals ask of a snapshot. Never changes; a what-if is another World.

    It notes what is looked at while a fact is made, so that after a change only rules run again that asked for such a fact.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._seen: set[Key] | None = None
        self._facts = Facts(self, None, noting=False)
        self._routed: tuple[Function | None, list[Alias]] = None, []
        self._gapped: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._spoken: tuple[Function | None, str] = None, ""
        self.derived: dict[tuple[type, str], Any] = {}
        """What is made once of the whole snapshot (compiled policies, routing tables), by type and name."""

    def facts_of(self, subject: Shape | None, *, noting: bool) -> "Facts":
        """The facts of a subject, made when they are asked for; kept while it is the one that is looked at."""
        if self._facts.subject is not subject or (noting and not self._facts.noting):
            self._facts = Facts(self, subject, noting=noting)
        return self._facts

    def fact(self, need: type[F], subject: Shape | None) -> F:
        """A fact of a subject, made once while that subject is looked at. Raises ``Unseen`` when it lies behind a gap."""
        facts = self.facts_of(subject, noting=self._seen is not None)
        try:
            return facts[need]  # type: ignore[no-any-return]  # it was made by ``need``
        finally:
            if self._seen is not None:
                self._seen |= facts.keys_of.get(need, frozenset())

    @contextmanager
    def noting(self) -> Iterator[set[Key]]:
        """Collect the keys of what is looked at inside."""
        before, keys = self._seen, set[Key]()
        self._seen = keys
        try:
            yield keys
        finally:
            self._seen = before

    @property
    def now(self) -> datetime:
        """The moment the snapshot was taken: the only ``now`` there is."""
        return self.snapshot.taken_at

    @cached_property
    def _by_type(self) -> dict[type, list[Resource]]:
        found: dict[type, list[Resource]] = {}
        for arn in sorted(self.snapshot.resources):
            resource = self.snapshot.resources[arn]
            found.setdefault(kind(resource), []).append(resource)
        return found

    @cached_property
    def gaps_by_call(self) -> dict[str, dict[str, Gap]]:
        """By call and resource; of several, the first."""
        found: dict[str, dict[str, Gap]] = {}
        for gap in sorted(self.snapshot.gaps, key=lambda one: (one.call.name, one.resource, one.reason, one.error)):
            found.setdefault(gap.call.name, {}).setdefault(gap.resource, gap)
        return found

    def all(self, kind: type[R]) -> list[R]:
        """Every resource of a type, by ARN."""
        if self._seen is not None:
            self._seen.add(f"type:{kind.__name__}")
        return self._of_type(kind)

    def _of_type(self, kind: type[R]) -> list[R]:
        return self._by_type.get(kind, [])  # type: ignore[return-value]

    def get(self, arn: str, kind: type[R]) -> R | None:
        """The resource of that ARN and type, if it was seen."""
        if self._seen is not None:
            self._seen.add(arn)
        found = self.snapshot.resources.get(arn)
        return found if isinstance(found, kind) else None

    def look(self, those: Iterable[str]) -> None:
        """Note that the resources of these ARNs were looked at."""
        if self._seen is not None:
            self._seen.update(those)

    @property
    def account_limit(self) -> AccountLimit | None:
        """Lambda's limits of the account; ``None``: not read."""
        if self._seen is not None:
            self._seen.add(LIMIT)
        return self.snapshot.account_limit

    def gap(self, call: str, resource: str = "") -> Gap | None:
        """Why ``call`` (``service:Operation``) brought nothing for ``resource`` or for the whole account; ``None``: it did."""
        gaps = self.gaps_by_call.get(call)
        return None if gaps is None else gaps.get("") or gaps.get(resource)

    def require(self, call: str, resource: str = "") -> None:
        """Raise ``Unseen`` when ``call`` (``service:Operation``) brought nothing for ``resource`` or for the whole account."""
        if call in self.gaps_by_call and (gap := self.gap(call, resource)) is not None:
            raise Unseen(gap)

    def missed(self, call: str) -> Gap | None:
        """The first gap that ``call`` (``service:Operation``) left, on whatever it is; ``None``: it brought everything."""
        gaps = self.gaps_by_call.get(call)
        return next(iter(gaps.values())) if gaps else None

    def require_whole(self, call: str) -> None:
        """Raise ``Unseen`` when ``call`` left a gap anywhere: what was not read may be about everything."""
        gap = self.missed(call)
        if gap is not None:
            raise Unseen(gap)

    def queue(self, arn: str) -> Queue | None:
        """The queue of that ARN; ``None``: there is none. Raises ``Unseen`` when it was not read, or is another account's."""
        self.require("sqs:GetQueueAttributes", arn)
        found = self.get(arn, Queue)
        if found is None and arns.account(arn) != self.snapshot.scope.account:
            call = Call(service="sqs", operation="GetQueueAttributes")
            raise Unseen(Gap(reason="not_asked", call=call, resource=arn, error="another account's queue"))
        return found

    def gaps(self, call: str) -> list[Gap]:
        """The gaps that ``call`` (``service:Operation``) left, one for each resource."""
        return list(self.gaps_by_call.get(call, {}).values())

    def gapped(self, calls: tuple[str, ...]) -> tuple[str, ...]:
        """Those of some calls that left a gap anywhere: mostly none, and then nobody needs to ask for each place."""
        found = self._gapped.get(calls)
        if found is None:
            found = self._gapped[calls] = tuple(one for one in calls if one in self.gaps_by_call)
        return found

    def unlisted(self, *calls: str) -> list[Gap]:
        """The gaps of listing ``calls`` behind which there may be resources that the snapshot does not hold."""
        return [gap for call in calls for gap in self.gaps(call) if gap.resource not in self.snapshot.resources]

    @cached_property
    def _aliases(self) -> dict[str, list[Alias]]:
        found: dict[str, list[Alias]] = {}
        for alias in self._of_type(Alias):
            found.setdefault(arns.unqualified(alias.arn), []).append(alias)
        return found

    def aliases(self, function: Function) -> list[Alias]:
        """All aliases of a function, whatever version they route to."""
        name = arns.unqualified(function.arn)
        if self._seen is not None:
            self._seen.add(f"aliases:{name}")
        return self._aliases.get(name, [])

    @cached_property
    def _versions(self) -> dict[str, list[Function]]:
        found: dict[str, list[Function]] = {}
        for version in self._of_type(Function):
            found.setdefault(arns.unqualified(version.arn), []).append(version)
        return found

    def versions(self, function: Function) -> list[Function]:
        """All versions of a function that were seen, ``$LATEST`` included."""
        name = arns.unqualified(function.arn)
        if self._seen is not None:
            self._seen.add(f"versions:{name}")
        return self._versions.get(name, [])

    def routes_to(self, function: Function) -> list[Alias]:
        """The aliases that send traffic to this version."""
        known, found = self._routed
        if known is not function:
            found = [
                alias
                for alias in self._aliases.get(arns.unqualified(function.arn), ())
                if function.version in (alias.function_version, *alias.routing_config.additional_version_weights)
            ]
            self._routed = function, found  # asked for time and again while one function is looked at
        if self._seen is not None:
            self._seen.add(f"aliases:{arns.unqualified(function.arn)}")
        return found

    def _arns_of(self, function: Function) -> list[str]:
        """By which this version is invoked: its own, and those of the aliases that lead to it."""
        return [function.arn, *[alias.alias_arn for alias in self.routes_to(function)]]

    @cached_property
    def _mappings(self) -> dict[str, list[EventSourceMapping]]:
        found: dict[str, list[EventSourceMapping]] = {}
        for mapping in self._of_type(EventSourceMapping):
            found.setdefault(mapping.function_arn, []).append(mapping)
        return found

    @cached_property
    def live(self) -> list[Function]:
        """The versions that can get traffic: ``$LATEST``, and published ones that an alias or a mapping leads to."""
        return [
            function
            for function in self.all(Function)
            if function.version == "$LATEST" or function.arn in self._mappings or self.routes_to(function)
        ]

    def mappings(self, function: Function) -> list[EventSourceMapping]:
        """The event source mappings that invoke this version, directly or by an alias."""
        targets = self._arns_of(function)
        if self._seen is not None:
            self._seen.update(f"mappings:{target}" for target in targets)
        return [mapping for target in targets for mapping in self._mappings.get(target, ())]

    @cached_property
    def _event_rules(self) -> dict[str, list[EventRule]]:
        found: dict[str, list[EventRule]] = {}
        for one in self._of_type(EventRule):
            for arn in dict.fromkeys(target.arn for target in one.targets):
                found.setdefault(arn, []).append(one)
        return found

    def event_rules(self, function: Function) -> list[EventRule]:
        """The EventBridge rules that have this version, or an alias that leads to it, for a target."""
        if self._seen is not None:
            self._seen.add(f"type:{EventRule.__name__}")
        return [one for target in self._arns_of(function) for one in self._event_rules.get(target, ())]

    @cached_property
    def _integrations(self) -> dict[str, list[tuple[Api, Integration]]]:
        found: dict[str, list[tuple[Api, Integration]]] = {}
        for api in self._of_type(Api):
            for one in api.integrations:
                found.setdefault(one.function_arn, []).append((api, one))
        return found

    def integrations(self, function: Function) -> list[tuple[Api, Integration]]:
        """The ways from APIs to this version, or to an alias that leads to it."""
        if self._seen is not None:
            self._seen.add(f"type:{Api.__name__}")
        return [way for target in self._arns_of(function) for way in self._integrations.get(target, ())]

    @cached_property
    def _targets(self) -> frozenset[str]:
        return frozenset(arn for kind in INVOKING for one in self._of_type(kind) for arn in targets(one))

    def is_target(self, function: Function) -> bool:
        """Whether anything that was read invokes this version, or an alias that leads to it, by its ARN."""
        those = self._arns_of(function)
        if self._seen is not None:
            self._seen.update(f"target:{one}" for one in those)
        return not self._targets.isdisjoint(those)

    @cached_property
    def _acted(self) -> frozenset[str]:
        refused = (find_denial(one.error_message) for one in self.snapshot.refused)
        sessions = (one.principal.rpartition("/")[2] for one in refused if one is not None)
        traced = (arns.name(one.function) for one in self.snapshot.traced)
        return frozenset((*(one.username for one in self.snapshot.changes), *sessions, *traced))

    def acted(self, function: Function) -> bool:
        """Whether CloudTrail tells of anything that a session named like the function did, or was refused, or X-Ray of a call."""
        return function.function_name in self._acted

    @cached_property
    def authority(self) -> Authority:
        """What the policies of the snapshot decide; each is compiled once. Who asks notes what it looks at."""
        return Authority(self.snapshot)

    @cached_property
    def _by_role(self) -> dict[str, list[Function]]:
        found: dict[str, list[Function]] = {}
        for one in self._of_type(Function):
            found.setdefault(one.role, []).append(one)
        return found

    def running_as(self, role: str) -> list[Function]:
        """The versions that run with a role. Not noted: no change that doctor makes gives a function another role."""
        return self._by_role.get(role, [])

    @cached_property
    def _sharing(self) -> dict[str, tuple[str, ...]]:
        return {
            role: tuple(dict.fromkeys(arns.unqualified(one.arn) for one in those))
            for role, those in self._by_role.items()
        }

    def sharing(self, role: str) -> tuple[str, ...]:
        """The unqualified ARNs of the functions that run with a role; not noted, as ``running_as``."""
        return self._sharing.get(role, ())

    def invocations(self, function: Function) -> tuple[Invocation, ...]:
        """The invocations of this version that were read, oldest first."""
        every = self.snapshot.invocations.get(arns.unqualified(function.arn), ())
        return tuple([one for one in every if one.version == function.version])

    def spoken(self, function: Function) -> str:
        """All lines of this version's log as one text: what is not in it is in none of them."""
        if self._spoken[0] is not function:
            lines = [line.message for one in self.invocations(function) for line in one.lines]
            self._spoken = function, "\n".join(lines)
        return self._spoken[1]

    def metrics(self, arn: str) -> tuple[MetricSeries, ...]:
        """The metrics of a resource; a function's are those of all its versions together."""
        return self.snapshot.metrics.get(arns.unqualified(arn) if ":function:" in arn else arn, ())

    @cached_property
    def observations(self) -> tuple[Observation, ...]:
        """Every symptom seen on a version that can get traffic."""
        return tuple(self._observe(self.live))

    def _observe(self, functions: Iterable[Function]) -> Iterable[Observation]:
        for function in functions:
            yield from observe(function.arn, self.invocations(function))
            if function.version == "$LATEST":  # what is refused reaches no version
                yield from throttled(function.arn, self.metrics(function.arn))


def kind(resource: object) -> type:
    """The type under which a resource is asked for: a function of which only a part is known is a function."""
    return Function if isinstance(resource, Function) else type(resource)
