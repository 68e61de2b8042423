"""What most commands begin with: open the target, read it, diagnose it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from doctor import pipeline
from doctor.cli.talk import follow, tell
from doctor.engine.diagnose import diagnose
from doctor.engine.rule import Rule
from doctor.engine.world import World
from doctor.model.finding import Diagnosis
from doctor.model.record import Record
from doctor.model.snapshot import Snapshot
from doctor.model.target import Target
from doctor.shelf import shipped_rules


class Looked(Record):
    """A case with its diagnosis."""

    case: pipeline.Case
    diagnosis: Diagnosis


@contextmanager
def looked(
    target: Target,
    event: Path | None = None,
    *,
    rules: Sequence[Rule] | None = None,
    change: Callable[[Snapshot], Snapshot] | None = None,
) -> Iterator[Looked]:
    """Open a target, read it and diagnose it by the shipped rules or the given ones; the account stays open inside the context.

    ``change`` is given what was read before it is diagnosed.
    """
    rules = shipped_rules() if rules is None else rules
    with pipeline.connected(target) as account:
        if account is not None:
            tell(f"account {account.identity.account}, region {account.aws.region}, as {account.identity.arn}")
        snapshot = follow(pipeline.collect(target, account))
        world = World(snapshot if change is None else change(snapshot))
        case = pipeline.Case(target=target, account=account, world=world, rules=rules, event=event)
        yield Looked(case=case, diagnosis=diagnose(world, rules))
