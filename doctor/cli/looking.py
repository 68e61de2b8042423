"""What most commands begin with: open the target, read it, diagnose it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from doctor import pipeline
from doctor.cli.talk import follow, tell
from doctor.engine.diagnose import diagnose
from doctor.engine.report import kept
from doctor.engine.rule import Rule
from doctor.engine.world import World
from doctor.model import arns
from doctor.model.finding import Diagnosis, Severity
from doctor.model.record import Record
from doctor.model.snapshot import Snapshot
from doctor.model.target import Target


class Looked(Record):
    """A case with its diagnosis."""

    case: pipeline.Case
    diagnosis: Diagnosis


class Early:
    """Tells on stderr what is found while an account is still being read, each finding once.

    What stdout gets is made of the whole snapshot alone, and is the same whether anything was told early or not.
    """

    MOST = 10
    """Findings that are told; the report has them all."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._told: set[str] = set()

    def __call__(self, partial: Snapshot) -> None:
        """Diagnose what was read so far."""
        for finding in diagnose(World(partial), self._rules).findings:
            if finding.severity.rank > Severity.HIGH.rank or finding.fingerprint in self._told:
                continue
            self._told.add(finding.fingerprint)
            if len(self._told) <= self.MOST:
                what = f"{arns.name(finding.subject)}: {finding.problem.message}"
                tell(f"so far: {finding.severity.value} {finding.rule} {what}")


@contextmanager
def looked(
    target: Target,
    event: Path | None = None,
    *,
    answers: Path | None = None,
    rules: Sequence[Rule] | None = None,
    change: Callable[[Snapshot], Snapshot] | None = None,
    full: bool = True,
    early: bool = False,
) -> Iterator[Looked]:
    """Open a target, read it and diagnose it by the shipped rules and the team's, or the given ones; the account stays open inside the context.

    Args:
        target: What to read.
        event: The event that the user gave.
        answers: Recorded answers to AWS calls that the user gave.
        rules: Which rules judge it.
        change: Is given what was read before it is diagnosed.
        full: Whether to read again what did not change since the target's last snapshot.
        early: Whether to tell what is found while it is being read.

    Raises:
        UsageError: the event or the answers cannot be read; that is told before anything else is.
    """
    _check(event, answers)
    rules = pipeline.heard() if rules is None else rules
    with pipeline.connected(target) as account:
        if account is not None:
            tell(f"account {account.identity.account}, region {account.aws.region}, as {account.identity.arn}")
        previous = None if full else pipeline.before(target, account)
        see = Early(rules) if early else None
        snapshot = follow(pipeline.collect(target, account, previous=previous, age=pipeline.RECENT, see=see))
        if snapshot.read_at and account is not None:
            tell(kept(snapshot))
        world = World(snapshot if change is None else change(snapshot))
        case = pipeline.Case(target=target, account=account, world=world, rules=rules, event=event, answers=answers)
        yield Looked(case=case, diagnosis=diagnose(world, rules))


def _check(event: Path | None, answers: Path | None) -> None:
    """Read what the user gave, to see that it can be; a pipe is left to whoever needs what comes through it but once."""
    if event is not None and not _is_pipe(event):
        from doctor.scenarios.choose import given

        given(event)
    if answers is not None and not _is_pipe(answers):
        from doctor.reproducing.run import recorded

        recorded(answers)


def _is_pipe(path: Path) -> bool:
    try:
        return path.is_fifo()
    except OSError:
        return False  # why it cannot be looked at is told by whoever reads it
