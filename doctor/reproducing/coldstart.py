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
from doctor.model.outcome import Reproduction
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

    Raises:
        UsageError: imports are measured for Python only.
        SandboxError: this machine cannot run it.
    """
    if not (function.runtime or "").startswith("python"):
        raise UsageError(
            f"--imports: imports are measured for Python only, and this is {function.runtime or 'an image'}"
        )
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
        if most is not None and most.total > cold.init * _WORTH:
            yield Line(text=f"once more, with {most.name} loaded on first use")
            other = yield from run_once(case, case.world, function, scenario, asked={PUT_OFF: most.name})
            cold = replace(cold, heaviest=most.name, saves=most.total, put_off=other.outcome.init_duration)
        told["cold_start"] = cold
    return replace(made, **told, looked=case.events[function.arn].looked)
