"""Where the time of a cold start goes, and what it would be without the heaviest import: both measured by running."""

from typing import Any

from msgspec.structs import replace

from doctor.engine.recalibrate import weigh
from doctor.engine.reproduction import compare, failing
from doctor.errors import UsageError
from doctor.model.events import Job, Line
from doctor.model.finding import Finding
from doctor.model.function import Function
from doctor.model.measured import ColdStart
from doctor.model.outcome import LocalRun, Reproduction
from doctor.pipeline import Case
from doctor.reproducing.event import scenario_of
from doctor.reproducing.run import run_once
from doctor.sandbox.imports import PUT_OFF, WATCH, heaviest

_WORTH = 0.02
"""Of the whole: putting off less could not be told from chance."""


def reproduce_cold(
    case: Case, function: Function, finding: Finding | None, findings: tuple[Finding, ...] = ()
) -> Job[Reproduction]:
    """Run the invocation with its imports measured, and once more with the heaviest put off until it is used.

    Of Node.js only what is required is measured, and nothing is put off.

    Raises:
        UsageError: imports are measured for Python and Node.js only.
        SandboxError: this machine cannot run it.
    """
    runtime = function.runtime or "a container image"
    if not runtime.startswith(("python", "nodejs")):
        raise UsageError(f"--imports: imports are measured for Python and Node.js, and this is {runtime}")
    invocation = failing(case.world.invocations(function), finding)
    scenario = yield from scenario_of(case, function, invocation)
    yield Line(text=f"event: {scenario.source}", role="dim")
    run = yield from run_once(case, case.world, function, scenario, asked={WATCH: "1"})
    made = compare(run, invocation, finding)
    mine = [one for one in findings if function.arn in one.affects]
    told: dict[str, Any] = {"ranking": weigh(run, mine, case.world.invocations(function))}
    if run.imports is not None and run.outcome.init_duration is not None:
        cold = ColdStart(init=run.outcome.init_duration, tree=run.imports)
        most = heaviest(run.imports)
        if most is not None:
            cold = replace(cold, heaviest=most.name, saves=most.total)
        if most is not None and most.total > cold.init * _WORTH and runtime.startswith("python"):
            yield Line(text=f"once more, with {most.name} loaded on first use")
            other = yield from run_once(case, case.world, function, scenario, asked={PUT_OFF: most.name})
            cold = replace(cold, put_off=other.outcome.init_duration)
        told["cold_start"] = cold
    else:
        yield Line(text=f"imports were not measured: {_why(runtime, run)}", role="warning")
    return replace(made, **told, looked=case.events[function.arn].looked)


def _why(runtime: str, run: LocalRun) -> str:
    if run.outcome.init_duration is None:
        return "its initialisation failed"
    return "Node.js does not tell how long an ES module takes" if runtime.startswith("node") else "it told none"
