"""The steps of a fix as what somebody else would run: AWS CLI commands, a Python script."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from doctor.model.call import Call, Ref
from doctor.model.finding import Settle, Step
from doctor.report.lines import words

Clients = dict[tuple[str, str], str]
"""By service and region, the variable of its client."""


def _ref(value: Any) -> Ref | None:
    """The answer of an earlier step that a value stands for, if it does; over the wire it is an object."""
    if isinstance(value, Ref):
        return value
    if isinstance(value, Mapping) and value.get("ref") == "ref":
        return Ref(step=value["step"], path=value["path"])
    return None


def _refs(value: Any) -> Iterator[Ref]:
    ref = _ref(value)
    if ref:
        yield ref
    elif isinstance(value, Mapping | list | tuple):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from _refs(one)


def _needed(steps: Sequence[Step]) -> dict[str, str]:
    """By name of a step, what of its answer a later one needs."""
    return {ref.step: ref.path for step in steps for ref in _refs(step.call.parameters)}


def _variable(step: str) -> str:
    return re.sub(r"\W+", "_", step).strip("_").lower()


def cli(steps: Sequence[Step]) -> str:
    """The steps as AWS CLI commands: an answer that a later one needs is kept in a shell variable."""
    needed = _needed(steps)
    lines: list[str] = []
    for step in steps:
        line = _command(step.call)
        if step.name in needed:
            line = f"{_variable(step.name)}=$({line} --query {needed[step.name]} --output text)"
        lines.append(line)
        if step.settled:
            lines.append(f"# then wait until this says {' or '.join(step.settled.wanted)}:")
            query = re.sub(r"\.(\d+)", r"[\1]", step.settled.path)
            lines.append(f"{_command(step.settled.call)} --query '{query}' --output text")
    return "".join(f"{line}\n" for line in lines)


def _command(call: Call) -> str:
    """A command line; the answer of an earlier step is its shell variable."""
    parameters = {name: _marked(value) for name, value in call.parameters.items()}
    text = " ".join(words.command_line(replace(call, parameters=parameters)))
    alone = re.sub(r"(?<= )@(\w+)@(?= |$)", r'"$\1"', text)
    return re.sub(r"@(\w+)@", r"""'"$\1"'""", alone)  # inside what is quoted


def _marked(value: Any) -> Any:
    ref = _ref(value)
    if ref:
        return f"@{_variable(ref.step)}@"
    if isinstance(value, Mapping):
        return {name: _marked(one) for name, one in value.items()}
    return [_marked(one) for one in value] if isinstance(value, list | tuple) else value


def boto3(steps: Sequence[Step]) -> str:
    """The steps as a Python script. A redacted value is words in it: it must be filled in before it runs."""
    needed = _needed(steps)
    lines = [*(["import time", ""] if any(step.settled for step in steps) else []), "import boto3", ""]
    clients: Clients = {}
    for step in steps:
        lines += _client(step.call, clients)
        lines += _sent(step.call, clients, f"{_variable(step.name)} = " if step.name in needed else "")
        if step.settled:
            lines += [*_client(step.settled.call, clients), *_until(step.settled, clients)]
    return "\n".join(lines) + "\n"


def _client(call: Call, clients: Clients) -> Iterator[str]:
    """The line that makes a call's client, once for a service and a region."""
    key = call.service, call.region
    if key not in clients:
        name = call.service.replace("-", "_")
        more = f"_{call.region.replace('-', '_')}" if call.service in {service for service, _ in clients} else ""
        clients[key] = f"{name}_client{more}"
        region = f", region_name={call.region!r}" if call.region else ""
        yield f"{clients[key]} = boto3.client({call.service!r}{region})"


def _sent(call: Call, clients: Clients, answer: str = "") -> Iterator[str]:
    method = "_".join(words.parts(call.operation)).lower()
    yield f"{answer}{clients[call.service, call.region]}.{method}("
    yield from (f"    {name}={_python(value)}," for name, value in call.parameters.items())
    yield ")"


def _until(settle: Settle, clients: Clients) -> Iterator[str]:
    """Ask every two seconds until it has taken effect, as long as that may take."""
    first, *rest = _sent(settle.call, clients, "answer = ")
    yield f"for _ in range({max(1, settle.timeout // 2)}):"
    yield from (f"    {line}" for line in (first, *rest))
    yield f"    if answer{_subscripts(settle.path)} in {settle.wanted!r}:"
    yield "        break"
    yield "    time.sleep(2)"


def _subscripts(path: str) -> str:
    return "".join(f"[{part}]" if part.isdigit() else f"[{part!r}]" for part in path.split("."))


def _python(value: Any) -> str:
    """A value as Python writes it; the answer of an earlier step is read from its variable."""
    ref = _ref(value)
    if ref:
        return f"{_variable(ref.step)}{_subscripts(ref.path)}"
    if isinstance(value, Mapping) and "redacted" not in value:
        return f"{{{', '.join(f'{name!r}: {_python(one)}' for name, one in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_python(one) for one in value)}]"
    return repr(words.shown(value))
