"""``doctor why FUNCTION``: one function, root cause first, with what to type next."""

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from doctor.cli import standing
from doctor.cli.exit import ExitCode, worst
from doctor.cli.moment import moment
from doctor.cli.options import add_account, has_code, retyped, target
from doctor.errors import UsageError

if TYPE_CHECKING:  # msgspec costs four bare interpreters, and help does without
    from doctor.model.finding import Diagnosis
    from doctor.model.report import FunctionDetail
    from doctor.model.snapshot import Snapshot
    from doctor.model.target import Target
    from doctor.model.telemetry import Invocation

SUMMARY = "explain why one function fails"
_AROUND = timedelta(minutes=20)
"""The longest that an invocation runs, and some: what is read before a moment that is asked about."""


def add(parser: ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("function", metavar="FUNCTION", nargs="?", default="", help="its name")
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--at", default="", metavar="TIME", help="the invocation of that moment: 10:41, 2026-11-23T10:41:52Z (UTC)"
    )
    which.add_argument("--request-id", default="", metavar="ID", help="this invocation; how its id begins will do")
    parser.add_argument(
        "--log",
        default="",
        metavar="FILE",
        help="lines of its log, - for stdin, in place of what AWS keeps: needs neither an account nor a name",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="what stdout gets (text)")
    add_account(parser)


def run(arguments: Namespace) -> int:
    """Print the page of a function; end like a check of it; of a log, with 1 where a cause is named and with 3 where none is."""
    if arguments.log and not retyped(arguments):
        from doctor.cli.log_alone import run as explain

        return explain(arguments)
    if not arguments.function:
        raise UsageError("name a function: doctor why FUNCTION; or give its log: doctor why --log FILE")
    return _of_account(arguments)


def _of_account(arguments: Namespace) -> int:
    from msgspec.structs import replace

    from doctor.cli.gate import Gate
    from doctor.cli.looking import looked
    from doctor.engine.report import detail
    from doctor.model.finding import Severity
    from doctor.pipeline import function_named

    with looked(_wanted(arguments), change=lambda snapshot: _with_log(snapshot, arguments)) as seen:
        function = function_named(seen.case.world, arguments.function)
        standing.told(seen.case.account, retyped(arguments), function.function_name)
        page = detail(seen.case.world, seen.diagnosis, seen.case.rules, function.function_name)
        assert page is not None
        one = chosen(page, arguments, seen.case.world.now)
        page = publish(page, one, arguments)
    if one is not None and one.succeeded:
        return ExitCode.OK
    mine = replace(seen.diagnosis, findings=page.findings, skips=page.skips, crashes=page.crashes)
    return of_log(page, mine) if arguments.log else Gate(fail_on=Severity.HIGH).verdict(mine)


def of_log(page: "FunctionDetail", diagnosis: "Diagnosis") -> ExitCode:
    """What a log ends with: a cause of a failure in it counts however severe it is, and without one it is never fine."""
    from doctor.cli.gate import Gate
    from doctor.model.finding import Severity

    crashed = ExitCode.CRASHED if diagnosis.crashes else ExitCode.OK
    if page.logged:
        known = {one.fingerprint for one in page.findings}
        named = any(not known.isdisjoint(one.findings) for one in page.logged)
        return worst(ExitCode.FINDINGS if named else ExitCode.NOT_SEEN, crashed)
    return worst(Gate(fail_on=Severity.HIGH, strict=True).verdict(diagnosis), ExitCode.NOT_SEEN)


def _wanted(arguments: Namespace) -> "Target":
    """Where to look, and as far back as the moment lies that is asked about."""
    from msgspec.structs import replace

    where = target(arguments, *(() if arguments.snapshot else (arguments.function,)))
    if not arguments.at or arguments.snapshot:
        return where
    now = datetime.now(UTC)
    back = now - moment(arguments.at, now).begin + _AROUND
    return replace(where, window=max(where.window, int(back.total_seconds())))


def _with_log(snapshot: "Snapshot", arguments: Namespace) -> "Snapshot":
    """The snapshot with the lines of a log in place of those that were read, where one is given."""
    if not arguments.log:
        return snapshot
    from doctor.cli.log_alone import invocations_of
    from doctor.engine.log_alone import with_log
    from doctor.engine.world import World
    from doctor.pipeline import function_named

    function = function_named(World(snapshot), arguments.function)
    return with_log(snapshot, function, invocations_of(arguments.log, snapshot.taken_at)[1])


def chosen(page: "FunctionDetail", arguments: Namespace, now: datetime) -> "Invocation | None":
    """The one invocation that is asked about; ``None``: none is.

    Raises:
        UsageError: it is not in what was read.
    """
    from doctor.engine.which import called, during

    those = tuple(reversed(page.invocations))
    if arguments.request_id:
        found, what = called(those, arguments.request_id), f"of id {arguments.request_id}"
    elif arguments.at:
        if those and not any(each.timed for each in those):
            raise UsageError("the lines of the log have no times: name the invocation by --request-id")
        found, what = during(those, moment(arguments.at, now)), f"at {arguments.at} UTC"
    else:
        return None
    if found is None:
        read = f"{len(those)} were read"
        if those:
            read += f", {those[0].at:%Y-%m-%d %H:%M:%S} to {those[-1].at:%Y-%m-%d %H:%M:%S} UTC"
        further = "" if arguments.snapshot or arguments.log else "; --since reads further back"
        raise UsageError(f"no one invocation {what} of {page.row.name}; {read}{further}")
    return found


def publish(page: "FunctionDetail", one: "Invocation | None", arguments: Namespace) -> "FunctionDetail":
    """Print a page, of one invocation alone where one is asked about; returns what was printed."""
    from doctor.cli.talk import cells, give_json, glyphs, show
    from doctor.engine.log_alone import without_invented
    from doctor.engine.which import alone
    from doctor.report.lines import why

    if arguments.log:
        page = without_invented(page)
    told = page if one is None else alone(page, one)
    if arguments.format == "json":
        give_json(told)
    else:
        show(
            why.page(
                told,
                cells(),
                glyphs(),
                where=retyped(arguments),
                one=one,
                log=bool(arguments.log) and not retyped(arguments),
                pasted=bool(arguments.log),
                runs=has_code(arguments),
            )
        )
    return told
