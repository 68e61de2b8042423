"""Keep a local run's secrets out of what is shown of it: what the handler printed, was given, and returned."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from doctor.model.events import Event, Gated, Line
from doctor.model.outcome import HandlerFailed, InitFailed, LocalRun, Outcome, Scenario
from doctor.model.redaction import is_plain, redact, redact_text

T = TypeVar("T")
_SHORTEST = 4
"""Characters: shorter values would be found in every other word."""


class Hiding:
    """Hides the values of a function's environment that could be secrets, and what looks like one.

    Args:
        environment: The function's variables in clear.
        key: The key of redaction digests.
    """

    def __init__(self, environment: Mapping[str, str], key: bytes) -> None:
        self._key = key
        secrets = {
            value: name for name, value in environment.items() if len(value) >= _SHORTEST and not is_plain(value)
        }
        self._secrets = sorted(secrets.items(), key=lambda one: -len(one[0]))

    def text(self, text: str) -> str:
        """A text without them."""
        for value, name in self._secrets:
            text = text.replace(value, f"<redacted ${name}>")
        return redact_text(text, self._key)

    def event(self, event: Event) -> Event:
        """An event without them."""
        if isinstance(event, Line):
            return replace(event, text=self.text(event.text))
        if isinstance(event, Gated):
            return replace(event, call=self._met(event.call), connection=self._met(event.connection))
        return event

    def run(self, run: LocalRun) -> LocalRun:
        """A run without them: its log, its payload, its error, the event that it was given, and what names what it called."""
        return replace(
            run,
            scenario=self.scenario(run.scenario),
            outcome=self.outcome(run.outcome),
            assumptions=tuple(map(self._named, run.assumptions)),
            connections=tuple(map(self._met, run.connections)),
            calls=tuple(map(self._met, run.calls)),
        )

    def _met(self, met: T) -> T:
        """What the gate met, if it was that."""
        return msgspec.convert(self._names(met), type(met)) if met is not None else met

    def _named(self, text: str) -> str:
        """ARNs and hosts stay, also where a variable holds the same; what looks like a secret in one does not."""
        return redact_text(text, self._key)

    def _names(self, value: Any) -> Any:
        """The texts of a record as ``_named``, in built-in types."""
        if isinstance(value, str):
            return self._named(value)
        if isinstance(value, Mapping):
            return {key: self._names(one) for key, one in value.items()}
        if isinstance(value, msgspec.Struct):
            return self._names(msgspec.to_builtins(value))
        return [self._names(one) for one in value] if isinstance(value, list | tuple) else value

    def scenario(self, scenario: Scenario) -> Scenario:
        """What was asked without them."""
        return replace(scenario, event=msgspec.Raw(self.form(bytes(scenario.event))))

    def form(self, event: bytes) -> bytes:
        """An event, as JSON text, of which the texts that could be secrets are told by their length alone."""
        return msgspec.json.encode(self._given(msgspec.json.decode(event)))

    def outcome(self, outcome: Outcome) -> Outcome:
        """What came of it without them."""
        log = tuple(replace(line, message=self.text(line.message)) for line in outcome.log)
        hidden = replace(outcome, log=log, payload=self._returned(outcome.payload))
        if isinstance(hidden, HandlerFailed | InitFailed):
            return replace(hidden, error_message=self.text(hidden.error_message))
        return hidden

    def _returned(self, value: Any) -> Any:
        """What a handler returned is shown, without secrets in it."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(key)): self._returned(one) for key, one in value.items()}
        return [self._returned(one) for one in value] if isinstance(value, list | tuple) else value

    def _given(self, value: Any) -> Any:
        """What it was given is somebody's data: only its form is shown, and what could be no secret."""
        if isinstance(value, str):
            kept = redact(value, self._key)
            return kept if isinstance(kept, str) else str(kept)
        if isinstance(value, Mapping):
            return {key: self._given(one) for key, one in value.items()}
        return [self._given(one) for one in value] if isinstance(value, list | tuple) else value
