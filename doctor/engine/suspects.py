"""Which functions deserve a closer look while an account is being collected: those whose telemetry or state shows trouble."""

from collections.abc import Iterable

from doctor.model.function import Function
from doctor.model.telemetry import Invocation, MetricSeries

_TROUBLE = ("Errors", "Throttles")


def is_suspect(function: Function, invocations: Iterable[Invocation], metrics: Iterable[MetricSeries]) -> bool:
    """Tell whether a function failed, was throttled, or is not in a state to run."""
    if function.state != "Active" or function.last_update_status != "Successful":
        return True
    if any(one.status != "success" for one in invocations):
        return True
    return any(any(series.values) for series in metrics if series.metric_name in _TROUBLE)
