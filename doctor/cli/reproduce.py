"""``doctor reproduce FUNCTION``: run its failing invocation on this machine."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from doctor.cli.exit import ExitCode
from doctor.cli.options import add_account, add_answers, add_event, add_injected, add_tier, injected, positive, target
from doctor.sandbox.tiers import NO_BOUNDARY

if TYPE_CHECKING:  # help does without them
    from doctor.cli.looking import Looked
    from doctor.model.finding import Finding
    from doctor.model.function import Function
    from doctor.model.outcome import Reproduction

_LEAST, _MOST, _DIGITS = 128, 10_240, 6
"""MB that a function may have."""
SUMMARY = "run the failing invocation of a function locally"


def add(parser: ArgumentParser) -> None:
    """Describe the command line."""
    parser.epilog = (
        f"The sandbox {NO_BOUNDARY}: do not run code that you do not trust. It gets dummy credentials and no way out."
    )
    parser.add_argument("function", metavar="FUNCTION", nargs="?", default="", help="its name; not needed of a bundle")
    add_account(parser)
    _add_event(parser)
    _add_bundle(parser)
    add_answers(parser)
    parser.add_argument(
        "--live-reads",
        action="store_true",
        help="let the real account answer calls that only read, by your own credentials; nothing is ever written to it",
    )
    add_injected(parser)
    add_tier(parser)
    parser.add_argument(
        "--imports", action="store_true", help="where init time goes, import by import, and what the heaviest costs"
    )
    parser.add_argument(
        "--sweep",
        metavar="MB,MB",
        nargs="?",
        const="",
        type=_sizes,
        help="duration and cost at several memory sizes (128,256,512,1024,1769)",
    )
    parser.add_argument(
        "--log-style", choices=("new", "old"), default="new", help="how text logs tell a fault: in REPORT, or on a line"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="what stdout gets (text)")


def _add_event(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("which event")
    add_event(group)
    group.add_argument(
        "--event-from",
        metavar="KIND",
        default="",
        help="where else to take it from: dead-letter, destination, logs, test-event, generated, empty; "
        "KIND:NAME chooses among several, such as generated:s3",
    )
    group.add_argument("--list-events", action="store_true", help="list the events that there are, and run none")
    group.add_argument("--minimize", action="store_true", help="shrink the event to the smallest that still fails")
    group.add_argument(
        "--max-runs", metavar="N", type=positive, default=100, help="with --minimize: so many runs at most (100)"
    )
    group.add_argument(
        "--save-event", metavar="FILE", type=Path, help="with --minimize: where the event goes (FUNCTION-event.json)"
    )


def _add_bundle(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("for another person")
    group.add_argument(
        "--bundle",
        metavar="FILE",
        type=Path,
        help="with FUNCTION: pack what the run needs, without secrets; without: run what somebody packed",
    )
    group.add_argument("--with-code", action="store_true", help="pack the code too, not only its hash")
    group.add_argument("--with-event", action="store_true", help="pack the event as it is, not only its form")
    group.add_argument(
        "--code", metavar="PATH", type=Path, help="the code of a bundle that came without: zip or folder"
    )


def _sizes(text: str) -> tuple[int, ...]:
    """Memory sizes as people write them: ``256,512``; none: the usual ones."""
    sizes = tuple(int(one) for one in text.split(",") if one.isdecimal() and len(one) < _DIGITS)
    if text and (len(sizes) != len(text.split(",")) or not all(_LEAST <= one <= _MOST for one in sizes)):
        raise ArgumentTypeError(
            f"'{text}' are no memory sizes: write numbers from {_LEAST} to {_MOST}, such as 256,512"
        )
    return sizes


def run(arguments: Namespace) -> int:
    """Print the comparison; 1: reproduced, 0: not reproduced or different, 3: inconclusive."""
    from msgspec.structs import replace

    from doctor import pipeline
    from doctor.cli.looking import looked

    _check(arguments)
    meets = injected(arguments)
    with _opened(arguments):
        where = target(arguments, *(() if arguments.snapshot else (arguments.function,)))
        with looked(where, arguments.event, answers=arguments.answers) as read:
            seen = replace(read, case=replace(read.case, injected=meets, event_from=arguments.event_from))
            own = {"log_style": arguments.log_style, "live_reads": arguments.live_reads, "tier": arguments.tier}
            seen = replace(seen, case=replace(seen.case, **own))
            function = pipeline.function_named(seen.case.world, arguments.function)
            finding = _expecting(seen, function)
            if arguments.list_events:
                return _listed(arguments, seen, function, finding)
            if arguments.sweep is not None:
                return _swept(arguments, seen, function)
            return _reproduced(arguments, seen, function, finding)


def _check(arguments: Namespace) -> None:
    """Refuse options that do not go together, before anything is read."""
    from doctor.errors import UsageError

    if arguments.event and arguments.event_from:
        raise UsageError("--event gives the event, --event-from says where to look for it; give one")
    if arguments.live_reads and (arguments.snapshot or (arguments.bundle and not arguments.function)):
        raise UsageError("--live-reads asks the account, and a snapshot or a bundle has none")
    if not arguments.function and not arguments.bundle:
        raise UsageError("name the FUNCTION to run, or give a --bundle that somebody packed")
    if (arguments.with_code or arguments.with_event) and not (arguments.function and arguments.bundle):
        raise UsageError("--with-code and --with-event go with FUNCTION and --bundle FILE")
    if arguments.function and arguments.bundle:
        _check_place(arguments.bundle)
    if arguments.code and (arguments.function or not arguments.bundle):
        raise UsageError("--code is for a bundle that came without code")


def _check_place(path: Path) -> None:
    """Refuse a file that a bundle could not be written to, before anything is run."""
    from doctor.errors import UsageError

    if path.exists():
        raise UsageError(f"{path}: is there already; name another file, or leave FUNCTION out to run it")
    if not path.parent.is_dir():
        raise UsageError(f"{path}: cannot be written: there is no folder {path.parent}")


@contextmanager
def _opened(arguments: Namespace) -> Iterator[None]:
    """Unpack the bundle that is to be run, if one is: it is a snapshot then."""
    if arguments.function:
        yield
        return
    from doctor.cli.talk import tell
    from doctor.errors import UsageError
    from doctor.reproducing.scratch import scratch
    from doctor.store.bundles import put_code, unpack

    if arguments.demo or arguments.snapshot:
        raise UsageError("a bundle is an account of its own; leave out --demo and --snapshot")
    with scratch("doctor-bundle-") as place:
        told = unpack(arguments.bundle, place)
        if arguments.code:
            put_code(arguments.code, place, told)
        tell(f"bundle of {told.function}, made {told.made_at:%Y-%m-%d %H:%M} UTC: {told.verdict} then: {told.why}")
        for what in told.left_out:
            tell(f"  left out: {what}")
        arguments.function, arguments.snapshot = told.function, str(place)
        yield


def _expecting(seen: "Looked", function: "Function") -> "Finding | None":
    """The first finding of a version that says what a local run would show."""
    fitting = (one for one in seen.diagnosis.findings if function.arn in one.affects and one.problem.expects)
    return next(fitting, None)


def _listed(arguments: Namespace, seen: "Looked", function: "Function", finding: "Finding | None") -> int:
    """Print the events that there are, and where none is."""
    from doctor.cli.talk import cells, follow, glyphs, show
    from doctor.report.lines import events as lines
    from doctor.reproducing.event import events_of

    found = follow(events_of(seen.case, function, finding), lines=False)
    if arguments.format == "json":
        _printed(lines.listed(found))
    else:
        show(lines.page(found, cells(), glyphs()))
    return ExitCode.OK


def _reproduced(arguments: Namespace, seen: "Looked", function: "Function", finding: "Finding | None") -> int:
    """Run it once, or until its event is small; print what came of it, and pack it if that was asked for."""
    from doctor.cli.talk import cells, follow, glyphs, show
    from doctor.report.lines import run as lines
    from doctor.reproducing.coldstart import reproduce_cold
    from doctor.reproducing.minimize import reproduce_smallest
    from doctor.reproducing.run import reproduce

    findings = seen.diagnosis.findings
    if arguments.minimize:
        path = arguments.save_event or Path(f"{function.function_name}-event.json")
        runs = arguments.max_runs
        made = follow(reproduce_smallest(seen.case, function, finding, findings, runs=runs, path=path))
    elif arguments.imports:
        made = follow(reproduce_cold(seen.case, function, finding, findings))
    else:
        made = follow(reproduce(seen.case, function, finding, findings))
    if arguments.format == "json":
        _printed(made)
    else:
        cloud = next((one for one in seen.case.world.invocations(function) if one.request_id == made.cloud), None)
        show(lines.page(made, cells(), glyphs(), cloud=cloud))
    if arguments.bundle and not arguments.bundle.exists():
        _packed(arguments, seen, function, made)
    codes = {"reproduced": ExitCode.FINDINGS, "inconclusive": ExitCode.NOT_SEEN}
    return codes.get(made.verdict, ExitCode.OK)


def _swept(arguments: Namespace, seen: "Looked", function: "Function") -> int:
    """Print what each memory size takes and costs."""
    from doctor.cli.talk import cells, follow, glyphs, show
    from doctor.report.lines import learnt as lines
    from doctor.reproducing.sweep import SIZES, sweep

    told = follow(sweep(seen.case, function, arguments.sweep or SIZES), lines=False)
    if arguments.format == "json":
        _printed(told)
    else:
        show(lines.sweep(told, cells(), glyphs()))
    return ExitCode.OK


def _packed(arguments: Namespace, seen: "Looked", function: "Function", made: "Reproduction") -> None:
    """Pack what another person needs."""
    from doctor.cli.talk import tell
    from doctor.reproducing.bundle import bundle

    code, event = arguments.with_code, arguments.with_event
    packed = bundle(seen.case, function, made, arguments.bundle, with_code=code, with_event=event)
    tell(f"packed {packed.resources} resources, {packed.path.stat().st_size // 1024 + 1} KB: {packed.path}")
    for what in packed.manifest.left_out:
        tell(f"  left out: {what}")
    tell(f"  to run it: doctor reproduce --bundle {packed.path}{'' if code else ' --code PATH'}")


def _printed(value: object) -> None:
    """Print a value as JSON."""
    from doctor.cli.talk import give_json

    give_json(value)
