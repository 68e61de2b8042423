"""The threads that read: tasks by the quota that they wait for, their progress, and what becomes of those that never ran."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from msgspec.structs import replace

from doctor.aws.draft import Draft
from doctor.aws.pacing import Stopped
from doctor.model.call import INTERRUPTED, UNREAD, Call, Gap, Reason
from doctor.model.events import Job, Progress

_THREADS = {"lambda": 12, "logs": 8, "": 8}
"""By service; the others share what is named last. A thread that waits for one quota holds up nothing that waits for another."""
_BEAT = 0.25
"""Seconds between two words about what is waited for."""
_UNEXPECTED = (KeyError, IndexError, TypeError, ValueError, AttributeError)
"""What reading an answer raises that is not of the form that AWS's model describes."""


@dataclass(frozen=True)
class Task:
    """Something to read: how, and the calls and the resource whose gaps are left when it ends before its end.

    Attributes:
        run: Reads it.
        call: Its first call, whose service decides which threads it waits among.
        about: ARN of the resource that it tells about; empty for the whole account.
        also: The operations that it sends after the first; one of another service as ``service:Operation``.
    """

    run: Callable[[], object]
    call: Call
    about: str = ""
    also: tuple[str, ...] = ()

    def gaps(self, reason: Reason, error: str) -> list[Gap]:
        """What is not known when it did not come to its end."""
        return [
            Gap(
                reason=reason,
                call=replace(self.call, **_named(one, self.call.service)),
                resource=self.about,
                error=error,
            )
            for one in (self.call.operation, *self.also)
        ]

    @property
    def names(self) -> set[str]:
        """Its calls, as ``service:Operation``."""
        every = (_named(one, self.call.service) for one in (self.call.operation, *self.also))
        return {f"{one['service']}:{one['operation']}" for one in every}


def _named(operation: str, service: str) -> dict[str, str]:
    other, _, own = operation.rpartition(":")
    return {"service": other or service, "operation": own}


class Crew:
    """Threads that carry out tasks. What a task cannot read becomes a gap; only our own errors end the collecting."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._pools = {
            name: ThreadPoolExecutor(count, thread_name_prefix=f"collect-{name}") for name, count in _THREADS.items()
        }
        self._running: dict[Future[None], Task] = {}
        self.begun: set[str] = set()
        """Calls that a task stood for, by name."""
        self.followed = False
        """Whether what is named by what was read was read too, once to its end."""
        self.connected = False
        """Whether what functions connect to was read."""

    def begin(self, tasks: Iterable[Task]) -> set["Future[None]"]:
        """Let tasks run, and return at once."""
        begun = set()
        for task in tasks:
            pool = self._pools.get(task.call.service, self._pools[""])
            future = pool.submit(self._carry_out, task)
            self._running[future] = task
            self.begun |= task.names
            begun.add(future)
        return begun

    def run(self, what: str, tasks: Iterable[Task]) -> Job[None]:
        """Let tasks run, and wait for them alone."""
        yield from self._wait(what, self.begin(tasks))

    def drain(self, what: str, *, but: tuple[str, ...] = ()) -> Job[None]:
        """Wait for everything that was begun, but for calls to some services."""
        yield from self._wait(what, {one for one, task in self._running.items() if task.call.service not in but})

    def _wait(self, what: str, wanted: set["Future[None]"]) -> Job[None]:
        total = len(wanted)
        while wanted:
            yield Progress(what=what, done=total - len(wanted), total=total, waiting=self._draft.aws.pacing.waiting())
            finished, wanted = wait(wanted, timeout=_BEAT)
            for future in finished:
                self._running.pop(future, None)
                future.result()
        yield Progress(what=what, done=total, total=total)

    def _carry_out(self, task: Task) -> None:
        draft = self._draft
        try:
            task.run()
        except Stopped:
            draft.note(*task.gaps("not_asked", INTERRUPTED))
        except _UNEXPECTED as error:
            draft.note(*task.gaps("failed", f"unexpected answer: {type(error).__name__}: {error}"))

    def unfinished(self) -> list[Gap]:
        """What the tasks that did not end yet have not told."""
        running = [task for future, task in self._running.items() if not future.done()]
        return [gap for task in running for gap in task.gaps("not_asked", UNREAD)]

    def stop(self) -> None:
        """Send no further call; every task that did not finish leaves its gap."""
        self._draft.stop.set()
        for future, task in self._running.items():
            if future.cancel():
                self._draft.note(*task.gaps("not_asked", INTERRUPTED))
        self.close()

    def close(self) -> None:
        """End the threads."""
        self._draft.stop.set()
        for pool in self._pools.values():
            pool.shutdown(cancel_futures=True)
