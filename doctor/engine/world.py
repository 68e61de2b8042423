"""A snapshot with what is derived from it, built lazily."""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from doctor.logs.symptoms import observe
from doctor.model import arns
from doctor.model.call import Gap
from doctor.model.function import Alias, EventSourceMapping, Function
from doctor.model.snapshot import Resource, Snapshot
from doctor.model.telemetry import Invocation, Observation

R = TypeVar("R")


class Unseen(Exception):
    """What was asked for lies behind a gap."""

    def __init__(self, gap: Gap) -> None:
        super().__init__(gap.call.name)
        self.gap = gap


class World:
    """Everything that rules, plans and rehearsals ask of a snapshot. Never changes; a what-if is another World."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    @property
    def now(self) -> datetime:
        """The moment the snapshot was taken: the only ``now`` there is."""
        return self.snapshot.taken_at

    @cached_property
    def _by_type(self) -> dict[type, list[Resource]]:
        found: dict[type, list[Resource]] = {}
        for arn in sorted(self.snapshot.resources):
            resource = self.snapshot.resources[arn]
            found.setdefault(type(resource), []).append(resource)
        return found

    @cached_property
    def _gaps(self) -> dict[str, list[Gap]]:
        found: dict[str, list[Gap]] = {}
        for gap in self.snapshot.gaps:
            found.setdefault(gap.call.name, []).append(gap)
        return found

    def all(self, kind: type[R]) -> list[R]:
        """Every resource of a type, by ARN."""
        return self._by_type.get(kind, [])  # type: ignore[return-value]

    def get(self, arn: str, kind: type[R]) -> R | None:
        """The resource of that ARN and type, if it was seen."""
        found = self.snapshot.resources.get(arn)
        return found if isinstance(found, kind) else None

    def require(self, call: str, resource: str = "") -> None:
        """Raise ``Unseen`` when ``call`` (``service:Operation``) brought nothing for ``resource`` or for the whole account."""
        for gap in self._gaps.get(call, ()):
            if gap.resource in ("", resource):
                raise Unseen(gap)

    @cached_property
    def _aliases(self) -> dict[str, list[Alias]]:
        found: dict[str, list[Alias]] = {}
        for alias in self.all(Alias):
            found.setdefault(arns.unqualified(alias.alias_arn), []).append(alias)
        return found

    def aliases(self, function: Function) -> list[Alias]:
        """All aliases of a function, whatever version they route to."""
        return self._aliases.get(arns.unqualified(function.arn), [])

    def routes_to(self, function: Function) -> list[Alias]:
        """The aliases that send traffic to this version."""
        return [
            alias
            for alias in self.aliases(function)
            if function.version in (alias.function_version, *alias.routing_config.additional_version_weights)
        ]

    @cached_property
    def live(self) -> list[Function]:
        """The versions that can get traffic: ``$LATEST``, and published ones that an alias or a mapping leads to."""
        direct = {mapping.function_arn for mapping in self.all(EventSourceMapping)}
        return [
            function
            for function in self.all(Function)
            if function.version == "$LATEST" or function.arn in direct or self.routes_to(function)
        ]

    def mappings(self, function: Function) -> list[EventSourceMapping]:
        """The event source mappings that invoke this version, directly or by an alias."""
        targets = {function.arn, *(alias.alias_arn for alias in self.routes_to(function))}
        return [mapping for mapping in self.all(EventSourceMapping) if mapping.function_arn in targets]

    def invocations(self, function: Function) -> tuple[Invocation, ...]:
        """The invocations of this version that were read, oldest first."""
        every = self.snapshot.invocations.get(arns.unqualified(function.arn), ())
        return tuple(one for one in every if one.version == function.version)

    @cached_property
    def observations(self) -> tuple[Observation, ...]:
        """Every symptom seen on a version that can get traffic."""
        return tuple(self._observe(self.live))

    def _observe(self, functions: Iterable[Function]) -> Iterable[Observation]:
        for function in functions:
            yield from observe(function.arn, self.invocations(function))
