"""What several files of source say, put together: each thing once, and not more than a snapshot should hold."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from doctor.code.contents import Notes
from doctor.code.survey import Surveyed
from doctor.model.package import Exit, Host, Import, Place, SdkCall, SdkClient, Sleep, Source, Variable

KEPT = {
    "imports": 300,
    "variables": 200,
    "clients": 100,
    "calls": 300,
    "hosts": 100,
    "sleeps": 50,
    "exits": 50,
    "batch_answers": 20,
}
"""The most of each that is kept."""
_USES = ("required", "optional", "default")
P = TypeVar("P", bound=Place)


@dataclass
class Gathered:
    """Everything that was found, in the order of the files."""

    imports: list[Import] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)
    clients: list[SdkClient] = field(default_factory=list)
    calls: list[SdkCall] = field(default_factory=list)
    hosts: list[Host] = field(default_factory=list)
    sleeps: list[Sleep] = field(default_factory=list)
    exits: list[Exit] = field(default_factory=list)
    batch_answers: list[Place] = field(default_factory=list)
    syntax_errors: list[Place] = field(default_factory=list)
    search_path_changed: bool = False

    def source(self, surveyed: Surveyed, notes: Notes) -> Source:
        """Put it together.

        Of several places that say the same the weightiest is told: one that the handler leads to before one that it does not,
        one that must work before one that may fail, one that runs at loading before one inside a function.
        """
        reached = set(surveyed.files[: surveyed.reached])

        def keep(
            what: str, found: Iterable[P], same: Callable[[P], Hashable], weaker: Callable[[P], int]
        ) -> tuple[P, ...]:
            ordered = sorted(found, key=lambda one: (one.path not in reached, weaker(one), one.function != ""))
            first: dict[Hashable, P] = {}
            for one in ordered:
                first.setdefault(same(one), one)
            return notes.keep(what, first.values(), KEPT[what])

        return Source(
            files=surveyed.files,
            reached=surveyed.files[: surveyed.reached],
            imports=keep("imports", self.imports, lambda one: one.name, lambda one: one.optional),
            variables=keep("variables", self.variables, lambda one: one.name, lambda one: _USES.index(one.use)),
            clients=keep("clients", self.clients, lambda one: one, _alike),
            calls=keep("calls", self.calls, _request, _alike),
            hosts=keep("hosts", self.hosts, lambda one: (one.host, one.port, one.scheme), _alike),
            sleeps=keep("sleeps", self.sleeps, lambda one: one, _alike),
            exits=keep("exits", self.exits, lambda one: one, _alike),
            batch_answers=keep("batch_answers", self.batch_answers, lambda one: one, _alike),
            syntax_errors=tuple(self.syntax_errors),
            search_path_changed=self.search_path_changed,
        )


def _alike(_: Place) -> int:
    return 0


def _request(one: SdkCall) -> Hashable:
    return one.service, one.operation, msgspec.json.encode(one.parameters)
