"""Options that several commands share, and the one line that a wrong command line gets."""

import re
import shlex
import sys
from argparse import Action, ArgumentParser, ArgumentTypeError, HelpFormatter, Namespace, RawDescriptionHelpFormatter
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from doctor.cli.exit import ExitCode
from doctor.errors import UsageError
from doctor.sandbox.tiers import TIERS

if TYPE_CHECKING:
    from argparse import _ArgumentGroup

if TYPE_CHECKING:  # msgspec costs four bare interpreters, and help does without
    from doctor.model.gate import Injection
    from doctor.model.target import Target


_OLDEST = 455 * 86_400
"""Seconds for which CloudWatch keeps metrics."""
_DIGITS = 10
_ELSEWHERE = ("profile", "role_arn", "endpoint_url")
"""Options that lead to an account that is not the embedded one."""
_INJECTED = re.compile(
    r"(?P<call>[a-z0-9-]+:(?:[A-Z]\w*|\*))=(?:throttle(?:\*(?P<times>[1-9]\d{0,5}))?|(?P<latency>\d{1,6}(?:\.\d+)?)(?P<unit>ms|s))"
)


class Formatter(HelpFormatter):
    """Help that names an option's value once: ``-s, --snapshot FILE``."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=32, width=100)

    def _format_action_invocation(self, action: object) -> str:
        options = getattr(action, "option_strings", ())
        if not options or getattr(action, "nargs", None) == 0:
            return super()._format_action_invocation(action)  # type: ignore[arg-type]
        value = self._format_args(action, self._get_default_metavar_for_optional(action))  # type: ignore[arg-type]
        return f"{', '.join(options)} {value}"


class Verbatim(Formatter, RawDescriptionHelpFormatter):
    """The same, with the table of exit codes as it stands."""


class Parser(ArgumentParser):
    """A parser whose errors are one line."""

    without = ""
    """What else can be done than to give the arguments that are missing."""

    def __init__(self, **options: object) -> None:
        super().__init__(**{"formatter_class": Formatter, "allow_abbrev": False, **options})  # type: ignore[arg-type]

    def _get_values(self, action: Action, arg_strings: list[str]) -> object:
        """Refuse what is empty: in CI, of a variable that is not set; what was asked for would be left out without a word."""
        if "" in arg_strings and action.option_strings:
            self.error(f"{action.option_strings[-1]} is empty; leave it out, or give a value")
        return super()._get_values(action, arg_strings)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and where help is."""
        if self.without and message.startswith("the following arguments are required"):
            message += f", {self.without}"
        sys.stderr.write(f"{self.prog}: {message}; see '{self.prog} --help'\n")
        sys.exit(ExitCode.USAGE)


def add_account(parser: ArgumentParser, *, snapshot: bool = True) -> None:
    """Which account, or which snapshot."""
    group = parser.add_argument_group("where to look")
    group.add_argument("--demo", action="store_true", help="the embedded AWS account, with a broken incident in it")
    if snapshot:
        group.add_argument(
            "-s", "--snapshot", metavar="PATH", help="a snapshot file or folder; nothing is read from AWS"
        )
    group.add_argument("--profile", metavar="NAME", help="AWS profile")
    group.add_argument("--region", metavar="NAME", help="AWS region")
    group.add_argument("--role-arn", metavar="ARN", help="a role to take on first")
    group.add_argument("--external-id", metavar="ID", help="what the role's trust policy wants to hear")
    group.add_argument("--mfa-serial", metavar="ARN", help="the MFA device of the role; its code is asked for")
    group.add_argument("--endpoint-url", metavar="URL", help="where AWS answers")
    group.add_argument(
        "--since", default="3h", metavar="TIME", help="how far back logs and metrics go: 30m, 3h, 1d (3h)"
    )


def add_screen(parser: ArgumentParser, *, changes: str = "let the terminal UI apply fixes") -> None:
    """How the terminal UI is drawn, and, but where ``changes`` is empty, whether it may apply fixes."""
    if changes:
        parser.add_argument("--allow-changes", action="store_true", help=changes)
    parser.add_argument(
        "--ascii", action="store_true", help="draw with ASCII alone: for terminals that draw signs two cells wide"
    )


def add_event(parser: "ArgumentParser | _ArgumentGroup") -> None:
    """Which event to run."""
    parser.add_argument("--event", metavar="FILE", type=Path, help="the event to run, as JSON; - reads it from stdin")


def add_answers(parser: ArgumentParser) -> None:
    """What answers the handler's AWS calls."""
    parser.add_argument(
        "--answers", metavar="FILE", type=Path, help="recorded answers to the handler's AWS calls, as JSON"
    )


def add_injected(parser: ArgumentParser) -> None:
    """What the handler's AWS calls meet beside."""
    parser.add_argument(
        "--inject",
        metavar="CALL=WHAT",
        action="append",
        default=[],
        help="what an AWS call meets: sqs:SendMessage=throttle, dynamodb:*=throttle*2 (the first two), s3:*=250ms",
    )


def injected(arguments: Namespace) -> "tuple[Injection, ...]":
    """The throttles and latencies that the options name.

    Raises:
        UsageError: one of them says neither.
    """
    from doctor.model.gate import Injection

    found = []
    for text in arguments.inject:
        match = _INJECTED.fullmatch(text)
        if match is None:
            raise UsageError(f"--inject {text}: write service:Operation=throttle, =throttle*2, =250ms or =2s")
        if match["latency"]:
            scale = 1000 if match["unit"] == "s" else 1
            found.append(Injection(call=match["call"], latency=float(match["latency"]) * scale))
        else:
            found.append(Injection(call=match["call"], throttled=int(match["times"] or 0)))
    return tuple(found)


def add_tier(parser: ArgumentParser) -> None:
    """By what the handler is isolated."""
    parser.add_argument(
        "--tier",
        choices=TIERS,
        help="by what the handler is isolated; refused where this machine does not do it (the strongest that it does)",
    )


def positive(text: str) -> int:
    """A number of at least 1, as an option gives it."""
    if not text.isdecimal() or len(text) >= _DIGITS or not int(text):
        raise ArgumentTypeError(f"'{text}' is no number from 1 on")
    return int(text)


def target(arguments: Namespace, *functions: str) -> "Target":
    """The target that the options name."""
    from doctor.model.target import Target

    _check(arguments)
    snapshot = getattr(arguments, "snapshot", None) or ""
    if snapshot and arguments.demo:
        raise UsageError("--demo and --snapshot name two places to look; give one")
    return Target(
        demo=arguments.demo,
        snapshot=snapshot,
        profile=arguments.profile or "",
        region=arguments.region or "",
        role_arn=_role(arguments),
        external_id=arguments.external_id or "",
        mfa_serial=arguments.mfa_serial or "",
        endpoint=arguments.endpoint_url or "",
        functions=functions,
        window=seconds(arguments.since),
    )


def _check(arguments: Namespace) -> None:
    """Refuse what names two accounts: another one would be read than the one that was meant."""
    other = next((name for name in _ELSEWHERE if getattr(arguments, name, None)), None)
    if arguments.demo and other:
        raise UsageError(f"--demo is an account of its own; leave out --{other.replace('_', '-')}")


def _role(arguments: Namespace) -> str:
    """The role to take on, which is what the options beside it are about."""
    if not arguments.role_arn and (arguments.external_id or arguments.mfa_serial):
        raise UsageError("--external-id and --mfa-serial go with a role; give --role-arn")
    return arguments.role_arn or ""


def retyped(arguments: Namespace) -> str:
    """The options that name the account, for the commands that are suggested next."""
    said = ["--demo"] if arguments.demo else []
    for option, value in (
        ("--snapshot", getattr(arguments, "snapshot", None)),
        ("--profile", arguments.profile),
        ("--region", arguments.region),
        ("--role-arn", arguments.role_arn),
        ("--external-id", arguments.external_id),
        ("--mfa-serial", arguments.mfa_serial),
        ("--endpoint-url", arguments.endpoint_url),
    ):
        if value:
            said += [option, shlex.quote(value)]
    return " ".join(said)


def has_code(arguments: Namespace) -> bool:
    """Whether functions can be run: on an account, or from a snapshot's folder that brings their code."""
    snapshot = getattr(arguments, "snapshot", None)
    return not snapshot or (Path(snapshot) / "code").is_dir()


def typed(command: str, arguments: Namespace) -> str:
    """A command about the same account, as the user would type it."""
    return " ".join(filter(None, (command, retyped(arguments))))


def seconds(text: str) -> int:
    """A length of time as people write it: ``90s``, ``30m``, ``3h``, ``1d``.

    Raises:
        UsageError: it is not one.
    """
    units = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    number, unit = text[:-1], text[-1:]
    # Python refuses to read thousands of digits, and no length of time that is meant has as many as ten.
    length = int(number) * units[unit] if unit in units and number.isdecimal() and len(number) < _DIGITS else 0
    if 0 < length <= _OLDEST:
        return length
    raise UsageError(f"'{text}' is not a length of time: write 90s, 30m, 3h or 1d, up to {_OLDEST // units['d']}d")
