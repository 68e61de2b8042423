"""One local run in its function's own world: judged by the policies and the network of a snapshot, answered by a copy of its account."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from doctor.engine.logged import logged
from doctor.engine.world import World
from doctor.errors import EmbeddedError
from doctor.model import arns
from doctor.model.call import Call
from doctor.model.events import Job, Line
from doctor.model.function import Function
from doctor.model.gate import Injection, RecordedAnswer
from doctor.model.outcome import LocalRun, Scenario
from doctor.sandbox.limits import Limits
from doctor.sandbox.sizes import check

if TYPE_CHECKING:  # doctor.iam, and what it reads: only a run pays for them
    from doctor.iam.http_requests import HttpRequest
    from doctor.sandbox.gate.views import Answer, Views

Live = Callable[[Call, "HttpRequest"], tuple[int, dict[str, str], bytes] | str]
"""Sends a read to the real account; its answer, or why there is none."""
_CALLS_AWS = (b"boto", b"aws-sdk", b"amazonaws", b"aws_sdk", b"AWS_")
_SOURCES = (".py", ".js", ".mjs", ".cjs", ".ts", ".sh", "")


def run_in(
    world: World,
    function: Function,
    code: Path,
    scenario: Scenario,
    environment: Mapping[str, str],
    *,
    layers: Sequence[Path] = (),
    recorded: Sequence[RecordedAnswer] = (),
    injected: Sequence[Injection] = (),
    live: Live | None = None,
    scratch: Path | None = None,
    limits: Limits = Limits(),  # noqa: B008  immutable
    asked: Mapping[str, str] = MappingProxyType({}),
) -> Job[LocalRun]:
    """Run a scenario's event once.

    Args:
        world: What judges its calls and connections: the account as it was read, or as a plan makes it.
        function: The version that runs.
        code: Its unpacked package.
        scenario: The event, and the subnet to be in.
        environment: Its own variables, in clear.
        layers: Its layers, unpacked, in its order.
        recorded: Answers to its calls that were recorded.
        injected: Throttles and latencies that its calls are to meet.
        live: Asks the real account; ``None``: it is not asked.
        scratch: A directory of doctor's own that is removed when the run ends, however it ends.
        limits: Lambda's own limits.
        asked: Variables by which the runtime is asked to measure something.

    Raises:
        UsageError: Lambda would refuse the event, or the function's environment, for its size.
        SandboxError: This machine cannot run it.
    """
    from doctor.sandbox.run import run

    check(scenario, environment, limits)
    view = replace(_view(world, function, scenario.subnet), recorded=recorded, injected=injected, live=_asking(live))
    with ExitStack() as stack:
        if any(_may_call_aws(folder) for folder in (code, *layers)):
            yield Line(text="starting the account that answers its calls", role="dim")
            view = _answered(view, world, stack)
        limits = msgspec.structs.replace(limits, logged=logged(world.invocations(function)))
        made = partial(run, environment=environment, layers=layers, scratch=scratch, limits=limits, asked=asked)
        return (yield from made(function, code, scenario, views=view))


def _view(world: World, function: Function, subnet: str) -> "Views":
    """The function's world as functions, and nobody who answers."""
    from doctor.engine.gating import FunctionView
    from doctor.sandbox.gate.views import Views

    view = FunctionView(world, function, subnet)
    view.warm()
    nobody = "its code names no AWS SDK, so no account was made ready"
    views = Views(arns.account(function.arn), view.decide, view.trace, lambda _arn: False, nobody=nobody)
    return replace(views, trace6=view.trace6, ipv6=view.ipv6)


def _answered(views: "Views", world: World, stack: ExitStack) -> "Views":
    """Views with an account that answers, which ends with the stack; or with why there is none."""
    if find_spec("moto") is None:
        return replace(views, nobody="the embedded account needs moto: pip install 'lambda-doctor[demo]'")
    from doctor.aws.embedded.answers import answering
    from doctor.sandbox.gate.views import Answer

    try:
        copy = stack.enter_context(answering(world.snapshot))
    except EmbeddedError as error:
        return replace(views, nobody=str(error))

    def answer(host: str, request: "HttpRequest") -> Answer:
        return Answer(*copy.send(request.method, request.target, {"host": host, **request.headers}, request.body))

    return replace(views, answer=answer, known=copy.holds)


def _asking(live: Live | None) -> "Callable[[Call, HttpRequest], Answer | str] | None":
    """The real account as the gate asks it."""
    if live is None:
        return None
    from doctor.sandbox.gate.views import Answer

    def ask(call: Call, request: "HttpRequest") -> "Answer | str":
        told = live(call, request)
        return told if isinstance(told, str) else Answer(*told)

    return ask


def _may_call_aws(code: Path) -> bool:
    """Whether anything in a package looks like a call to AWS: the account that answers takes a second to start."""
    files = (path for path in code.rglob("*") if path.suffix in _SOURCES and path.is_file())
    return any(word in content for path in files for content in (path.read_bytes(),) for word in _CALLS_AWS)
