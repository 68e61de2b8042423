"""``doctor can``: what the account's policies say about one request of a function's code, or about everything it may do."""

from argparse import Action, ArgumentParser, Namespace
from collections.abc import Iterable
from typing import Any

from doctor.cli.exit import ExitCode
from doctor.cli.options import Parser, add_account, target
from doctor.errors import UsageError

SUMMARY = "tell whether a function may do something, and which statement decides"
_CODES = {"allowed": ExitCode.OK, "denied": ExitCode.FINDINGS, "depends": ExitCode.NOT_SEEN}


class _Instead(Action):
    """A switch that stands in place of positional arguments: these may then be left out."""

    def __init__(self, *, instead_of: Iterable[Action], **options: Any) -> None:
        super().__init__(**{**options, "nargs": 0, "default": False})
        self._instead_of = tuple(instead_of)

    def __call__(self, _parser: ArgumentParser, namespace: Namespace, *_: object) -> None:
        """Note that it was given."""
        setattr(namespace, self.dest, True)
        for one in self._instead_of:
            one.required = False


def add(parser: Parser) -> None:
    """Describe the command line."""
    parser.without = "or give --all for everything that its role allows"
    parser.add_argument("function", metavar="FUNCTION", help="its name")
    request = (
        parser.add_argument(
            "action", metavar="ACTION", default="", help="service:Action, for example dynamodb:PutItem"
        ),
        parser.add_argument(
            "resource", metavar="RESOURCE", default="", help="an ARN, or * for an action that has no resource"
        ),
    )
    parser.add_argument(
        "--all",
        action=_Instead,
        instead_of=request,
        help="instead of one request: what its role allows and it was never seen to need",
    )
    parser.add_argument(
        "--context",
        action="extend",
        nargs="+",
        default=[],
        metavar="KEY=VALUE",
        help="values of condition keys: aws:SourceIp=192.0.2.7 (a key that is given twice has both values)",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="what stdout gets (text)")
    add_account(parser)


def run(arguments: Namespace) -> int:
    """Print the decision; 0 when it is allowed, 1 when it is denied, 3 when it depends on what was not seen.

    With ``--all``: 0 when the role allows nothing but what was seen to be needed, 1 when it allows more, 3 when what
    would show either was not seen.
    """
    if arguments.all:
        return _all(arguments)
    from doctor.cli.looking import looked
    from doctor.cli.talk import cells, give_json, glyphs, show
    from doctor.iam.authority import Authority
    from doctor.pipeline import function_named
    from doctor.report.lines import decision

    context = _context(arguments.context)
    _known(arguments.action)
    where = target(arguments, *(() if arguments.snapshot else (arguments.function,)))
    with looked(where, rules=()) as seen:
        function = function_named(seen.case.world, arguments.function)
        found = Authority(seen.case.world.snapshot).can(function, arguments.action, arguments.resource, context)
    if arguments.format == "json":
        give_json(found)
    else:
        show(decision.page(found, cells(), glyphs()))
    return _CODES[found.result]


def _known(action: str) -> None:
    """Say that an action may be mistyped; AWS has newer ones than any list of them."""
    from doctor.cli.talk import tell
    from doctor.iam import catalogue
    from doctor.model.near import near

    service, colon, name = action.partition(":")
    if colon and not set(name) & set("*?") and catalogue.action(action) is None:
        every = [f"{service}:{one.name}" for one in catalogue.actions(service.lower()).values()]
        tell(f"{action} is no action that doctor knows{near(action, every)}")


def _all(arguments: Namespace) -> int:
    """Print what the role allows, beside what the function was seen to need."""
    if arguments.action or arguments.context:
        raise UsageError("--all asks about every action: give neither ACTION, RESOURCE nor --context with it")
    from doctor.cli.looking import looked
    from doctor.cli.talk import cells, give_json, glyphs, show
    from doctor.engine.allowance import allowance
    from doctor.pipeline import function_named
    from doctor.report.lines import allowance as lines

    where = target(arguments, *(() if arguments.snapshot else (arguments.function,)))
    with looked(where, rules=()) as seen:
        found = allowance(seen.case.world, function_named(seen.case.world, arguments.function))
    if arguments.format == "json":
        give_json(found)
    else:
        show(lines.page(found, cells(), glyphs()))
    if found.spare:
        return ExitCode.FINDINGS
    return ExitCode.NOT_SEEN if found.unseen else ExitCode.OK


def _context(given: Iterable[str]) -> dict[str, str | list[str]]:
    """The values by key.

    Raises:
        UsageError: one is not ``KEY=VALUE``.
    """
    found: dict[str, list[str]] = {}
    for one in given:
        key, equals, value = one.partition("=")
        if not equals or ":" not in key:
            raise UsageError(f"--context {one}: write KEY=VALUE, for example aws:SourceIp=192.0.2.7")
        found.setdefault(key, []).append(value)
    return {key: values[0] if len(values) == 1 else values for key, values in found.items()}
