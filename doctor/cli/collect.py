"""``doctor collect``: read an account into a file, which every other command takes with ``-s``."""

import gc
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from doctor.cli.exit import ExitCode, worst
from doctor.cli.options import add_account, target
from doctor.cli.outputs import ready

if TYPE_CHECKING:
    from doctor.model.snapshot import Snapshot
    from doctor.model.target import Target

SUMMARY = "read an account into a file, for later or for somebody else; secrets stay out of it"
_ASSUMED = ("organizations:DescribeOrganization", "organizations:ListParents", "organizations:ListPoliciesForTarget")
"""What nobody outside the management account may read, and every diagnosis assumes."""


def add(parser: ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument(
        "functions", nargs="*", metavar="FUNCTION", help="names; without any, all functions of the region"
    )
    add_account(parser, snapshot=False)
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="where to write (doctor-ACCOUNT-REGION.json); of a file that is there only what changed since is read again",
    )
    parser.add_argument("--full", action="store_true", help="read everything again")


def run(arguments: Namespace) -> int:
    """Write one file for each region; end with 3 when something that was asked for could not be read."""
    from doctor.errors import UsageError
    from doctor.pipeline import in_regions

    targets = in_regions(target(arguments, *arguments.functions))
    if arguments.output and len(targets) > 1:
        raise UsageError("--output names one file, and --region several regions; leave one out")
    if arguments.output:
        ready(arguments.output)
    return worst(*[_collect(one, arguments.output, full=arguments.full) for one in targets])


def _collect(where: "Target", output: Path | None, *, full: bool) -> ExitCode:
    from doctor import pipeline
    from doctor.cli.talk import follow, tell
    from doctor.store import snapshots

    with pipeline.connected(where) as account:
        assert account is not None
        gc.freeze()  # what is loaded stays; looking through it again and again for garbage costs a twentieth of the time
        gc.set_threshold(20_000)
        scope = account.aws.account, account.aws.region
        tell(f"account {scope[0]}, region {scope[1]}, as {account.identity.arn}")
        path = output or Path(f"doctor-{scope[0]}-{scope[1]}.json")
        before = _before(path, scope)
        ready(path)

        def keep(partial: "Snapshot") -> None:
            if before is not None:  # what is whole is worth more than what is new
                tell(f"interrupted: {path} is as it was")
                return
            snapshots.save(partial, path)
            tell(f"interrupted: what was read until then is in {path}")

        snapshot = follow(pipeline.collect(where, account, previous=None if full else before, keep=keep))
        snapshots.save(snapshot, path)
        for line in told(snapshot, account.aws.calls):
            tell(line)
        print(path)
    return verdict(snapshot)


def _before(path: Path, scope: tuple[str, str]) -> "Snapshot | None":
    """The snapshot that a file holds, if there is one.

    Raises:
        SnapshotError: the file is something else, which is not overwritten.
        UsageError: it is of another account or region.
    """
    from doctor.errors import UsageError
    from doctor.store import snapshots

    if not path.is_file():
        return None
    before = snapshots.read(path)
    if (before.scope.account, before.scope.region) != scope:
        whose = f"account {before.scope.account}, region {before.scope.region}"
        raise UsageError(f"{path} holds {whose}; name another file")
    return before


def told(snapshot: "Snapshot", calls: int) -> list[str]:
    """What was read, how old its parts are, and what was not seen, one line each."""
    from doctor.engine.report import kept, not_seen
    from doctor.engine.world import World
    from doctor.model.function import Function
    from doctor.report.lines import words

    count = sum(isinstance(one, Function) and one.version == "$LATEST" for one in snapshot.resources.values())
    counted = ((count, "function"), (len(snapshot.resources), "resource"), (calls, "call"))
    lines = [", ".join(words.count(number, noun) for number, noun in counted)]
    lines += [line for line in [kept(snapshot)] if line]
    if not count and not any(gap.call.name == "lambda:ListFunctions" for gap in snapshot.gaps):
        lines.append(
            f"account {snapshot.scope.account} has no function in {snapshot.scope.region}: is it the region that you mean?"
        )
    return lines + [f"not seen: {line}" for line in not_seen(World(snapshot))]


def verdict(snapshot: "Snapshot") -> ExitCode:
    """3 when a read failed, was throttled away or refused, but for what everybody must assume."""
    wanted = ("denied", "throttled", "failed")
    missing = any(gap.reason in wanted and gap.call.name not in _ASSUMED for gap in snapshot.gaps)
    return ExitCode.NOT_SEEN if missing else ExitCode.OK
