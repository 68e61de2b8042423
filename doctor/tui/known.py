"""What workers answered about the present snapshot: asked for once, when a screen first wants it."""

from collections.abc import Callable, Mapping
from typing import Any

from doctor import wire
from doctor.tui.jobs import Handlers, Jobs

_OF_TARGET = ("compare", "events", "regions")
"""Questions whose answer is not in the snapshot alone."""
Key = tuple[wire.Question, frozenset[tuple[str, str]]]


class Known:
    """Answers by question and arguments."""

    def __init__(self, jobs: Jobs, about: Callable[[], Mapping[str, Any] | None], changed: Callable[[], None]) -> None:
        self._jobs = jobs
        self._about = about
        self._changed = changed
        self._answers: dict[Key, Any] = {}
        self._failures: dict[Key, str] = {}
        self._wanted: set[Key] = set()
        self._round = 0
        self.answered = 0
        """Grows with every answer: whoever shows answers looks again when it has grown."""

    def get(self, verb: wire.Question, **arguments: str) -> Any | None:
        """The answer, or nothing yet: then it is asked for."""
        key = verb, frozenset(arguments.items())
        if key not in self._answers and key not in self._failures and key not in self._wanted:
            self._ask(key, arguments)
        return self._answers.get(key)

    def failure(self, verb: wire.Question, **arguments: str) -> str:
        """Why there is no answer; empty: it is on its way, or there."""
        return self._failures.get((verb, frozenset(arguments.items())), "")

    def _ask(self, key: Key, arguments: Mapping[str, str]) -> None:
        about = self._about()
        if about is None:
            return
        self._wanted.add(key)
        asked = self._round

        def done(answer: Any) -> None:
            self._settle(key, asked, self._answers, answer)

        def failed(error: str) -> None:
            self._settle(key, asked, self._failures, error)

        extra = about if key[0] in _OF_TARGET else {"snapshot": about["snapshot"]}
        self._jobs.start(key[0], {**extra, **arguments}, Handlers(done=done, failed=failed))

    def _settle(self, key: Key, asked: int, place: dict[Key, Any], said: Any) -> None:
        """Take an answer in, unless it is about a snapshot that was replaced since."""
        if asked == self._round:
            self._wanted.discard(key)
            place[key] = said
            self.answered += 1
        self._changed()

    def retry_all(self) -> bool:
        """Ask again for everything that could not be answered; tell whether there was anything."""
        failed = bool(self._failures)
        self._failures.clear()
        self.answered += failed
        self._changed()
        return failed

    def forget(self, verb: wire.Question) -> None:
        """Ask a question anew: what is answered changes without a new snapshot."""
        for place in (self._answers, self._failures):
            for key in [key for key in place if key[0] == verb]:
                del place[key]
        self.answered += 1

    def clear(self) -> None:
        """There is another snapshot: everything is asked anew."""
        self._round += 1
        self.answered += 1
        self._answers.clear()
        self._failures.clear()
        self._wanted.clear()
