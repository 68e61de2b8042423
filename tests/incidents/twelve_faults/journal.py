"""What a function's environments did, written to its log streams."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from doctor.logs.invocations import LogEvent
from doctor.model.function import Function
from doctor.model.moments import day_offset
from tests.incidents.twelve_faults.forms import Form, Raised, Text, Told, Written
from tests.incidents.twelve_faults.lines import UNHANDLED, end, init_report, python_error, python_log, report, start
from tests.incidents.twelve_faults.scene import NOW, hexadecimal, identifier


@dataclass(frozen=True, kw_only=True)
class Run:
    """One invocation of the handler. It times out when it needs more than the function's ``Timeout``."""

    at: datetime
    """When Lambda handed the event over."""
    needs: float
    """Milliseconds of the handler's own work."""
    memory: int
    """MB, as ``Max Memory Used`` counts."""
    said: Sequence[tuple[float, str]] = ()
    """What the handler logs: milliseconds after its start, and the message."""
    raised: Raised | None = None
    killed: bool = False
    """The handler asked for more memory than there is."""


@dataclass(frozen=True, kw_only=True)
class Journal:
    """Writes the log of one version of a function, a stream per environment."""

    function: Function
    version: str = "$LATEST"
    form: Form = field(default_factory=Text)

    def environment(self, *runs: Run, init: float) -> tuple[LogEvent, ...]:
        """The stream of an environment that was started for the first of these runs; ``init`` in milliseconds."""
        born = runs[0].at
        stream = self._stream(born)
        written = self.form.initialising(self.function, self.version, _after(born, 0))
        reset = False
        for number, run in enumerate(runs):
            cold = number == 0
            told = self._told(run, init=init, cold=cold, reset=reset)
            written += self._invocation(told, run)
            reset = told.timed_out or told.killed
        return tuple(LogEvent(at=at, stream=stream, message=message) for at, message in written)

    def broken_environment(self, at: datetime, *, init: float, memory: int, error: Raised) -> tuple[LogEvent, ...]:
        """The stream of an environment whose initialisation fails, and again inside the one invocation it gets (text, Python)."""
        request_id = identifier(self.function.function_name, at.isoformat())
        first, second = _after(at, init), _after(at, 2.4 * init)
        took = 1.2 * init
        written = self.form.initialising(self.function, self.version, _after(at, 0))
        for moment, phase, spent in ((first, "init", init), (second, "invoke", took)):
            written += [
                (moment, python_log("", moment, "WARNING", UNHANDLED)),
                (moment, python_error(error.error_type, error.message, error.trace)),
                (moment, init_report(spent, phase, error.error_type)),
            ]
        closing = report(
            request_id,
            duration=took + 8.31,
            billed=int(took + 8.31) + 1,
            memory_size=self.function.memory_size,
            memory_used=memory,
            status=f"Status: error\tError Type: {error.error_type}",
        )
        written += [(second, start(request_id, self.version)), (second, end(request_id)), (second, closing)]
        stream = self._stream(at)
        return tuple(LogEvent(at=moment, stream=stream, message=message) for moment, message in written)

    def _stream(self, born: datetime) -> str:
        return (
            f"{day_offset(born, NOW)}/[{self.version}]{hexadecimal(32, self.function.function_arn, born.isoformat())}"
        )

    def _told(self, run: Run, *, init: float, cold: bool, reset: bool) -> Told:
        """What the platform measures. After a reset the environment is initialised again inside the invocation."""
        limit = 1000.0 * self.function.timeout
        late = init if cold or reset else 0.0
        inside = 0.0 if cold else late
        duration = min(run.needs + inside, limit)
        return Told(
            function=self.function,
            version=self.version,
            request_id=identifier(self.function.function_name, run.at.isoformat()),
            started=_after(run.at, late),
            ended=_after(run.at, late - inside + duration),
            duration=duration,
            memory=self.function.memory_size if run.killed else run.memory,
            init=init if cold else None,
            timed_out=duration == limit,
            killed=run.killed,
            raised=run.raised,
        )

    def _invocation(self, told: Told, run: Run) -> Iterator[Written]:
        yield from self.form.started(told)
        for after, message in run.said:
            at = _after(told.started, after)
            if at < told.ended:
                yield from self.form.said(told, at, message)
        yield from self.form.ended(told)


def _after(at: datetime, milliseconds: float) -> datetime:
    """``at`` and so many milliseconds, cut to whole ones, as CloudWatch Logs keeps time."""
    moment = at + timedelta(milliseconds=milliseconds)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
