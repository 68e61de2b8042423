"""The straight line: each step as a job that yields events and returns its result. No front end has logic of its own."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec
from msgspec.structs import replace

from doctor.engine.rule import Rule
from doctor.engine.world import World
from doctor.errors import SnapshotError, UnknownFunction, UsageError
from doctor.model import arns
from doctor.model.events import Job, Progress
from doctor.model.function import Function
from doctor.model.gate import Injection
from doctor.model.near import near
from doctor.model.record import Record
from doctor.model.report import FunctionRow, Overview
from doctor.model.snapshot import Identity, Scope, Snapshot
from doctor.model.sourced import Chosen
from doctor.model.target import Target
from doctor.sandbox.tiers import Tier
from doctor.store import snapshots

if TYPE_CHECKING:
    from doctor.aws.packages import Code
    from doctor.aws.session import Aws

T = TypeVar("T")


class Account(Record):
    """A live account: AWS's own, or the embedded one."""

    aws: "Aws"
    identity: Identity
    incident: Path | None = None
    """The shipped incident that was brought to life in it, when it is an embedded account."""


class Case(Record):
    """What the later steps work on: a world, where it came from, and the rules that judge it."""

    target: Target
    account: Account | None
    world: World
    rules: Sequence[Rule]
    event: Path | None = None
    """The event that the user gave; ``-``: on stdin."""
    event_from: str = ""
    """Where else to take it from: a kind of ``doctor.model.sourced``, or ``kind:name``."""
    events: dict[str, Chosen] = msgspec.field(default_factory=dict)
    """What was chosen, by the version's ARN: every run of a case gets the same event."""
    fetched: dict[str, "Code"] = msgspec.field(default_factory=dict)
    """Packages and variables of the account, by the version's ARN: a case that runs often asks once. Never written."""
    answers: Path | None = None
    """Recorded answers to AWS calls that the user gave."""
    live_reads: bool = False
    """Whether the real account answers a handler's reads."""
    log_style: Literal["new", "old"] = "new"
    """How text logs of a local run tell a fault: in the REPORT line, or on a line of its own."""
    tier: Tier | None = None
    """By what a local run is isolated; ``None``: the strongest that this machine does."""
    injected: Sequence[Injection] = ()
    """Throttles and latencies that the user wants to see."""


@contextmanager
def connected(target: Target) -> Iterator[Account | None]:
    """The account that a target names; ``None`` for a snapshot on disk.

    Raises:
        AwsUnavailable: it cannot be reached, or refuses us.
        EmbeddedError: the embedded account does not start.
    """
    if target.snapshot:
        yield None
        return
    from doctor.aws.embedded.opened import opened  # boto3 and all: only an account needs it
    from doctor.aws.session import connect

    with opened(target) as incident:
        aws, identity = connect(target, paced=incident is None)  # the embedded account has no quotas
        yield Account(aws=aws, identity=identity, incident=incident)


def collect(
    target: Target,
    account: Account | None,
    *,
    previous: Snapshot | None = None,
    age: timedelta = timedelta(hours=1),
    keep: Callable[[Snapshot], None] | None = None,
    see: Callable[[Snapshot], None] | None = None,
) -> Job[Snapshot]:
    """Read the account, or the file, that a target names.

    Args:
        target: What to read.
        account: Where; ``None``: the file that the target names.
        previous: An earlier snapshot of the account, from which is taken what did not change since.
        age: How old such a part may be: a policy or an alias may change without the function's own revision.
        keep: Is given what was read until then when the reading is interrupted.
        see: Is given the same now and then while it lasts, with what is still to be read in its gaps.

    Raises:
        UnknownFunction: it has no function of a name that the target gives.
    """
    if account is None:
        yield Progress(what=f"reading {target.snapshot}")
        return _narrowed(snapshots.read(Path(target.snapshot)), target.functions)
    from doctor.aws.stages import collect as collect_account
    from doctor.store.home import redaction_key

    scope = Scope(
        account=account.aws.account,
        region=account.aws.region,
        functions=target.functions,
        window=target.window,
    )
    now = datetime.now(UTC)
    who, key = account.identity, redaction_key()
    more: dict[str, Any] = {"previous": previous, "age": age, "keep": keep, "see": see}
    return (yield from collect_account(account.aws, who, scope, now, key, **more))


RECENT = timedelta(minutes=15)
"""How old a part of a snapshot may be that a diagnosis takes from the one before."""
_TROUBLED = ("critical", "warning", "unexplained")


def before(target: Target, account: Account | None) -> Snapshot | None:
    """The last snapshot of a live account, without the functions that were in trouble: somebody may be mending them.

    ``None``: there is none that can be read.
    """
    if account is None or account.incident is not None:
        return None
    try:
        known = snapshots.index(msgspec.to_builtins(target))
        last = snapshots.read(Path(known[0].snapshot)) if known else None
    except (SnapshotError, UsageError):  # it only saves time
        return None
    if known is None or last is None:
        return None
    troubled = {row.arn for row in known[1] if row.health in _TROUBLED}
    kept = {
        arn: one
        for arn, one in last.resources.items()
        if ":function:" not in arn or arns.unqualified(arn) not in troubled
    }
    return replace(last, resources=kept)


def heard(lost: list[str] | None = None) -> tuple[Rule, ...]:
    """The shipped rules and the team's own, of its settings and of installed packages, but for those that only advise.

    ``lost`` is given what could not be loaded: the others are heard.

    Raises:
        ConfigError: the settings cannot be read.
        RuleError: a folder of rules is missing, or two rules share a name.
    """
    from doctor.config import load
    from doctor.shelf import all_rules

    return all_rules(load().rules, lost=lost)


def shelve(target: Target, account: Account | None, world: World, rows: list[FunctionRow]) -> tuple[Path, Overview]:
    """Keep a snapshot as the last of its target; returns where it lies, and what the screen shows around its rows.

    Raises:
        UsageError: the folder of doctor's state cannot be written.
    """
    source = "embedded account" if target.demo else target.snapshot or _credentials(target)
    from doctor.engine.report import overview

    told = overview(world, source, live=account is not None)
    path = snapshots.put(msgspec.to_builtins(target), world.snapshot, told, rows)
    return path, replace(told, snapshot=str(path))


def _credentials(target: Target) -> str:
    """By what the account is looked at, in words: without a profile it may be the environment, a file or a role."""
    profile = target.profile or os.environ.get("AWS_PROFILE", "")
    return f"profile {profile}" if profile else "default credentials"


def in_regions(target: Target) -> tuple[Target, ...]:
    """One target for each of the regions that a target names, separated by commas."""
    return tuple(replace(target, region=region.strip()) for region in target.region.split(","))


def _narrowed(snapshot: Snapshot, names: Sequence[str]) -> Snapshot:
    """A snapshot as if only the functions of these names had been asked for; none: as it is."""
    if not names:
        return snapshot
    world = World(snapshot)
    wanted = {arns.unqualified(function_named(world, name).arn) for name in names}

    def kept(arn: str) -> bool:
        return ":function:" not in arn or arns.unqualified(arn) in wanted

    return replace(
        snapshot,
        scope=replace(snapshot.scope, functions=tuple(names)),
        resources={arn: one for arn, one in snapshot.resources.items() if kept(arn)},
        invocations={arn: those for arn, those in snapshot.invocations.items() if kept(arn)},
        metrics={arn: those for arn, those in snapshot.metrics.items() if kept(arn)},
        gaps=tuple(gap for gap in snapshot.gaps if kept(gap.resource)),
    )


def function_named(world: World, name: str) -> Function:
    """The version of a function that a name means: of several that get traffic, the one that fails.

    Raises:
        UnknownFunction: there is none.
    """
    candidates = [one for one in world.live if name in (one.function_name, one.arn)]
    if not candidates:
        known = sorted({one.function_name for one in world.all(Function)})
        counted = "1 function" if len(known) == 1 else f"{len(known)} functions"
        raise UnknownFunction(f"no function '{name}' in this snapshot ({counted}){near(name, known)}")
    seen = {observation.function for observation in world.observations}
    return next((one for one in candidates if one.arn in seen), candidates[0])
