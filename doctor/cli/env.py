"""``doctor env``: what this machine and these credentials can do, and what would help where they cannot."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from doctor.cli.exit import ExitCode, code_of
from doctor.cli.options import add_account, target
from doctor.errors import DoctorError

if TYPE_CHECKING:
    from doctor.model.target import Target
    from doctor.report.lines.spans import Line

SUMMARY = "what this machine and these credentials can do"
_PROBES: tuple[tuple[str, str, dict[str, Any], str], ...] = (
    ("lambda", "ListFunctions", {"MaxItems": 1}, "lambda:ListFunctions"),
    ("lambda", "ListEventSourceMappings", {"MaxItems": 1}, "lambda:ListEventSourceMappings"),
    ("iam", "GetAccountSummary", {}, "iam:GetAccountSummary"),
    ("logs", "DescribeLogGroups", {"limit": 1}, "logs:DescribeLogGroups"),
    ("cloudwatch", "ListMetrics", {"Namespace": "AWS/Lambda", "RecentlyActive": "PT3H"}, "cloudwatch:ListMetrics"),
    ("ec2", "DescribeVpcs", {"MaxResults": 5}, "ec2:DescribeVpcs"),
    ("sqs", "ListQueues", {"MaxResults": 1}, "sqs:ListQueues"),
    ("cloudtrail", "LookupEvents", {"MaxResults": 1}, "cloudtrail:LookupEvents"),
)
"""One cheap read of each service that a diagnosis needs most."""


def add(parser: ArgumentParser) -> None:
    """Describe the command line."""
    add_account(parser, snapshot=False)


def run(arguments: Namespace) -> int:
    """Print one line for each ability, with what would help; with the code of what is in the way of AWS."""
    from doctor.cli.talk import cells, glyphs, show
    from doctor.report.lines.layout import measure

    room = measure(cells())
    where = target(arguments)
    code = ExitCode.OK
    show([(("AWS", "title"),)])
    try:
        for line in _account(where, room):
            show([line])
    except DoctorError as error:
        code = code_of(error)
        show(_item(False, str(error), room))
    show([(), (("LOCAL RUNS", "title"),)])
    for line in _machine(room):
        show([line])
    show([(), (("NOTHING WAS CHANGED", "dim"), (f" anywhere {glyphs().rule} every call above was a read", "dim"))])
    return code


def _item(good: bool, text: str, cells: int) -> "list[Line]":
    from doctor.cli.talk import glyphs
    from doctor.report.lines.layout import item

    signs = glyphs()
    return list(item((signs.done, "ok") if good else (signs.unknown, "unknown"), (text, "text"), cells))


def _account(where: "Target", cells: int) -> "Iterator[Line]":
    """Identity and region, then each service by trying."""
    from doctor import pipeline
    from doctor.aws.session import AwsError
    from doctor.model.call import Call

    with pipeline.connected(where) as account:
        assert account is not None
        yield from _item(
            True, f"account {account.identity.account}, region {account.aws.region}, as {account.identity.arn}", cells
        )
        for service, operation, parameters, action in _PROBES:
            try:
                account.aws.call(Call(service=service, operation=operation, parameters=parameters))
            except AwsError as error:
                help_ = f"; allow {action} (see 'doctor policy')" if error.reason == "denied" else ""
                yield from _item(False, f"{action}: {error.reason}: {error.message}{help_}", cells)
            else:
                yield from _item(True, action, cells)


def _machine(cells: int) -> "Iterator[Line]":
    """What a local run would enforce here."""
    try:
        from doctor.sandbox.abilities import abilities
    except ImportError as error:
        yield from _item(False, f"local runs need {error.name}: pip install 'lambda-doctor[local]'", cells)
        return
    for one in abilities():
        note = f": {one.note}" if one.note else ""
        yield from _item(bool(one.by), f"{one.dimension}: {one.by or 'not enforced'}{note}", cells)
