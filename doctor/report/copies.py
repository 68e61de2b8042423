"""Ready texts for a ticket, a chat or a shell: what the copy menu offers."""

import shlex
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from doctor.model.answers import Incident
from doctor.model.finding import Finding, Step
from doctor.model.report import FunctionDetail, FunctionRow
from doctor.report import console, scripts
from doctor.report.lines import incidents, words
from doctor.report.lines.glyphs import UNICODE
from doctor.report.lines.spans import plain

_WIDTH = 100


class Copy(NamedTuple):
    """One text with what it is called in the menu."""

    label: str
    text: str


def of_function(detail: FunctionDetail, about: Finding | None, where: str = "") -> list[Copy]:
    """A function by its name and ARN, its finding in words and as JSON, the commands to go on with.

    Args:
        detail: The function.
        about: The finding that is looked at.
        where: The options that name the account on a command line.
    """
    row = detail.row
    made = of_row(row, where)
    if about:
        made += [
            Copy("finding, Markdown", markdown(row.name, about)),
            Copy("finding, JSON", _json(about)),
            Copy("evidence, JSON", _json(about.problem.evidence)),
        ]
        steps = [step for fix in about.problem.fixes[:1] for step in fix.steps]
        made += (
            [Copy("fix A, AWS CLI", scripts.cli(steps)), Copy("fix A, boto3", scripts.boto3(steps))] if steps else []
        )
    if detail.invocations:
        made.append(Copy("request id of the last invocation", detail.invocations[0].request_id))
    return made


def of_row(row: FunctionRow, where: str = "") -> list[Copy]:
    """A function by its name and ARN, its page in the console, and the commands to go on with."""
    name = " ".join(filter(None, (shlex.quote(row.name), where)))
    commands = [Copy(f"doctor {verb}", f"doctor {verb} {name}") for verb in ("why", "reproduce", "fix")]
    return [Copy("name", row.name), Copy("ARN", row.arn), Copy("console link", console.link(row.arn)), *commands]


def to_ask_for(steps: Sequence[Step]) -> str:
    """An IAM policy that allows whoever applies the steps to send them; empty: their actions are not known."""
    return policy(sorted({action for step in steps for action in step.actions}))


def policy(actions: Sequence[str]) -> str:
    """An IAM policy that allows these actions on everything; empty without any."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return _json({"Version": "2012-10-17", "Statement": [statement]}) if actions else ""


def of_incident(one: Incident) -> list[Copy]:
    """An incident as a report, and whom it concerns."""
    names = "\n".join(row.name for row in one.functions)
    return [Copy("incident report", plain(incidents.page(one, _WIDTH, UNICODE))), Copy("functions", names)]


def markdown(function: str, about: Finding) -> str:
    """A finding for a ticket."""
    return "\n".join(_markdown(function, about)) + "\n"


def _markdown(function: str, about: Finding) -> Iterator[str]:
    yield f"**{function}: {about.problem.message}**"
    yield ""
    yield f"{about.severity}, {about.problem.confidence} (`{about.rule}`)"
    yield ""
    for one in about.problem.evidence:
        at = f" at {one.at.isoformat()}" if one.at else ""
        yield f"- `{one.field}` = `{words.value(one.value)}` of {words.resource(one.resource)}{at} ({one.source})"
    for number, fix in enumerate(about.problem.fixes):
        yield f"{'' if number else chr(10)}Fix {chr(ord('A') + number)}: {fix.title} ({fix.applicability})"


def _json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(words.shown(msgspec.to_builtins(value))), indent=2).decode() + "\n"
